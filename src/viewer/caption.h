// The line above each of several panes: which model it shows, and in the last the way back to one.
#ifndef HEADLENS_VIEWER_CAPTION_H_
#define HEADLENS_VIEWER_CAPTION_H_

#include <span>

#include "viewer/layout.h"
#include "viewer/panes.h"
#include "viewer/theme.h"
#include "viewer/view_state.h"

namespace headlens {

// boxes: a pane each, or none. Where the reader ends the comparison, the view's second model is
// none.
void DrawCaptions(const Theme& theme, std::span<const Box> boxes, std::span<const Pane> panes,
                  ViewState* state);

// The texts alone.
void DrawCaptionTexts(ImDrawList* draw, const Theme& theme, std::span<const Box> boxes,
                      std::span<const Pane> panes, const ViewState& state);

}  // namespace headlens

#endif  // HEADLENS_VIEWER_CAPTION_H_
