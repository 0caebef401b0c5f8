// Whether a pass fits into the memory, asked before it begins.
#ifndef HEADLENS_ENGINE_MEMORY_H_
#define HEADLENS_ENGINE_MEMORY_H_

#include <cstdint>

#include "base/result.h"
#include "image/preprocess.h"
#include "vit/vit.h"

namespace headlens {

// available: bytes that the pass may take beside the weights. The error names the largest size, as
// the short side of a photo of the same shape, that fits.
Status CheckPassFits(const Vit& vit, const Placement& placement, uint64_t available);

}  // namespace headlens

#endif  // HEADLENS_ENGINE_MEMORY_H_
