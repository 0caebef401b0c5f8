// The pointer over the tiles: which patch is under it, and what a click does there.
#ifndef HEADLENS_VIEWER_PICK_H_
#define HEADLENS_VIEWER_PICK_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "viewer/panes.h"
#include "viewer/theme.h"
#include "viewer/tiles.h"
#include "viewer/view_state.h"

namespace headlens {

struct Hovered {
  size_t pane = 0;
  Patch patch;
  bool operator==(const Hovered&) const = default;
};

// Where a click on a head of its own came from.
struct WayBack {
  View view = View::kOverlay;
  int layer = 0;
  int head = 1;
  uint64_t heads_on = kAllHeads;
};
WayBack WayBackTo(const ViewState& state);
void GoBack(const WayBack& way, ViewState* state);

// A click at a point of the window makes a patch the query; in views heads and atlas it shows a
// head alone over the photo. Returns the way back from there.
std::optional<WayBack> ClickTile(const Tiles& tiles, std::span<Pane> panes, float scale, float x,
                                 float y, ViewState* state);

// None over the cells of an atlas, and none while the pointer is over a control.
std::optional<Hovered> PatchUnderPointer(const Tiles& tiles, std::span<const Pane> panes);

// The cell of the atlas under the pointer, and which atlas it is of.
struct HoveredCell {
  const AtlasGrid* grid = nullptr;
  AtlasCell cell;
};
std::optional<HoveredCell> CellUnderPointer(const Tiles& tiles);

// The query's marker on every tile.
void DrawQuery(ImDrawList* draw, const Theme& theme, const Tiles& tiles,
               std::span<const Pane> panes, const ViewState& state);

// The hovered patch on every tile, and what is to be said of it.
void ShowHovered(const Theme& theme, const Tiles& tiles, std::span<const Pane> panes,
                 const ViewState& state, const Hovered& hovered);

}  // namespace headlens

#endif  // HEADLENS_VIEWER_PICK_H_
