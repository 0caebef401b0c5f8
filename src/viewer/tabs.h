// The row of views above the photo.
#ifndef HEADLENS_VIEWER_TABS_H_
#define HEADLENS_VIEWER_TABS_H_

#include "viewer/layout.h"
#include "viewer/theme.h"
#include "viewer/view_state.h"

namespace headlens {

void DrawTabs(const Theme& theme, const Layout& layout, ViewState* state);

}  // namespace headlens

#endif  // HEADLENS_VIEWER_TABS_H_
