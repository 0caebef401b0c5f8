// The kernels of kernels.h for the instruction set that the including file is compiled for.
// Nothing here may come from the standard library's templates: their code would be shared with
// files compiled for other machines.
#ifndef HEADLENS_VIT_KERNELS_BODY_H_
#define HEADLENS_VIT_KERNELS_BODY_H_

#include "vit/integer_kernels_body.h"
#include "vit/kernels.h"
#include "vit/simd.h"

namespace headlens {
namespace {

constexpr int kPanelVectors = 2;
constexpr int kPanelCols = kPanelVectors * kLanes;

void NormRow(const float* x, const float* gamma, const float* beta, size_t width, float* out) {
  const size_t whole = width - width % kLanes;
  const size_t rest = width - whole;

  F32 sums = LoadPart(x + whole, rest, 0);
  for (size_t i = 0; i < whole; i += kLanes) sums += Load(x + i);
  const float mean = SumLanes(sums) / static_cast<float>(width);

  const F32 last = LoadPart(x + whole, rest, mean) - mean;
  F32 squares = last * last;
  for (size_t i = 0; i < whole; i += kLanes) {
    const F32 centred = Load(x + i) - mean;
    squares = Fma(centred, centred, squares);
  }
  const float variance = SumLanes(squares) / static_cast<float>(width);
  const float scale = 1.0f / __builtin_sqrtf(variance + 1e-6f);

  for (size_t i = 0; i < whole; i += kLanes) {
    Store(Fma((Load(x + i) - mean) * scale, Load(gamma + i), Load(beta + i)), out + i);
  }
  for (size_t i = whole; i < width; ++i) out[i] = (x[i] - mean) * scale * gamma[i] + beta[i];
}

void AddScaled(const float* delta, float factor, size_t count, float* x) {
  const size_t whole = count - count % kLanes;
  for (size_t i = 0; i < whole; i += kLanes) {
    Store(Fma(Load(delta + i), Splat(factor), Load(x + i)), x + i);
  }
  for (size_t i = whole; i < count; ++i) x[i] += factor * delta[i];
}

inline F32 Gelu(F32 x) {
  const F32 half = 0.5f * x;
  return Fma(half, ErfOfHalf(x), half);
}

void GeluInPlace(float* x, size_t count) {
  const size_t whole = count - count % kLanes;
  for (size_t i = 0; i < whole; i += kLanes) Store(Gelu(Load(x + i)), x + i);
  if (whole < count)
    StorePart(Gelu(LoadPart(x + whole, count - whole, 0)), count - whole, x + whole);
}

// One tile of c in registers.
struct Tile {
  F32 at[kTileRows][kPanelVectors];
};

inline __attribute__((always_inline)) void LoadTile(const float* c, size_t stride, Tile& tile) {
  for (int row = 0; row < kTileRows; ++row) {
    for (int v = 0; v < kPanelVectors; ++v) tile.at[row][v] = Load(c + row * stride + v * kLanes);
  }
}

inline __attribute__((always_inline)) void StoreTile(const Tile& tile, float* c, size_t stride) {
  for (int row = 0; row < kTileRows; ++row) {
    for (int v = 0; v < kPanelVectors; ++v) Store(tile.at[row][v], c + row * stride + v * kLanes);
  }
}

// tile += a (kTileRows, depth) times panel (depth, kPanelCols).
inline __attribute__((always_inline)) void AddProduct(const float* a, size_t a_stride, int depth,
                                                      const float* panel, Tile& tile) {
  for (int k = 0; k < depth; ++k) {
    F32 b[kPanelVectors];
    for (int v = 0; v < kPanelVectors; ++v) b[v] = Load(panel + v * kLanes);
    panel += kPanelCols;
    for (int row = 0; row < kTileRows; ++row) {
      const F32 factor = Splat(a[row * a_stride + k]);
      for (int v = 0; v < kPanelVectors; ++v) tile.at[row][v] = Fma(factor, b[v], tile.at[row][v]);
    }
  }
}

void Multiply(const float* a, size_t a_stride, int rows, int depth, Panels b, float* c,
              size_t c_stride) {
  for (int p = 0; p < b.count; ++p) {
    for (int row = 0; row < rows; row += kTileRows) {
      Tile tile = {};
      AddProduct(a + row * a_stride, a_stride, depth, b.data + p * b.stride, tile);
      StoreTile(tile, c + row * c_stride + p * kPanelCols, c_stride);
    }
  }
}

void MultiplyAdd(const float* a, size_t a_stride, int rows, int depth, Panels b, float* c,
                 size_t c_stride) {
  for (int p = 0; p < b.count; ++p) {
    for (int row = 0; row < rows; row += kTileRows) {
      Tile tile;
      float* const corner = c + row * c_stride + p * kPanelCols;
      LoadTile(corner, c_stride, tile);
      AddProduct(a + row * a_stride, a_stride, depth, b.data + p * b.stride, tile);
      StoreTile(tile, corner, c_stride);
    }
  }
}

constexpr float kLowest = -3.402823466e38f;

inline float LargestOf(const float* row, size_t cols) {
  const size_t whole = cols - cols % kLanes;
  F32 largest = LoadPart(row + whole, cols - whole, kLowest);
  for (size_t i = 0; i < whole; i += kLanes) largest = Max(largest, Load(row + i));
  return MaxLanes(largest);
}

// row = exp(row - shift); returns the sum.
inline float ExpRow(float* row, size_t cols, float shift) {
  const size_t whole = cols - cols % kLanes;
  F32 sums = {};
  for (size_t i = 0; i < whole; i += kLanes) {
    const F32 e = Exp(Load(row + i) - shift);
    Store(e, row + i);
    sums += e;
  }
  if (whole == cols) return SumLanes(sums);
  StorePart(Exp(LoadPart(row + whole, cols - whole, shift) - shift), cols - whole, row + whole);
  return SumLanes(sums + LoadPart(row + whole, cols - whole, 0));
}

inline void ScaleRow(float* row, size_t cols, float factor) {
  const size_t whole = cols - cols % kLanes;
  for (size_t i = 0; i < whole; i += kLanes) Store(Load(row + i) * factor, row + i);
  for (size_t i = whole; i < cols; ++i) row[i] *= factor;
}

void SoftmaxRows(float* scores, size_t stride, int rows, int cols) {
  for (int i = 0; i < rows; ++i) {
    float* const row = scores + i * stride;
    const float sum = ExpRow(row, cols, LargestOf(row, cols));
    ScaleRow(row, cols, 1.0f / sum);
  }
}

void UpdateRunningSoftmax(float* scores, size_t stride, int rows, int cols, RunningSoftmax running,
                          float* out, int out_cols) {
  for (int i = 0; i < rows; ++i) {
    float* const row = scores + i * stride;
    const float before = running.largest[i];
    const float here = LargestOf(row, cols);
    if (here > before) {
      float shrink[kLanes];
      Store(Exp(Splat(before - here)), shrink);
      running.largest[i] = here;
      running.sum[i] *= shrink[0];
      ScaleRow(out + static_cast<size_t>(i) * out_cols, out_cols, shrink[0]);
    }
    running.sum[i] += ExpRow(row, cols, running.largest[i]);
  }
}

void DotRows(const float* query, const float* keys, size_t stride, int count, int size, float scale,
             float* scores) {
  const size_t whole = size - size % kLanes;
  for (int i = 0; i < count; ++i) {
    const float* const key = keys + i * stride;
    F32 sums = {};
    for (size_t j = 0; j < whole; j += kLanes) sums = Fma(Load(query + j), Load(key + j), sums);
    float sum = SumLanes(sums);
    for (size_t j = whole; j < static_cast<size_t>(size); ++j) sum += query[j] * key[j];
    scores[i] = scale * sum;
  }
}

void ToHalfRow(const float* from, size_t count, uint16_t* to) {
  const size_t whole = count - count % kLanes;
  for (size_t i = 0; i < whole; i += kLanes) {
    const U16 half = ToHalf(Load(from + i));
    __builtin_memcpy(to + i, &half, sizeof(half));
  }
  const U16 half = ToHalf(LoadPart(from + whole, count - whole, 0));
  __builtin_memcpy(to + whole, &half, (count - whole) * sizeof(*to));
}

void FromHalfRow(const uint16_t* from, size_t count, float* to) {
  const size_t whole = count - count % kLanes;
  U16 half = {};
  for (size_t i = 0; i < whole; i += kLanes) {
    __builtin_memcpy(&half, from + i, sizeof(half));
    Store(FromHalf(half), to + i);
  }
  __builtin_memcpy(&half, from + whole, (count - whole) * sizeof(*from));
  StorePart(FromHalf(half), count - whole, to + whole);
}

template <typename Arithmetic>
constexpr Kernels KernelsNamed(const char* name) {
  return {
      .name = name,
      .panel_cols = kPanelCols,
      .norm_row = NormRow,
      .add_scaled = AddScaled,
      .gelu = GeluInPlace,
      .multiply = Multiply,
      .multiply_add = MultiplyAdd,
      .softmax_rows = SoftmaxRows,
      .running_softmax = UpdateRunningSoftmax,
      .dot_rows = DotRows,
      .to_half = ToHalfRow,
      .from_half = FromHalfRow,
      .integer = IntegerKernelsOf<Arithmetic>(),
      .words = IntegerKernelsOf<WordArithmetic>(),
      .exact_linear = LinearKernelsOf<WordArithmetic>(),
      .rough_linear = LinearKernelsOf<RoughArithmetic>(),
  };
}

}  // namespace
}  // namespace headlens

#endif  // HEADLENS_VIT_KERNELS_BODY_H_
