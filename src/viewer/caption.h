// The line above each of several panes: which model it shows, and in the last the way back to one.
#ifndef HEADLENS_VIEWER_CAPTION_H_
#define HEADLENS_VIEWER_CAPTION_H_

#include <span>

#include "viewer/layout.h"
#include "viewer/panes.h"
#include "viewer/theme.h"
#include "viewer/view_state.h"

namespace headlens {

// Where the reader ends the comparison, the view's second model is none.
void DrawCaptions(const Theme& theme, const Layout& layout, std::span<const Pane> panes,
                  ViewState* state);

}  // namespace headlens

#endif  // HEADLENS_VIEWER_CAPTION_H_
