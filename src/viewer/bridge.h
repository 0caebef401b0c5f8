// What the viewer tells the page. What the page tells the viewer are the functions viewer_* that
// bridge.cc exports; web/viewer.js is the only caller of both.
#ifndef HEADLENS_VIEWER_BRIDGE_H_
#define HEADLENS_VIEWER_BRIDGE_H_

#include <optional>
#include <string>

#include "viewer/pick.h"

namespace headlens {

void TellState(const std::string& json);
void TellHover(std::optional<Hovered> hovered);
void TellCursor(int imgui_cursor);
void TellExport();  // the reader asks to take something out

}  // namespace headlens

#endif  // HEADLENS_VIEWER_BRIDGE_H_
