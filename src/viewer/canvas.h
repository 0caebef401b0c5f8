// The canvas: ImGui's context on the page's WebGL context, and the start and end of a frame.
#ifndef HEADLENS_VIEWER_CANVAS_H_
#define HEADLENS_VIEWER_CANVAS_H_

#include "viewer/layout.h"
#include "viewer/theme.h"
#include "viewer/ui.h"

namespace headlens {

// Needs a current WebGL 2 context.
void StartCanvas();

// seconds: a clock that only grows.
void BeginFrame(const Window& window, const Theme& theme, double seconds);
void EndFrame(const Window& window, const Ui& ui);

// ImGui takes at most one press or release a frame: true while more of them wait.
bool InputWaits();

}  // namespace headlens

#endif  // HEADLENS_VIEWER_CANVAS_H_
