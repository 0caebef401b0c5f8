// Vectors of small whole numbers and their dot products, beside simd.h: one 32-bit lane holds a
// group of factors, four bytes or two 16-bit words, whichever the machine multiplies faster.
#ifndef HEADLENS_VIT_SIMD_INTEGERS_H_
#define HEADLENS_VIT_SIMD_INTEGERS_H_

#include "vit/simd.h"

#if defined(__SSE2__)
#include <immintrin.h>
#endif

namespace headlens {
namespace {

typedef int16_t Words __attribute__((vector_size(4 * kLanes)));
typedef int8_t Bytes __attribute__((vector_size(4 * kLanes)));

inline __attribute__((always_inline)) I32 LoadGroups(const uint32_t* from) {
  I32 v;
  __builtin_memcpy(&v, from, sizeof(v));
  return v;
}

inline __attribute__((always_inline)) void StoreGroups(I32 v, uint32_t* to) {
  __builtin_memcpy(to, &v, sizeof(v));
}

inline __attribute__((always_inline)) I32 SplatGroup(uint32_t group) {
  return I32{} + static_cast<int32_t>(group);
}

// To the nearest whole number, for |x| below 2^22.
inline __attribute__((always_inline)) I32 Round(F32 x) {
  return (I32)(x + 12582912.0f) - 0x4B400000;  // 1.5 * 2^23, as in Exp, and its bits
}

// Towards zero, for x in [0, 2^22).
inline __attribute__((always_inline)) I32 Truncate(F32 x) {
#if defined(__wasm_relaxed_simd__)
  return (I32)wasm_i32x4_relaxed_trunc_f32x4((v128_t)x);
#elif defined(__wasm__)
  return Round(x - 0.5f);  // trunc_sat is slow; differs only where x is whole
#else
  return __builtin_convertvector(x, I32);
#endif
}

// In each lane, the sum of two products.
inline __attribute__((always_inline)) I32 DotWords(I32 a, I32 b) {
#if defined(__wasm_simd128__)
  return (I32)wasm_i32x4_dot_i16x8((v128_t)a, (v128_t)b);
#elif defined(__AVX512BW__)
  return (I32)_mm512_madd_epi16((__m512i)a, (__m512i)b);
#elif defined(__AVX2__)
  return (I32)_mm256_madd_epi16((__m256i)a, (__m256i)b);
#elif defined(__SSE2__)
  return (I32)_mm_madd_epi16((__m128i)a, (__m128i)b);
#else
  return (a << 16 >> 16) * (b << 16 >> 16) + (a >> 16) * (b >> 16);
#endif
}

// In each 16-bit lane, the sum of two products, if it fits. The bytes of a are in [0, 127], or up
// to 255 where the machine takes them as unsigned (kernels.cc asks WebAssembly's).
inline __attribute__((always_inline)) Words DotBytePairs(I32 a, I32 b) {
#if defined(__wasm_relaxed_simd__)
  return (Words)wasm_i16x8_relaxed_dot_i8x16_i7x16((v128_t)b, (v128_t)a);
#elif defined(__AVX512BW__)
  return (Words)_mm512_maddubs_epi16((__m512i)a, (__m512i)b);
#elif defined(__AVX2__)
  return (Words)_mm256_maddubs_epi16((__m256i)a, (__m256i)b);
#else
  const Words x = (Words)a, y = (Words)b;
  return (x & 0xFF) * (y << 8 >> 8) + (x >> 8 & 0xFF) * (y >> 8);
#endif
}

// Factors of 12 bits, two in a lane. Sums of 2^9 products stay below 2^31.
struct WordArithmetic {
  static constexpr int kGroup = 2;
  static constexpr int kChunk = 1;      // depths are padded to whole chunks of groups
  static constexpr int kStartRows = 0;  // in front of each chunk of a panel
  static constexpr int kOffset = 0;
  static constexpr int kLevels = 2047;
  static constexpr int kValueLevels = 2047;
  static constexpr int kWeightOffset = 0;
  static constexpr float kTop = 4080;          // a weight of one; its bits end early
  static constexpr int kMostInPair = 2 * 128;  // whatever the weights: see FineByteArithmetic
  static constexpr int kMostInChunk = 2 * 128;

