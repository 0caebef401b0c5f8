// A pane's picture without WebGL, by the composition of src/maps.
#ifndef HEADLENS_VIEWER_SOFTWARE_H_
#define HEADLENS_VIEWER_SOFTWARE_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "viewer/panes.h"
#include "viewer/view_state.h"

namespace headlens {

// Draws a pane's overlay over a photo that has no transparent pixels.
// rgba: (height, width, 4), the photo; on return the picture.
void ComposePane(std::span<const Pane> panes, size_t pane, const ViewState& state,
                 std::span<uint8_t> rgba, int height, int width);

}  // namespace headlens

#endif  // HEADLENS_VIEWER_SOFTWARE_H_
