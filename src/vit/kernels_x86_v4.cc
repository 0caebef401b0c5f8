// For x86-64-v4 (AVX-512); CMakeLists.txt compiles this file so.
#if defined(__x86_64__)

#include "vit/kernels_body.h"

namespace headlens {

extern const Kernels kX86V4Kernels = KernelsNamed<BestArithmetic>("x86-64-v4");

}  // namespace headlens

#endif
