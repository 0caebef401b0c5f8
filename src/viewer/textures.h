// What the shader reads of each patch, as textures that are made anew only when something changed.
#ifndef HEADLENS_VIEWER_TEXTURES_H_
#define HEADLENS_VIEWER_TEXTURES_H_

#include <cstddef>
#include <span>
#include <vector>

#include "maps/weights.h"
#include "viewer/panes.h"
#include "viewer/tile.h"
#include "viewer/view_state.h"

namespace headlens {

// All that the texels of a texture depend on.
struct TextureInputs {
  unsigned revision = 0;  // of the pane; 0: nothing uploaded yet
  bool of_query = false;
  WeightStyle style;
  bool operator==(const TextureInputs&) const = default;
};

struct PatchTexture {
  size_t pane = 0;
  TileKind what = TileKind::kAttention;
  int layer = 0;
  unsigned name = 0;  // R32F array, (heads, rows, cols); of a field (channels, rows, cols)
  TextureInputs inputs = {};
};

// The texture of a tile, bound to the active unit. False where there is nothing to draw yet; then
// some texture is bound all the same.
bool BindPatches(std::vector<PatchTexture>* textures, std::span<const Pane> panes,
                 const ViewState& state, const Tile& tile);

// Deletes those of panes from this one on.
void DropTextures(std::vector<PatchTexture>* textures, size_t panes);

}  // namespace headlens

#endif  // HEADLENS_VIEWER_TEXTURES_H_
