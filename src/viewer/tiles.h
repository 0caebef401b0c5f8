// The tiles of each view, and where they go.
#ifndef HEADLENS_VIEWER_TILES_H_
#define HEADLENS_VIEWER_TILES_H_

#include <span>
#include <vector>

#include "viewer/atlas.h"
#include "viewer/panes.h"
#include "viewer/tile.h"
#include "viewer/view_state.h"
#include "viewer/zoom.h"

namespace headlens {

struct Tiles {
  std::vector<Tile> list;
  std::vector<Box> captions;     // above each of several panes
  std::vector<AtlasGrid> atlas;  // in view atlas, a pane each
};

// What a view shows of one photo: the heads, unless it has something else.
TileKind KindOf(View view);

// atlas: where view atlas is scrolled to; the pictures of the other views go by ViewState.zoom.
// No tiles without a photo.
Tiles PlaceTiles(const Stage& stage, std::span<const Pane> panes, const ViewState& state,
                 const Zoom& atlas);

// The last of the list that shows at a point of the window; null beside them all.
const Tile* TileAt(const Tiles& tiles, float x, float y);

// Of view slider: where its divider is on a tile, in pixels of the window, always within `clip`.
float DividerAt(const Tile& tile, const ViewState& state);

// Where all of the pane's photo lies in the first of its tiles; empty where it has none.
Box PhotoBox(const Tiles& tiles, size_t pane);

}  // namespace headlens

#endif  // HEADLENS_VIEWER_TILES_H_
