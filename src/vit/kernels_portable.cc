// For the instruction set that the whole program is compiled for.
#include "vit/kernels_body.h"

namespace headlens {

extern const Kernels kPortableKernels = KernelsNamed<BestArithmetic>("portable");

}  // namespace headlens
