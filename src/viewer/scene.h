// All of a view but its pictures, drawn into one list: for the canvas, and for a view to save.
#ifndef HEADLENS_VIEWER_SCENE_H_
#define HEADLENS_VIEWER_SCENE_H_

#include "viewer/app.h"

namespace headlens {

void DrawMarks(ImDrawList* draw, const Theme& theme, const Tiles& tiles, const Box& bar, App* app);

// The whole view at this size without panel, tabs and pointer: RGBA, first row at the top. Empty if
// the size cannot be had.
std::vector<uint8_t> RenderView(App* app, int height, int width);

}  // namespace headlens

#endif  // HEADLENS_VIEWER_SCENE_H_
