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
using RoughArithmetic = FineByteArithmetic;
#else
using BestArithmetic = WordArithmetic;
using RoughArithmetic = WordArithmetic;
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
      .add = MultiplyAndAdd<Arithmetic>,
      .weigh = Weigh<Arithmetic>,
      .join = JoinBlock,
  };
}

template <typename Arithmetic>
constexpr LinearKernels LinearKernelsOf() {
  return {
      .group = Arithmetic::kGroup,
      .chunk = Arithmetic::kChunk,
      .start_rows = Arithmetic::kStartRows,
      .most_in_pair = Arithmetic::kMostInPair,
      .most_in_chunk = Arithmetic::kMostInChunk,
      .quantise_row = QuantiseInputs<Arithmetic>,
      .pack_weights = PackWeights<Arithmetic>,
      .outputs = MultiplyInputs<Arithmetic>,
  };
}

}  // namespace
}  // namespace headlens

#endif  // HEADLENS_VIT_INTEGER_KERNELS_BODY_H_
