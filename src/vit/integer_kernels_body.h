// The kernels of integer_kernels.h for the instruction set that the including file is compiled for;
// included by kernels_body.h, whose rules hold here too.
#ifndef HEADLENS_VIT_INTEGER_KERNELS_BODY_H_
#define HEADLENS_VIT_INTEGER_KERNELS_BODY_H_

#include "vit/integer_kernels.h"
#include "vit/kernels.h"
#include "vit/simd_integers.h"

namespace headlens {
namespace {

constexpr int kGroupVectors = 2;  // vectors across a panel
constexpr int kGroupCols = kGroupVectors * kLanes;

inline F32 ToFloat(I32 v) { return __builtin_convertvector(v, F32); }
inline F32 Absolute(F32 v) { return Max(v, -v); }
inline float StepOf(float largest, int levels) {
  return (largest > 1e-30f ? largest : 1e-30f) / static_cast<float>(levels);
}

inline int32_t SumIntegers(I32 v) {
  int32_t sum = 0;
  for (int i = 0; i < kLanes; ++i) sum += v[i];
  return sum;
}

// x[i] - mean[i] for lanes below count, zero in the others.
inline F32 LoadCentred(const float* x, const float* mean, int count) {
  if (count >= kLanes) return Load(x) - Load(mean);
  if (count <= 0) return F32{};
  return LoadPart(x, count, 0) - LoadPart(mean, count, 0);
}

inline F32 LoadUpTo(const float* x, int count) {
  if (count >= kLanes) return Load(x);
  return count <= 0 ? F32{} : LoadPart(x, count, 0);
}

template <typename Arithmetic>
constexpr int PaddedGroups(int depth) {
  constexpr int kFactors = Arithmetic::kChunk * Arithmetic::kGroup;
  return (depth + kFactors - 1) / kFactors * Arithmetic::kChunk;
}

// Where a panel has its row of groups `group`.
template <typename Arithmetic>
constexpr size_t PanelRow(int group) {
  return group + (group / Arithmetic::kChunk + 1) * Arithmetic::kStartRows;
}

inline float LargestMagnitude(const float* x, int count) {
  F32 largest = {}, also = {};
  int i = 0;
  for (; i + 2 * kLanes <= count; i += 2 * kLanes) {
    largest = Max(largest, Absolute(Load(x + i)));
    also = Max(also, Absolute(Load(x + i + kLanes)));
  }
  for (; i < count; i += kLanes) largest = Max(largest, Absolute(LoadUpTo(x + i, count - i)));
  return MaxLanes(Max(largest, also));
}

template <typename Arithmetic>
float QuantiseRow(const float* x, int count, uint32_t* groups) {
  constexpr int kGroup = Arithmetic::kGroup;
  const float step = StepOf(LargestMagnitude(x, count), Arithmetic::kLevels);
  const float steps = 1.0f / step;
  I32 whole[kGroup];
  int i = 0;
  for (; i + kGroup * kLanes <= count; i += kGroup * kLanes) {
    for (int v = 0; v < kGroup; ++v) {
      whole[v] = Round(Load(x + i + v * kLanes) * steps) + Arithmetic::kOffset;
    }
    StoreGroups(Arithmetic::Narrow(whole), groups + i / kGroup);
  }
  const int padded = PaddedGroups<Arithmetic>(count);
  for (; i / kGroup < padded; i += kGroup * kLanes) {
    for (int v = 0; v < kGroup; ++v) {
      const int at = i + v * kLanes;
      whole[v] = Round(LoadUpTo(x + at, count - at) * steps) + Arithmetic::kOffset;
    }
    const I32 narrow = Arithmetic::Narrow(whole);
    const int left = padded - i / kGroup;
    __builtin_memcpy(groups + i / kGroup, &narrow, 4 * (left < kLanes ? left : kLanes));
  }
  return step;
}

// The start rows of a column of right factors, group by group: less offset times the factors that
// each 16-bit lane multiplies.
template <typename Arithmetic>
class StartOfChunk {
 public:
  explicit StartOfChunk(int offset) : offset_(offset) {}

  // Writes the chunk's start row with its last group.
  void Add(int g, uint32_t group, uint32_t* column) {
    if constexpr (Arithmetic::kStartRows > 0) {
      low_ -= offset_ * (static_cast<int8_t>(group) + static_cast<int8_t>(group >> 8));
      high_ -= offset_ * (static_cast<int8_t>(group >> 16) + static_cast<int8_t>(group >> 24));
      if (g % Arithmetic::kChunk != Arithmetic::kChunk - 1) return;
      column[(PanelRow<Arithmetic>(g) - Arithmetic::kChunk) * kGroupCols] =
          static_cast<uint16_t>(low_) | static_cast<uint32_t>(high_) << 16;
      low_ = high_ = 0;
    }
  }

