// For x86-64-v3 (AVX2, FMA); CMakeLists.txt compiles this file so.
#if defined(__x86_64__)

#include "vit/kernels_body.h"

namespace headlens {

extern const Kernels kX86V3Kernels = KernelsNamed<BestArithmetic>("x86-64-v3");

}  // namespace headlens

#endif
