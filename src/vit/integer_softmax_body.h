// Softmax weights as factors: part of integer_kernels_body.h.
#ifndef HEADLENS_VIT_INTEGER_SOFTMAX_BODY_H_
#define HEADLENS_VIT_INTEGER_SOFTMAX_BODY_H_

#include "vit/integer_kernels.h"
#include "vit/integer_pack_body.h"
#include "vit/simd_integers.h"

namespace headlens {
namespace {

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

}  // namespace
}  // namespace headlens

#endif  // HEADLENS_VIT_INTEGER_SOFTMAX_BODY_H_
