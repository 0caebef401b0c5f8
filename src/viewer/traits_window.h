// All traits of all heads of the layer, and how each runs over the layers.
#ifndef HEADLENS_VIEWER_TRAITS_WINDOW_H_
#define HEADLENS_VIEWER_TRAITS_WINDOW_H_

#include <span>

#include "viewer/layout.h"
#include "viewer/panel.h"
#include "viewer/panes.h"
#include "viewer/theme.h"
#include "viewer/view_state.h"

namespace headlens {

// Of the first pane, while it is open.
void DrawTraits(Panel* panel, const Theme& theme, const Layout& layout, std::span<const Pane> panes,
                ViewState* state);

}  // namespace headlens

#endif  // HEADLENS_VIEWER_TRAITS_WINDOW_H_