  static inline __attribute__((always_inline)) I32 Join(const I32 (&v)[kGroup]) {
    return (v[0] & 0xFFFF) | (v[1] << 16);
  }
  // The kGroup vectors one after the other, each number a factor.
  static inline __attribute__((always_inline)) I32 Narrow(const I32 (&v)[kGroup]) {
#if defined(__wasm_simd128__)
    return (I32)wasm_i16x8_narrow_i32x4((v128_t)v[0], (v128_t)v[1]);
#else
    typedef int16_t Half __attribute__((vector_size(2 * kLanes)));
    I32 narrow;
    for (int i = 0; i < kGroup; ++i) {
      const Half part = __builtin_convertvector(v[i], Half);
      __builtin_memcpy(reinterpret_cast<char*>(&narrow) + i * sizeof(part), &part, sizeof(part));
    }
    return narrow;
#endif
  }
  // A weight as a whole number. 12 bits lose little, whatever the dither.
  static inline __attribute__((always_inline)) I32 Whole(F32 weight, F32) { return Round(weight); }
};

// Factors of 6 to 7 bits, four in a lane, those from the left with an offset that leaves them no
// sign. Sixteen products of what is left without the offset fit into 16 bits, 45 * 45 as well as
// 32 * 63: a start row in front of each chunk of eight groups takes the offset's part away, and the
// chunk is summed up in 16 bits before it is widened.
struct ByteArithmetic {
  static constexpr int kGroup = 4;
  static constexpr int kChunk = 8;
  static constexpr int kStartRows = 1;
  static constexpr int kOffset = 45;
  static constexpr int kLevels = 45;
  static constexpr int kValueLevels = 63;
  static constexpr int kWeightOffset = 32;
  static constexpr float kTop = 64;

  static inline __attribute__((always_inline)) I32 Join(const I32 (&v)[kGroup]) {
    return (v[0] & 0xFF) | (v[1] & 0xFF) << 8 | (v[2] & 0xFF) << 16 | v[3] << 24;
  }
  static inline __attribute__((always_inline)) I32 Narrow(const I32 (&v)[kGroup]) {
#if defined(__wasm_simd128__)
    return (I32)wasm_i8x16_narrow_i16x8(wasm_i16x8_narrow_i32x4((v128_t)v[0], (v128_t)v[1]),
                                        wasm_i16x8_narrow_i32x4((v128_t)v[2], (v128_t)v[3]));
#else
    typedef int8_t Quarter __attribute__((vector_size(kLanes)));
    I32 narrow;
    for (int i = 0; i < kGroup; ++i) {
      const Quarter part = __builtin_convertvector(v[i], Quarter);
      __builtin_memcpy(reinterpret_cast<char*>(&narrow) + i * sizeof(part), &part, sizeof(part));
    }
    return narrow;
#endif
  }
  static inline __attribute__((always_inline)) I32 Whole(F32 weight, F32 dither) {
    return Truncate(weight + dither);
  }
};

// Left factors of 8 bits with an offset, for linear layers, times weights whose sums are held down
// so that nothing saturates or overflows in 16 bits:
//   two products of one sign, of factors with the offset: 255 * kMostInPair = 32640 < 2^15
//   the eight of a chunk in one lane, without the offset: 127 * kMostInChunk = 32766 < 2^15
// Between the first and the last of a chunk the sum may wrap around.
struct FineByteArithmetic : ByteArithmetic {
  static constexpr int kChunk = 4;
  static constexpr int kOffset = 128;
  static constexpr int kLevels = 127;
  static constexpr int kMostInPair = 128;
  static constexpr int kMostInChunk = 258;
};

#if defined(__wasm_relaxed_simd__)
// The same factors where the relaxed dot product of four pairs is one instruction.
struct DotArithmetic : ByteArithmetic {};

// sum + in each lane, the sum of four products. The bytes of a are in [0, 127].
inline __attribute__((always_inline)) I32 AddDots(I32 a, I32 b, I32 sum) {
  return (I32)wasm_i32x4_relaxed_dot_i8x16_i7x16_add((v128_t)b, (v128_t)a, (v128_t)sum);
}
#endif

}  // namespace
}  // namespace headlens

#endif  // HEADLENS_VIT_SIMD_INTEGERS_H_
