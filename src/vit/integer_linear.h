// A linear layer with int8 weights on our own kernels, for machines where XNNPACK's int8 products
// are no faster than its f32 ones. Inputs are quantised by row: to 12 bits, which add next to
// nothing to the error of the weights, or roughly to 8, with weights in 6 to 8, which multiply
// faster.
#ifndef HEADLENS_VIT_INTEGER_LINEAR_H_
#define HEADLENS_VIT_INTEGER_LINEAR_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/threads.h"
#include "checkpoint/pack.h"
#include "vit/integer_kernels.h"

namespace headlens {

class IntegerLinear {
 public:
  // Sums of more products of 12 and 8 bits might not fit into 32.
  static constexpr uint64_t kMostInputs = 8192;

  IntegerLinear() = default;
  // weights: (outputs, inputs), bias: (outputs), kernels: one of BestKernels'.
  IntegerLinear(const Int8Matrix& weights, std::span<const float> bias,
                const LinearKernels& kernels);

  // What this many weights take.
  static uint64_t WeightBytes(uint64_t weights, const LinearKernels& kernels);
  // 32-bit words of work memory that Run needs.
  static size_t Scratch(size_t inputs, int threads);

  // out = in * weights^T + bias. in: (rows, inputs), out: (rows, outputs), not the same memory.
  void Run(const float* in, size_t rows, uint32_t* scratch, float* out,
           const ThreadPool& pool) const;
  // The same, then GELU, while the outputs are in the cache.
  void RunThenGelu(const float* in, size_t rows, uint32_t* scratch, float* out,
                   const ThreadPool& pool) const;

  size_t bytes() const;

 private:
  template <typename Finish>
  void RunTiles(const float* in, size_t rows, uint32_t* scratch, float* out, const ThreadPool& pool,
                const Finish& finish) const;

  const LinearKernels* kernels_ = nullptr;
  int inputs_ = 0;
  int outputs_ = 0;
  std::vector<uint32_t> panels_;  // of the transposed weights
  std::vector<float> scale_;      // (outputs, padded to whole panels)
  std::vector<float> sum_;        // of a column's weights in f32, likewise
  std::vector<float> bias_;       // likewise
};

}  // namespace headlens

#endif  // HEADLENS_VIT_INTEGER_LINEAR_H_
