#include "vit/layer_norm.h"

#include <algorithm>

#include "vit/kernels.h"

namespace headlens {
namespace {

// body(token) for each, in slices large enough to be worth handing to a thread.
template <typename Body>
void ForEachToken(const ThreadPool& pool, size_t tokens, const Body& body) {
  constexpr size_t kSlice = 32;
  ParallelFor(pool, (tokens + kSlice - 1) / kSlice, [&](size_t slice) {
    const size_t end = std::min(tokens, (slice + 1) * kSlice);
    for (size_t token = slice * kSlice; token < end; ++token) body(token);
  });
}

}  // namespace

void NormRows(const LayerNorm& norm, const float* x, size_t tokens, float* out,
              const ThreadPool& pool) {
  const Kernels& kernels = BestKernels();
  const size_t width = norm.gamma.size();
  ForEachToken(pool, tokens, [&](size_t token) {
    kernels.norm_row(x + token * width, norm.gamma.data(), norm.beta.data(), width,
                     out + token * width);
  });
}

void AddThenNormRows(const LayerNorm& norm, const float* delta, size_t tokens, float* x, float* out,
                     const ThreadPool& pool) {
  const Kernels& kernels = BestKernels();
  const size_t width = norm.gamma.size();
  ForEachToken(pool, tokens, [&](size_t token) {
    float* const row = x + token * width;
    kernels.add_scaled(delta + token * width, 1.0f, width, row);
    kernels.norm_row(row, norm.gamma.data(), norm.beta.data(), width, out + token * width);
  });
}

void AddRows(const float* delta, size_t tokens, size_t width, float* x, const ThreadPool& pool) {
  const Kernels& kernels = BestKernels();
  ForEachToken(pool, tokens, [&](size_t token) {
    kernels.add_scaled(delta + token * width, 1.0f, width, x + token * width);
  });
}

}  // namespace headlens
