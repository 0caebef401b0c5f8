// View atlas: every head of every layer, layers downwards, heads to the right.
#ifndef HEADLENS_VIEWER_ATLAS_H_
#define HEADLENS_VIEWER_ATLAS_H_

#include <optional>
#include <span>
#include <vector>

#include "viewer/panes.h"
#include "viewer/tile.h"
#include "viewer/view_state.h"
#include "viewer/zoom.h"

namespace headlens {

struct AtlasCell {
  int layer = 0;  // counted from 0, as heads are
  int head = 0;
  bool operator==(const AtlasCell&) const = default;
};

// The cells of one pane.
struct AtlasGrid {
  size_t pane = 0;
  int layers = 0;
  int heads = 0;
  Box window;        // what shows of them; their labels are above it and at its left
  ZoomFrame zoomed;  // all of them, where they are not scrolled
  Box sheet;         // all of them: reaches beyond the window where it is scrolled
};

// In a part of the window; no cells where the pane has no maps.
AtlasGrid PlaceAtlas(const Stage& stage, const Box& block, std::span<const Pane> panes, size_t pane,
                     const Zoom& zoom);

// Whole pixels, the photo's aspect ratio.
Box CellBox(const AtlasGrid& grid, const AtlasCell& cell, float scale);
std::optional<AtlasCell> CellAt(const AtlasGrid& grid, float x, float y);

// The cells that show.
std::vector<Tile> AtlasTiles(const AtlasGrid& grid, float scale);

// A cell as a large tile over the photo: beside the point (x, y), within the window of the cells.
Tile EnlargedCell(const Stage& stage, const AtlasGrid& grid, const AtlasCell& cell, float x,
                  float y);

// The view becomes that head alone, over the photo.
void GoToCell(const AtlasCell& cell, ViewState* state);

}  // namespace headlens

#endif  // HEADLENS_VIEWER_ATLAS_H_
