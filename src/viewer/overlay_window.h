// A window over the photo that opens on demand and closes by a click elsewhere.
#ifndef HEADLENS_VIEWER_OVERLAY_WINDOW_H_
#define HEADLENS_VIEWER_OVERLAY_WINDOW_H_

#include "viewer/layout.h"
#include "viewer/theme.h"

namespace headlens {

// Of every window that lies over the photo; padding in device pixels.
void PushOverlayStyle(const Theme& theme, float padding);
void PopOverlayStyle();

// Between the two it is drawn into. It is as large as what it holds, in the middle of the area, and
// scrolls where that is more than the area has room for.
void BeginOverlay(const Theme& theme, const Box& area, const char* name);
// False where the reader clicked elsewhere.
bool EndOverlay();

}  // namespace headlens

#endif  // HEADLENS_VIEWER_OVERLAY_WINDOW_H_
