// Whether a pass fits into the memory, asked before it begins.
#ifndef HEADLENS_ENGINE_MEMORY_H_
#define HEADLENS_ENGINE_MEMORY_H_

#include <cstddef>

#include "base/result.h"
#include "image/preprocess.h"
#include "vit/config.h"

namespace headlens {

// Bytes that a pass over a grid of rows x cols patches holds: activations, and Q and K of all
// layers.
size_t PassBytes(const VitConfig& config, int rows, int cols);

// available: bytes that the pass may take. The error names the largest size, as the short side of a
// photo of the same shape, that fits.
Status CheckPassFits(const VitConfig& config, const Placement& placement, size_t available);

}  // namespace headlens

#endif  // HEADLENS_ENGINE_MEMORY_H_
