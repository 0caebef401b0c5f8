// Tiles: the photo with what is drawn over it, by shaders/overlay.frag.
#ifndef HEADLENS_VIEWER_PICTURE_H_
#define HEADLENS_VIEWER_PICTURE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "maps/colour.h"
#include "viewer/panes.h"
#include "viewer/textures.h"
#include "viewer/tile.h"
#include "viewer/view_state.h"

namespace headlens {

// Of the uniforms that change from tile to tile, or from frame to frame.
struct UniformPlaces {
  int place = -1;
  int palette = -1;
  int first = -1;
  int end = -1;
  int mode = -1;
  int opacity = -1;
  int bare = -1;
  int smoothly = -1;
  int covered = -1;
};

// Names of WebGL objects; all 0 before CreatePicture and after the context is lost.
struct Picture {
  unsigned program = 0;
  unsigned photo = 0;  // of all panes; the page uploads into it
  unsigned scale = 0;
  std::optional<Colormap> colormap;  // that `scale` holds
  UniformPlaces at;
  std::vector<PatchTexture> patches;
};

// False if the shaders do not compile, which the bridge reports.
bool CreatePicture(Picture* picture);

// Draws tiles into the bound target, which has this height and width.
void DrawTiles(Picture* picture, std::span<const Pane> panes, const ViewState& state,
               std::span<const Tile> tiles, int target_height, int target_width);

// A pane's picture alone at this size, whatever the zoom: RGBA, first row at the top. Empty if the
// size cannot be had.
std::vector<uint8_t> RenderPicture(Picture* picture, std::span<const Pane> panes, size_t pane,
                                   const ViewState& state, int height, int width);

}  // namespace headlens

#endif  // HEADLENS_VIEWER_PICTURE_H_
