// The controls: a column at the right, or a sheet at the bottom of a narrow window.
#ifndef HEADLENS_VIEWER_PANEL_H_
#define HEADLENS_VIEWER_PANEL_H_

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "viewer/explanation.h"
#include "viewer/layout.h"
#include "viewer/panes.h"
#include "viewer/scroll.h"
#include "viewer/sheet.h"
#include "viewer/theme.h"
#include "viewer/view_state.h"

namespace headlens {

// What the page expects of a photo at this size.
struct Estimate {
  int size = 0;
  float seconds = 0;
  float megabytes = 0;
};

// What the panel keeps between frames and no other view needs to know.
struct Panel {
  bool keys_open = false;
  bool traits_open = false;
  uint64_t heads_before_press = kAllHeads;  // what a double-click started from
  Order third = Order::kCompactness;        // the trait of the list beside entropy and prefix
  std::vector<Estimate> estimates;
  Sheet sheet;
  DragScroll scroll, overlay_scroll;
  std::optional<ExplainedScore> explained;  // the last that was shown
  std::string said;                         // the last change, as a line over the photo
  double said_at = -1;                      // when it was first drawn; below 0: not yet
};

enum class PanelAction { kNone, kExport };

PanelAction DrawPanel(Panel* panel, const Theme& theme, const Layout& layout, const Window& window,
                      std::span<const Pane> panes, ViewState* state);

// The height of the panel as a sheet, in device pixels.
int SheetHeight(const Panel& panel, const Theme& theme, const Window& window, int heads,
                const ViewState& state);

}  // namespace headlens

#endif  // HEADLENS_VIEWER_PANEL_H_
