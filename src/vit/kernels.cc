#include "vit/kernels.h"

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

#else

std::vector<const Kernels*> UsableKernels() { return {&kPortableKernels}; }

#endif

const Kernels& BestKernels() {
  static const Kernels* const best = UsableKernels().back();
  return *best;
}

}  // namespace headlens
