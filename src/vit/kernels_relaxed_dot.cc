// For browsers where the relaxed dot product is one instruction (AVX-VNNI, ARM's SDOT).
#if defined(__wasm_relaxed_simd__)

#include "vit/kernels_body.h"

namespace headlens {

extern const Kernels kRelaxedDotKernels = KernelsNamed<DotArithmetic>("relaxed-dot");

}  // namespace headlens

#endif
