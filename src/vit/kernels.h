// The inner loops of our own operations, compiled once for each instruction set. One thread each,
// row-major; matrices that are multiplied from the right are packed in panels:
//
//   panels of B (depth, cols): (ceil(cols / panel_cols), depth, panel_cols), zero-padded
#ifndef HEADLENS_VIT_KERNELS_H_
#define HEADLENS_VIT_KERNELS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "vit/integer_kernels.h"

namespace headlens {

// Left matrices have a multiple of this many rows. A tile of them by two vectors is accumulated in
// registers; browsers' compilers keep fewer than 16 for that and spill the larger tile.
#if defined(__wasm__)
inline constexpr int kTileRows = 4;
#else
inline constexpr int kTileRows = 6;
#endif

// A matrix in panels; the panels of a part of the depth are those of the whole, starting later.
struct Panels {
  const float* data = nullptr;
  size_t stride = 0;  // from one panel to the next
  int count = 0;
};

// Running softmax of one query each: largest score so far, sum of exp(score - largest).
struct RunningSoftmax {
  float* largest = nullptr;
  float* sum = nullptr;
};

struct Kernels {
  const char* name;
  int panel_cols;

  // out = (x - mean) / sqrt(variance + 1e-6) * gamma + beta over one row. Ba et al. 2016.
  void (*norm_row)(const float* x, const float* gamma, const float* beta, size_t width, float* out);
  // x += factor * delta.
  void (*add_scaled)(const float* delta, float factor, size_t count, float* x);
  // x = x (1 + erf(x / sqrt(2))) / 2, the exact GELU. Hendrycks and Gimpel 2016, eq. 1.
  void (*gelu)(float* x, size_t count);

  // c (rows, panels * panel_cols) = a (rows, depth) times b; multiply_add adds to c.
  void (*multiply)(const float* a, size_t a_stride, int rows, int depth, Panels b, float* c,
                   size_t c_stride);
  void (*multiply_add)(const float* a, size_t a_stride, int rows, int depth, Panels b, float* c,
                       size_t c_stride);

  // Softmax of each row, in place. scores: (rows, cols).
  void (*softmax_rows)(float* scores, size_t stride, int rows, int cols);
  // One block of keys of a softmax over more: scores (rows, cols) become exp(score - largest), and
  // what earlier blocks summed up, in `running` and in out (rows, out_cols), is scaled to match.
  // Milakov and Gimelshein 2018, algorithm 3.
  void (*running_softmax)(float* scores, size_t stride, int rows, int cols, RunningSoftmax running,
                          float* out, int out_cols);

  // scores[i] = scale * (query . keys[i]). keys: (count, size), stride apart.
  void (*dot_rows)(const float* query, const float* keys, size_t stride, int count, int size,
                   float scale, float* scores);

  void (*to_half)(const float* from, size_t count, uint16_t* to);
  void (*from_half)(const uint16_t* from, size_t count, float* to);

  IntegerKernels integer;      // the fastest
  IntegerKernels words;        // the most exact
  LinearKernels exact_linear;  // of inputs in 12 bits
  LinearKernels rough_linear;  // in 8 where that is faster
};

// Those for the widest vectors that this machine has.
const Kernels& BestKernels();

// Whether products of bytes are faster here than those of floats, by an instruction of their own.
bool HasInt8Products();

// Its rough_linear, or exact_linear where that would be wrong.
const LinearKernels& RoughLinear();

// All that this machine can run, for the tests.
std::vector<const Kernels*> UsableKernels();

}  // namespace headlens

#endif  // HEADLENS_VIT_KERNELS_H_
