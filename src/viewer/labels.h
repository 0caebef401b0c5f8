// What is written on, above and below the tiles. All of it goes into one list, of the canvas or of
// a picture to save.
#ifndef HEADLENS_VIEWER_LABELS_H_
#define HEADLENS_VIEWER_LABELS_H_

#include <span>
#include <vector>

#include "viewer/colour_bar.h"
#include "viewer/outlines.h"
#include "viewer/panes.h"
#include "viewer/theme.h"
#include "viewer/tiles.h"
#include "viewer/view_state.h"

namespace headlens {

// The names of tiles, of the rows and columns of the atlas, and what a field still waits for.
void DrawLabels(ImDrawList* draw, const Theme& theme, const Tiles& tiles,
                std::span<const Pane> panes, const ViewState& state);

// A tile that lies over others: a frame and its name.
void DrawEnlargedFrame(ImDrawList* draw, const Theme& theme, const Tile& tile,
                       std::span<const Pane> panes);

void DrawContours(ImDrawList* draw, const Theme& theme, const Tiles& tiles,
                  std::span<const Pane> panes, const ViewState& state,
                  std::vector<LayerContours>* known);

void DrawDivider(ImDrawList* draw, const Theme& theme, const Tiles& tiles, const ViewState& state);

void DrawColourBar(ImDrawList* draw, const Theme& theme, const Box& box, const ColourBar& bar,
                   Colormap colormap);

}  // namespace headlens

#endif  // HEADLENS_VIEWER_LABELS_H_
