#include "vit/kernels.h"

#if defined(__wasm_relaxed_simd__)
#include <wasm_simd128.h>
#endif

namespace headlens {

extern const Kernels kPortableKernels;

#if defined(__x86_64__)

extern const Kernels kX86V3Kernels;
extern const Kernels kX86V4Kernels;

std::vector<const Kernels*> UsableKernels() {
  std::vector<const Kernels*> usable = {&kPortableKernels};
  if (__builtin_cpu_supports("x86-64-v3")) usable.push_back(&kX86V3Kernels);
  if (__builtin_cpu_supports("x86-64-v4")) usable.push_back(&kX86V4Kernels);
  return usable;
}

bool HasInt8Products() { return true; }

#elif defined(__wasm_relaxed_simd__)

extern const Kernels kRelaxedDotKernels;

std::vector<const Kernels*> UsableKernels() {
  std::vector<const Kernels*> usable = {&kPortableKernels};
  if (HasInt8Products()) usable.push_back(&kRelaxedDotKernels);
  return usable;
}

// The instruction does not saturate in 16 bits, as what stands in for it does: two products of 127
// and -1, or 255 to machines that take it as unsigned.
bool HasInt8Products() {
  volatile int8_t left = 127, right = -1;  // volatile, for compilers would know better
  const v128_t sum = wasm_i32x4_relaxed_dot_i8x16_i7x16_add(
      wasm_i8x16_splat(left), wasm_i8x16_splat(right), wasm_i32x4_splat(0));
  return wasm_i32x4_extract_lane(sum, 0) != 2 * INT16_MAX;
}

#else

std::vector<const Kernels*> UsableKernels() { return {&kPortableKernels}; }

#if defined(__wasm__)
bool HasInt8Products() { return false; }
#else
bool HasInt8Products() { return true; }
#endif

#endif

const Kernels& BestKernels() {
  static const Kernels* const best = UsableKernels().back();
  return *best;
}

#if defined(__wasm_relaxed_simd__)
// Whether 127 * 255 is that in a dot product of byte pairs: signed it would be -127.
static bool BytePairsAreUnsigned() {
  volatile int16_t left = 127, right = 255;  // volatile as above
  const v128_t sum =
      wasm_i16x8_relaxed_dot_i8x16_i7x16(wasm_i16x8_splat(left), wasm_i16x8_splat(right));
  return wasm_i16x8_extract_lane(sum, 0) == 127 * 255;
}
#else
static bool BytePairsAreUnsigned() { return true; }
#endif

const LinearKernels& RoughLinear() {
  static const bool right = BytePairsAreUnsigned();
  return right ? BestKernels().rough_linear : BestKernels().exact_linear;
}

}  // namespace headlens
