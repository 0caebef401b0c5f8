// Products of factors: part of integer_kernels_body.h.
#ifndef HEADLENS_VIT_INTEGER_PRODUCT_BODY_H_
#define HEADLENS_VIT_INTEGER_PRODUCT_BODY_H_

#include "vit/integer_kernels.h"
#include "vit/integer_pack_body.h"
#include "vit/kernels.h"
#include "vit/simd_integers.h"

namespace headlens {
namespace {

struct IntegerTile {
  I32 at[kTileRows][kGroupVectors];
};

template <typename Arithmetic>
IntegerTile TileProduct(const IntegerProduct& product, const uint32_t* a, const uint32_t* panel);

template <>
inline __attribute__((always_inline)) IntegerTile TileProduct<WordArithmetic>(
    const IntegerProduct& product, const uint32_t* a, const uint32_t* panel) {
  IntegerTile tile = {};
  for (int g = 0; g < product.groups; ++g, panel += kGroupCols) {
    I32 right[kGroupVectors];
    for (int v = 0; v < kGroupVectors; ++v) right[v] = LoadGroups(panel + v * kLanes);
    for (int row = 0; row < kTileRows; ++row) {
      const I32 left = SplatGroup(a[row * product.a_stride + g]);
      for (int v = 0; v < kGroupVectors; ++v) tile.at[row][v] += DotWords(left, right[v]);
    }
  }
  return tile;
}

// Each chunk of groups is summed up in 16 bits.
template <int kChunk>
inline __attribute__((always_inline)) IntegerTile TileProductInChunks(const IntegerProduct& product,
                                                                      const uint32_t* a,
                                                                      const uint32_t* panel) {
  const I32 ones = (I32)(Words{} + static_cast<int16_t>(1));
  IntegerTile tile = {};
  for (int g = 0; g < product.groups; g += kChunk) {
    Words chunk[kTileRows][kGroupVectors];
    for (int v = 0; v < kGroupVectors; ++v) {
      const Words start = (Words)LoadGroups(panel + v * kLanes);
      for (int row = 0; row < kTileRows; ++row) chunk[row][v] = start;
    }
    panel += kGroupCols;
#pragma GCC unroll 1  // browsers spill more of what is unrolled, by a seventh of the time
    for (int i = 0; i < kChunk; ++i, panel += kGroupCols) {
      I32 right[kGroupVectors];
      for (int v = 0; v < kGroupVectors; ++v) right[v] = LoadGroups(panel + v * kLanes);
      for (int row = 0; row < kTileRows; ++row) {
        const I32 left = SplatGroup(a[row * product.a_stride + g + i]);
        for (int v = 0; v < kGroupVectors; ++v) chunk[row][v] += DotBytePairs(left, right[v]);
      }
    }
    for (int row = 0; row < kTileRows; ++row) {
      for (int v = 0; v < kGroupVectors; ++v) {
        tile.at[row][v] += DotWords((I32)chunk[row][v], ones);
      }
    }
  }
  return tile;
}

template <>
inline __attribute__((always_inline)) IntegerTile TileProduct<ByteArithmetic>(
    const IntegerProduct& product, const uint32_t* a, const uint32_t* panel) {
  return TileProductInChunks<ByteArithmetic::kChunk>(product, a, panel);
}

template <>
inline __attribute__((always_inline)) IntegerTile TileProduct<FineByteArithmetic>(
    const IntegerProduct& product, const uint32_t* a, const uint32_t* panel) {
  return TileProductInChunks<FineByteArithmetic::kChunk>(product, a, panel);
}

#if defined(__wasm_relaxed_simd__)
template <>
inline __attribute__((always_inline)) IntegerTile TileProduct<DotArithmetic>(
    const IntegerProduct& product, const uint32_t* a, const uint32_t* panel) {
  const I32 ones = (I32)(Words{} + static_cast<int16_t>(1));
  IntegerTile tile = {};
  for (int g = 0; g < product.groups; g += DotArithmetic::kChunk) {
    for (int v = 0; v < kGroupVectors; ++v) {
      const I32 start = DotWords(LoadGroups(panel + v * kLanes), ones);
      for (int row = 0; row < kTileRows; ++row) tile.at[row][v] += start;
    }
    panel += kGroupCols;
    for (int i = 0; i < DotArithmetic::kChunk; ++i, panel += kGroupCols) {
      I32 right[kGroupVectors];
      for (int v = 0; v < kGroupVectors; ++v) right[v] = LoadGroups(panel + v * kLanes);
      for (int row = 0; row < kTileRows; ++row) {
        const I32 left = SplatGroup(a[row * product.a_stride + g + i]);
        for (int v = 0; v < kGroupVectors; ++v) {
          tile.at[row][v] = AddDots(left, right[v], tile.at[row][v]);
        }
      }
    }
  }
  return tile;
}
#endif

// What becomes of the sums of a vector in a row and from a column on; c is where it goes.
struct ColumnScale {
  const float* scale;
  F32 operator()(F32 sum, int, int col, const float*) const { return sum * Load(scale + col); }
};
// Of inputs, where col_sum is what a middle of one comes to.
struct InputAndColumnScale {
  const RowSteps* rows;
  const float* col_scale;
  const float* col_sum;
  const float* base;
  F32 operator()(F32 sum, int row, int col, const float*) const {
    const F32 start = Fma(Splat(rows[row].middle), Load(col_sum + col), Load(base + col));
    return Fma(sum, Splat(rows[row].step) * Load(col_scale + col), start);
  }
};
struct AddRowAndColumnScale {
  const float* row_scale;
  const float* col_scale;
  const float* start;
  F32 operator()(F32 sum, int row, int col, const float* c) const {
    return Fma(sum + Load(start + col), Splat(row_scale[row]) * Load(col_scale + col), Load(c));
  }
};

// c: the tile's corner.
template <typename Arithmetic, typename Finish>
inline __attribute__((always_inline)) void MultiplyTile(const IntegerProduct& product,
                                                        const uint32_t* panel, int row, int col,
                                                        const Finish& finish, float* c,
                                                        size_t c_stride) {
  const IntegerTile tile =
      TileProduct<Arithmetic>(product, product.a + row * product.a_stride, panel);
  for (int i = 0; i < kTileRows; ++i) {
    for (int v = 0; v < kGroupVectors; ++v) {
      float* const to = c + i * c_stride + v * kLanes;
      Store(finish(ToFloat(tile.at[i][v]), row + i, col + v * kLanes, to), to);
    }
  }
}

// A tile that reaches over the last row or column: computed beside, and what is inside copied. Not
// inlined, so that the other tiles stay in registers.
template <typename Arithmetic, typename Finish>
__attribute__((noinline)) void MultiplyEdge(const IntegerProduct& product, const uint32_t* panel,
                                            int row, int col, const Finish& finish, float* c,
                                            size_t c_stride) {
  const int rows = product.rows - row < kTileRows ? product.rows - row : kTileRows;
  const int cols = product.cols - col < kGroupCols ? product.cols - col : kGroupCols;
  float beside[kTileRows * kGroupCols] = {};
  for (int i = 0; i < rows; ++i) {
    __builtin_memcpy(beside + i * kGroupCols, c + i * c_stride, cols * sizeof(float));
  }
  MultiplyTile<Arithmetic>(product, panel, row, col, finish, beside, kGroupCols);
  for (int i = 0; i < rows; ++i) {
    __builtin_memcpy(c + i * c_stride, beside + i * kGroupCols, cols * sizeof(float));
  }
}

template <typename Arithmetic, typename Finish>
inline __attribute__((always_inline)) void MultiplyIntegers(const IntegerProduct& product,
                                                            const Finish& finish, float* c,
                                                            size_t c_stride) {
  const uint32_t* panel = product.b.data;
  for (int col = 0; col < product.cols; col += kGroupCols, panel += product.b.stride) {
    for (int row = 0; row < product.rows; row += kTileRows) {
      float* const corner = c + row * c_stride + col;
      if (row + kTileRows <= product.rows && col + kGroupCols <= product.cols) {
        MultiplyTile<Arithmetic>(product, panel, row, col, finish, corner, c_stride);
      } else {
        MultiplyEdge<Arithmetic>(product, panel, row, col, finish, corner, c_stride);
      }
    }
  }
}

template <typename Arithmetic>
void MultiplyForScores(const IntegerProduct& product, const float* col_scale, float* c,
                       size_t c_stride) {
  MultiplyIntegers<Arithmetic>(product, ColumnScale{col_scale}, c, c_stride);
}

template <typename Arithmetic>
void MultiplyInputs(const IntegerProduct& product, const RowSteps* rows, const float* col_scale,
                    const float* col_sum, const float* base, float* c, size_t c_stride) {
  MultiplyIntegers<Arithmetic>(product, InputAndColumnScale{rows, col_scale, col_sum, base}, c,
                               c_stride);
}

template <typename Arithmetic>
void MultiplyAndAdd(const IntegerProduct& product, const float* row_scale, const float* col_scale,
                    const float* start, float* c, size_t c_stride) {
  MultiplyIntegers<Arithmetic>(product, AddRowAndColumnScale{row_scale, col_scale, start}, c,
                               c_stride);
}

}  // namespace
}  // namespace headlens

#endif  // HEADLENS_VIT_INTEGER_PRODUCT_BODY_H_
