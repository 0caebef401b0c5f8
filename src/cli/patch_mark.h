// The outline of the query patch on an overlay.
#ifndef HEADLENS_CLI_PATCH_MARK_H_
#define HEADLENS_CLI_PATCH_MARK_H_

#include "image/image.h"
#include "maps/compose.h"

namespace headlens {

// Draws a white outline with a black one around it, so that it shows on every photo. The patch
// (row, col) is one of the grid that `maps` lays over the photo.
void MarkPatch(Image& picture, const LayerMaps& maps, int row, int col);

}  // namespace headlens

#endif  // HEADLENS_CLI_PATCH_MARK_H_
