// Layer normalisation and the residual sums around it.
#ifndef HEADLENS_VIT_LAYER_NORM_H_
#define HEADLENS_VIT_LAYER_NORM_H_

#include <vector>

#include "base/threads.h"

namespace headlens {

// gamma and beta: (width).
struct LayerNorm {
  std::vector<float> gamma;
  std::vector<float> beta;
};

// out = norm(x). x, out: (tokens, width). eps is 1e-6; Ba et al. 2016, eq. 4.
void NormRows(const LayerNorm& norm, const float* x, size_t tokens, float* out,
              const ThreadPool& pool);

// x += delta, then out = norm(x). All (tokens, width); out may be delta.
void AddThenNormRows(const LayerNorm& norm, const float* delta, size_t tokens, float* x, float* out,
                     const ThreadPool& pool);

// x += delta. Both (tokens, width).
void AddRows(const float* delta, size_t tokens, size_t width, float* x, const ThreadPool& pool);

}  // namespace headlens

#endif  // HEADLENS_VIT_LAYER_NORM_H_