 private:
  int offset_;
  int low_ = 0;
  int high_ = 0;
};

template <typename Arithmetic>
float PackKey(const float* key, const float* mean, int size, uint32_t* column) {
  constexpr int kGroup = Arithmetic::kGroup;
  F32 largest = {};
  for (int i = 0; i < size; i += kLanes) {
    largest = Max(largest, Absolute(LoadCentred(key + i, mean + i, size - i)));
  }
  const float step = StepOf(MaxLanes(largest), Arithmetic::kLevels);
  const float steps = 1.0f / step;
  const int padded = PaddedGroups<Arithmetic>(size);
  StartOfChunk<Arithmetic> start(Arithmetic::kOffset);
  for (int first = 0; first < padded; first += kLanes) {
    I32 whole[kGroup];
    for (int v = 0; v < kGroup; ++v) {
      const int at = first * kGroup + v * kLanes;
      whole[v] = Round(LoadCentred(key + at, mean + at, size - at) * steps);
    }
    uint32_t groups[kLanes];
    StoreGroups(Arithmetic::Narrow(whole), groups);
    for (int g = first; g < padded && g < first + kLanes; ++g) {
      column[PanelRow<Arithmetic>(g) * kGroupCols] = groups[g - first];
      start.Add(g, groups[g - first], column);
    }
  }
  return step;
}

// As many columns as a vector has lanes.
template <typename Arithmetic>
void PackValueColumns(const float* values, size_t stride, int count, const float* mean, int cols,
                      uint32_t* panel, float* steps, float* starts) {
  constexpr int kGroup = Arithmetic::kGroup;
  F32 largest = {};
  for (int i = 0; i < count; ++i) {
    largest = Max(largest, Absolute(LoadCentred(values + i * stride, mean, cols)));
  }
  const F32 step = Max(largest, Splat(1e-30f)) * (1.0f / Arithmetic::kValueLevels);
  const F32 scale = 1.0f / step;
  I32 sum = {}, low = {}, high = {};
  for (int g = 0; g < PaddedGroups<Arithmetic>(count); ++g) {
    I32 whole[kGroup];
    for (int k = 0; k < kGroup; ++k) {
      const int row = g * kGroup + k;
      whole[k] =
          row < count ? Round(LoadCentred(values + row * stride, mean, cols) * scale) : I32{};
      sum += whole[k];
    }
    StoreGroups(Arithmetic::Join(whole), panel + PanelRow<Arithmetic>(g) * kGroupCols);
    if constexpr (Arithmetic::kStartRows > 0) {
      low += whole[0] + whole[1];
      high += whole[2] + whole[3];
      if (g % Arithmetic::kChunk != Arithmetic::kChunk - 1) continue;
      const I32 start =
          ((low * -Arithmetic::kWeightOffset) & 0xFFFF) | (high * -Arithmetic::kWeightOffset) << 16;
      StoreGroups(start, panel + (PanelRow<Arithmetic>(g) - Arithmetic::kChunk) * kGroupCols);
      low = high = I32{};
    }
  }
  Store(step, steps);
  Store(ToFloat(sum * Arithmetic::kWeightOffset), starts);
}

template <typename Arithmetic>
void PackValues(const float* values, size_t stride, int count, const float* mean, int size,
                uint32_t* panels, size_t panel_stride, float* steps, float* starts) {
  for (int col = 0; col < size; col += kLanes) {
    PackValueColumns<Arithmetic>(values + col, stride, count, mean + col, size - col,
                                 panels + col / kGroupCols * panel_stride + col % kGroupCols,
                                 steps + col, starts + col);
  }
}

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

template <>
inline __attribute__((always_inline)) IntegerTile TileProduct<ByteArithmetic>(
    const IntegerProduct& product, const uint32_t* a, const uint32_t* panel) {
  constexpr int kChunk = ByteArithmetic::kChunk;
  const I32 ones = (I32)(Words{} + static_cast<int16_t>(1));
  IntegerTile tile = {};
  for (int g = 0; g < product.groups; g += kChunk) {
    Words chunk[kTileRows][kGroupVectors];
    for (int v = 0; v < kGroupVectors; ++v) {
      const Words start = (Words)LoadGroups(panel + v * kLanes);
      for (int row = 0; row < kTileRows; ++row) chunk[row][v] = start;
    }
    panel += kGroupCols;
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
struct RowAndColumnScale {
  const float* row_scale;
  const float* col_scale;
  const float* base;
  F32 operator()(F32 sum, int row, int col, const float*) const {
    return Fma(sum, Splat(row_scale[row]) * Load(col_scale + col), Load(base + col));
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
void MultiplyForOutputs(const IntegerProduct& product, const float* row_scale,
                        const float* col_scale, const float* base, float* c, size_t c_stride) {
  MultiplyIntegers<Arithmetic>(product, RowAndColumnScale{row_scale, col_scale, base}, c, c_stride);
}

template <typename Arithmetic>
void MultiplyAndAdd(const IntegerProduct& product, const float* row_scale, const float* col_scale,
                    const float* start, float* c, size_t c_stride) {
  MultiplyIntegers<Arithmetic>(product, AddRowAndColumnScale{row_scale, col_scale, start}, c,
                               c_stride);
}

// Where a weight is rounded up instead of down: multiples of the golden ratio, which fill the
// interval evenly however many neighbours are taken.
struct Dither {
  float at[2 * 4 * kLanes];
  constexpr Dither() : at() {
    double x = 0;
    for (float& value : at) {
      value = static_cast<float>(x);
      x += 0.6180339887498949;
      if (x >= 1) x -= 1;
    }
  }
};
constexpr Dither kDither;

// Largest score of each row.
inline void LargestOfRows(const float* scores, size_t stride, int rows, int keys, float* largest) {
  constexpr float kLow = -3.402823466e38f;
  for (int row = 0; row < rows; ++row, scores += stride) {
    F32 most = Splat(kLow), more = most;
    int i = 0;
    for (; i + 2 * kLanes <= keys; i += 2 * kLanes) {
      most = Max(most, Load(scores + i));
      more = Max(more, Load(scores + i + kLanes));
    }
    for (; i < keys; i += kLanes) {
      const int left = keys - i;
      most = Max(most, left < kLanes ? LoadPart(scores + i, left, kLow) : Load(scores + i));
    }
    largest[row] = MaxLanes(Max(most, more));
  }
}

// top * 2^x for x <= 0, at most 6% too large: the whole part of x goes into the exponent of a float
// and the fraction, 7 bits of it, into its mantissa. Schraudolph 1999.
template <typename Arithmetic>
inline __attribute__((always_inline)) F32 Weight(F32 score, float largest, float octaves) {
  constexpr float kRound = 12582912.0f;  // 1.5 * 2^23: what is added to it lands in the low bits
  constexpr float kTopBits = __builtin_bit_cast(uint32_t, Arithmetic::kTop) >> 16;
  const F32 bits = Fma(score - largest, Splat(octaves * 128), Splat(kRound + kTopBits));
  return (F32)((I32)Max(bits, Splat(kRound)) << 16);
}

// kGroup vectors of weights; what is beyond `keys` weighs nothing.
template <typename Arithmetic>
inline __attribute__((always_inline)) I32 WeighGroups(const float* scores, int keys, float largest,
                                                      float octaves, const float* dither,
                                                      I32& sum) {
  constexpr float kLow = -3.402823466e38f;
  I32 weights[Arithmetic::kGroup];
  for (int v = 0; v < Arithmetic::kGroup; ++v) {
    const int left = keys - v * kLanes;
    const float* const from = scores + v * kLanes;
    const F32 score = left >= kLanes ? Load(from)
                      : left > 0     ? LoadPart(from, left, kLow)
                                     : Splat(kLow);
    weights[v] =
        Arithmetic::Whole(Weight<Arithmetic>(score, largest, octaves), Load(dither + v * kLanes));
    sum += weights[v];
  }
  return Arithmetic::Narrow(weights);
}

template <typename Arithmetic>
void Weigh(const float* scores, size_t stride, const float* octaves, int rows, int keys,
           uint32_t* weights, size_t weights_stride, BlockSoftmax block) {
  constexpr int kStep = Arithmetic::kGroup * kLanes;
  LargestOfRows(scores, stride, rows, keys, block.largest);
  for (int row = 0; row < rows; ++row) {
    const float* const from = scores + row * stride;
    uint32_t* const to = weights + row * weights_stride;
    const float largest = block.largest[row];
    // Rows begin at different places of the pattern, so that no key is always rounded up.
    const float* const dither = kDither.at + row * 13 % (4 * kLanes);
    I32 sum = {};
    int i = 0;
    for (; i + kStep <= keys; i += kStep) {
      StoreGroups(WeighGroups<Arithmetic>(from + i, kStep, largest, octaves[row], dither, sum),
                  to + i / Arithmetic::kGroup);
    }
    if (i < keys) {
      StoreGroups(WeighGroups<Arithmetic>(from + i, keys - i, largest, octaves[row], dither, sum),
                  to + i / Arithmetic::kGroup);
    }
    block.largest[row] *= octaves[row];
    block.sum[row] = static_cast<float>(SumIntegers(sum));
  }
}

inline void JoinBlock(int rows, BlockSoftmax block, BlockSoftmax running, float* shrink,
                      float* block_scale) {
  for (int row = 0; row < rows; row += kLanes) {
    const F32 before = Load(running.largest + row);
    const F32 here = Load(block.largest + row);
    const F32 largest = Max(before, here);
    const F32 one = Splat(1.0f);
    const F32 old_scale =
        before < largest ? Exp2Coarse(Max(before - largest, Splat(-120.0f))) : one;
    const F32 new_scale = here < largest ? Exp2Coarse(Max(here - largest, Splat(-120.0f))) : one;
    Store(largest, running.largest + row);
    Store(Fma(Load(block.sum + row), new_scale, Load(running.sum + row) * old_scale),
          running.sum + row);
    Store(old_scale, shrink + row);
    Store(new_scale, block_scale + row);
  }
}

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
