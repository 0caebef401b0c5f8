// The outline of the query patch on an overlay.
#ifndef HEADLENS_CLI_PATCH_MARK_H_
#define HEADLENS_CLI_PATCH_MARK_H_

#include "image/image.h"
#include "maps/grid.h"

namespace headlens {

// Draws a white outline with a black one around it, so that it shows on every photo. The patch
// (row, col) is one of the grid over the photo.
void MarkPatch(Image& picture, const PatchGrid& grid, int row, int col);

}  // namespace headlens

#endif  // HEADLENS_CLI_PATCH_MARK_H_
