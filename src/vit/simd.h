// Vectors of floats for our own kernels, in the compilers' portable vector extension: one source
// for SSE, AVX2, AVX-512, NEON and WebAssembly. Included only by the kernels_*.cc, each of which is
// compiled for one instruction set; hence everything here has internal linkage.
#ifndef HEADLENS_VIT_SIMD_H_
#define HEADLENS_VIT_SIMD_H_

#include <cstddef>
#include <cstdint>

#if defined(__wasm_simd128__)
#include <wasm_simd128.h>
#endif

namespace headlens {
namespace {

#if defined(__AVX512F__)
constexpr int kLanes = 16;
#elif defined(__AVX__)
constexpr int kLanes = 8;
#else
constexpr int kLanes = 4;
#endif

typedef float F32 __attribute__((vector_size(4 * kLanes)));
typedef int32_t I32 __attribute__((vector_size(4 * kLanes)));
typedef uint32_t U32 __attribute__((vector_size(4 * kLanes)));
typedef uint16_t U16 __attribute__((vector_size(2 * kLanes)));

inline __attribute__((always_inline)) F32 Load(const float* from) {
  F32 v;
  __builtin_memcpy(&v, from, sizeof(v));
  return v;
}

inline __attribute__((always_inline)) void Store(F32 v, float* to) {
  __builtin_memcpy(to, &v, sizeof(v));
}

// The first count (< kLanes) lanes from memory, `fill` in the others.
inline F32 LoadPart(const float* from, size_t count, float fill) {
  float lanes[kLanes];
  for (size_t i = 0; i < kLanes; ++i) lanes[i] = i < count ? from[i] : fill;
  return Load(lanes);
}

inline void StorePart(F32 v, size_t count, float* to) {
  float lanes[kLanes];
  Store(v, lanes);
  for (size_t i = 0; i < count; ++i) to[i] = lanes[i];
}

inline __attribute__((always_inline)) F32 Splat(float x) { return x - F32{}; }

inline __attribute__((always_inline)) F32 Max(F32 a, F32 b) {
#if defined(__wasm_simd128__)
  return (F32)wasm_f32x4_pmax((v128_t)a, (v128_t)b);
#else
  return a > b ? a : b;
#endif
}

// a * b + c, with one rounding where the machine has it.
inline __attribute__((always_inline)) F32 Fma(F32 a, F32 b, F32 c) {
#if defined(__wasm_relaxed_simd__)
  return (F32)wasm_f32x4_relaxed_madd((v128_t)a, (v128_t)b, (v128_t)c);
#else
  return a * b + c;
#endif
}

inline float SumLanes(F32 v) {
  float lanes[kLanes];
  Store(v, lanes);
  for (int half = kLanes / 2; half > 0; half /= 2) {
    for (int i = 0; i < half; ++i) lanes[i] += lanes[i + half];
  }
  return lanes[0];
}

inline float MaxLanes(F32 v) {
  float lanes[kLanes];
  Store(v, lanes);
  float max = lanes[0];
  for (int i = 1; i < kLanes; ++i) max = lanes[i] > max ? lanes[i] : max;
  return max;
}

// e^x for x <= 88, relative error below 2e-7; under -87 it stays at e^-87 (1.6e-38).
// x = n ln 2 + r, |r| <= ln 2 / 2; polynomial and split of ln 2 from Cephes (Moshier), expf.
inline __attribute__((always_inline)) F32 Exp(F32 x) {
  x = Max(x, Splat(-87.0f));
  const float round = 12582912.0f;  // 1.5 * 2^23: adding it leaves n in the low bits
  const F32 shifted = Fma(x, Splat(1.44269504088896341f), Splat(round));
  const F32 n = shifted - round;
  F32 r = Fma(n, Splat(-0.693359375f), x);
  r = Fma(n, Splat(2.12194440e-4f), r);
  F32 p = Splat(1.9875691500e-4f);
  p = Fma(p, r, Splat(1.3981999507e-3f));
  p = Fma(p, r, Splat(8.3334519073e-3f));
  p = Fma(p, r, Splat(4.1665795894e-2f));
  p = Fma(p, r, Splat(1.6666665459e-1f));
  p = Fma(p, r, Splat(5.0000001201e-1f));
  p = Fma(p, r * r, r + 1.0f);
  return (F32)((I32)p + ((I32)shifted << 23));  // times 2^n
}

// erf(x / sqrt(2)), absolute error below 2e-7: x P(x^2) / Q(x^2), fitted to the least largest error
// on |x| <= 5.2, where erf has reached one.
inline __attribute__((always_inline)) F32 ErfOfHalf(F32 x) {
  constexpr float kP[] = {7.978845221e-01f, 6.508918847e-02f, 9.217294894e-03f,
                          3.137239196e-04f, 1.281577773e-05f, 4.946216700e-08f};
  constexpr float kQ[] = {1.0f,
                          2.482435420e-01f,
                          2.792671203e-02f,
                          1.817204734e-03f,
                          7.049620614e-05f,
                          1.258867211e-06f};
  x = Max(-Max(-x, Splat(-5.2f)), Splat(-5.2f));
  const F32 square = x * x;
  F32 p = Splat(kP[5]), q = Splat(kQ[5]);
  for (int i = 4; i >= 0; --i) {
    p = Fma(p, square, Splat(kP[i]));
    q = Fma(q, square, Splat(kQ[i]));
  }
  return x * p / q;
}

// 2^x for -120 <= x <= 0, relative error below 8e-5: enough for what is rounded to whole numbers.
// x = n + r, |r| <= 1/2; the cubic has its error spread evenly over that interval.
inline __attribute__((always_inline)) F32 Exp2Coarse(F32 x) {
  const float round = 12582912.0f;  // as in Exp
  const F32 shifted = x + round;
  const F32 r = x - (shifted - round);
  F32 p = Fma(Splat(0.055171667f), r, Splat(0.242611122f));
  p = Fma(p, r, Splat(0.693260986f));
  p = Fma(p, r, Splat(0.999928074f));
  return (F32)((I32)p + ((I32)shifted << 23));
}

// Half precision, round to nearest even, overflow to infinity; NaN is not kept.
// The scaling trick is that of FP16 (Maratyszcza), fp16_ieee_from_fp32_value.
inline __attribute__((always_inline)) U16 ToHalf(F32 x) {
  const U32 bits = (U32)x;
  const U32 sign = bits & 0x80000000u;
  const F32 magnitude = (F32)(bits ^ sign);
  const F32 base = (magnitude * 0x1.0p+112f) * 0x1.0p-110f;
  U32 bias = (bits << 1) & 0xFF000000u;
  bias = bias < 0x71000000u ? U32{} + 0x71000000u : bias;
  const U32 rounded = (U32)((F32)((bias >> 1) + 0x07800000u) + base);
  const U32 half = ((rounded >> 13) & 0x00007C00u) + (rounded & 0x00000FFFu);
  return __builtin_convertvector(half | (sign >> 16), U16);
}

// fp16_ieee_to_fp32_value of the same library.
inline __attribute__((always_inline)) F32 FromHalf(U16 h) {
  const U32 bits = __builtin_convertvector(h, U32) << 16;
  const U32 sign = bits & 0x80000000u;
  const U32 doubled = bits + bits;
  const F32 normal = (F32)((doubled >> 4) + (0xE0u << 23)) * 0x1.0p-112f;
  const F32 subnormal = (F32)((doubled >> 17) | (126u << 23)) - 0.5f;
  return (F32)(sign | (doubled < (1u << 27) ? (U32)subnormal : (U32)normal));
}

}  // namespace
}  // namespace headlens

#endif  // HEADLENS_VIT_SIMD_H_
