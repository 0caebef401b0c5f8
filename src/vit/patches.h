// The photo cut into patches, each a row that the patch projection takes.
#ifndef HEADLENS_VIT_PATCHES_H_
#define HEADLENS_VIT_PATCHES_H_

#include "base/threads.h"

namespace headlens {

// pixels: (3, height, width) -> out: (rows * cols, 3 * patch * patch), each row (channel, y, x) as
// the convolution's weights are. Pixels right of and below the last whole patch are left out.
// Dosovitskiy et al. 2021, eq. 1.
void CutPatches(const float* pixels, int height, int width, int patch, float* out,
                const ThreadPool& pool);

}  // namespace headlens

#endif  // HEADLENS_VIT_PATCHES_H_
