// Numbers become factors: part of integer_kernels_body.h.
#ifndef HEADLENS_VIT_INTEGER_PACK_BODY_H_
#define HEADLENS_VIT_INTEGER_PACK_BODY_H_

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

// The middle of what x reaches from and to, and steps that reach its ends in `levels`.
inline RowSteps StepsOf(const float* x, int count, int levels) {
  F32 largest = Splat(x[0]), negated = Splat(-x[0]);
  int i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    const F32 v = Load(x + i);
    largest = Max(largest, v);
    negated = Max(negated, -v);
  }
  if (i < count) {
    largest = Max(largest, LoadPart(x + i, count - i, x[0]));
    negated = Max(negated, -LoadPart(x + i, count - i, x[0]));
  }
  const float top = MaxLanes(largest), bottom = -MaxLanes(negated);
  const float middle = 0.5f * top + 0.5f * bottom;
  return {middle, StepOf(top - middle > middle - bottom ? top - middle : middle - bottom, levels)};
}

// An offset is half of what a byte holds: to flip the top bit is to add it.
template <typename Arithmetic>
RowSteps QuantiseInputs(const float* x, int count, uint32_t* groups) {
  constexpr int kGroup = Arithmetic::kGroup;
  static_assert(Arithmetic::kOffset == 0 || Arithmetic::kOffset == 128);
  const I32 offset = SplatGroup(Arithmetic::kOffset * 0x01010101u);
  const RowSteps row = StepsOf(x, count, Arithmetic::kLevels);
  const float steps = 1.0f / row.step;
  I32 whole[kGroup];
  int i = 0;
  for (; i + kGroup * kLanes <= count; i += kGroup * kLanes) {
    for (int v = 0; v < kGroup; ++v) {
      whole[v] = Round((Load(x + i + v * kLanes) - row.middle) * steps);
    }
    StoreGroups(Arithmetic::Narrow(whole) ^ offset, groups + i / kGroup);
  }
  const int padded = PaddedGroups<Arithmetic>(count);
  for (; i / kGroup < padded; i += kGroup * kLanes) {
    for (int v = 0; v < kGroup; ++v) {
      const int at = i + v * kLanes;
      whole[v] = Round((LoadUpTo(x + at, count - at) - row.middle) * steps);
    }
    const I32 narrow = Arithmetic::Narrow(whole) ^ offset;
    const int left = padded - i / kGroup;
    __builtin_memcpy(groups + i / kGroup, &narrow, 4 * (left < kLanes ? left : kLanes));
  }
  return row;
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
void PackWeights(const int8_t* weights, int count, uint32_t* column) {
  constexpr int kBits = 32 / Arithmetic::kGroup;
  StartOfChunk<Arithmetic> start(Arithmetic::kOffset);
  for (int g = 0; g < PaddedGroups<Arithmetic>(count); ++g) {
    uint32_t group = 0;
    for (int k = 0; k < Arithmetic::kGroup; ++k) {
      const int i = g * Arithmetic::kGroup + k;
      const uint32_t factor = static_cast<uint32_t>(i < count ? weights[i] : 0);
      group |= (factor & ((1u << kBits) - 1)) << (kBits * k);
    }
    column[PanelRow<Arithmetic>(g) * kGroupCols] = group;
    start.Add(g, group, column);
  }
}

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

}  // namespace
}  // namespace headlens

#endif  // HEADLENS_VIT_INTEGER_PACK_BODY_H_
