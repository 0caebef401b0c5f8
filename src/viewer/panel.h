// The controls: a column at the right, or a sheet at the bottom of a narrow window.
#ifndef HEADLENS_VIEWER_PANEL_H_
#define HEADLENS_VIEWER_PANEL_H_

#include "viewer/keys.h"
#include "viewer/layout.h"
#include "viewer/theme.h"
#include "viewer/view_state.h"

namespace headlens {

// What the panel keeps between frames and no other view needs to know.
struct Panel {
  bool keys_open = false;
  uint64_t heads_before_press = kAllHeads;  // what a double-click started from
};

enum class PanelAction { kNone, kSavePicture };

// awaits_query: the maps of the query patch are being computed.
PanelAction DrawPanel(Panel* panel, const Theme& theme, const Layout& layout,
                      const ViewLimits& limits, bool awaits_query, ViewState* state);

// The height that the panel needs as a sheet, in device pixels.
int SheetHeight(const Theme& theme, int heads);

// The list of keys over the picture, while it is open.
void DrawKeys(Panel* panel, const Theme& theme, const Layout& layout);

}  // namespace headlens

#endif  // HEADLENS_VIEWER_PANEL_H_
