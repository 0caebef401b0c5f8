// The kernels of integer_kernels.h for the instruction set that the including file is compiled for;
// included by kernels_body.h, whose rules hold here too.
#ifndef HEADLENS_VIT_INTEGER_KERNELS_BODY_H_
#define HEADLENS_VIT_INTEGER_KERNELS_BODY_H_

#include "vit/integer_kernels.h"
#include "vit/integer_pack_body.h"
#include "vit/integer_product_body.h"
#include "vit/integer_softmax_body.h"

namespace headlens {
namespace {

#if defined(__wasm_relaxed_simd__) || defined(__AVX2__)
using BestArithmetic = ByteArithmetic;
#else
using BestArithmetic = WordArithmetic;
#endif

template <typename Arithmetic>
constexpr IntegerKernels IntegerKernelsOf() {
  return {
      .group = Arithmetic::kGroup,
      .chunk = Arithmetic::kChunk,
      .start_rows = Arithmetic::kStartRows,
      .quantise_row = QuantiseRow<Arithmetic>,
      .pack_key = PackKey<Arithmetic>,
      .pack_values = PackValues<Arithmetic>,
      .scores = MultiplyForScores<Arithmetic>,
      .outputs = MultiplyForOutputs<Arithmetic>,
      .add = MultiplyAndAdd<Arithmetic>,
      .weigh = Weigh<Arithmetic>,
      .join = JoinBlock,
  };
}

}  // namespace
}  // namespace headlens

#endif  // HEADLENS_VIT_INTEGER_KERNELS_BODY_H_
