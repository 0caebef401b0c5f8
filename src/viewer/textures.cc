#include "viewer/textures.h"

#include <GLES3/gl3.h>

#include <algorithm>

#include "maps/compose.h"
#include "viewer/fields.h"
#include "viewer/gl.h"

namespace headlens {
namespace {

// (planes, rows, cols)
struct Texels {
  int planes = 0;
  std::vector<float> values;
};

// kMap and kAttention show the same weights.
TileKind TextureKind(TileKind what) { return what == TileKind::kMap ? TileKind::kAttention : what; }

bool IsField(TileKind what) {
  return what == TileKind::kRollout || what == TileKind::kSimilarity || what == TileKind::kPca;
}

PatchTexture* FindTexture(std::vector<PatchTexture>* textures, const Tile& tile) {
  const TileKind what = TextureKind(tile.what);
  const auto found = std::find_if(textures->begin(), textures->end(), [&](const PatchTexture& t) {
    return t.pane == tile.pane && t.what == what && t.layer == tile.layer;
  });
  if (found != textures->end()) return &*found;
  const unsigned name = CreateTexture(GL_TEXTURE_2D_ARRAY, GL_NEAREST, GL_NEAREST);
  textures->push_back({tile.pane, what, tile.layer, name});
  return &textures->back();
}

// (patches, channels) to (channels, patches)
std::vector<float> Planes(std::span<const float> values, size_t channels) {
  const size_t patches = values.size() / channels;
  std::vector<float> planes(values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    planes[i % channels * patches + i / channels] = values[i];
  }
  return planes;
}

Texels FieldTexels(const Heads& heads, const ViewState& state, TileKind what) {
  const std::span<const float> values = ShownField(heads, state);
  if (values.empty()) return {};
  if (what == TileKind::kPca) return {3, Planes(values, 3)};
  const FieldKind kind = what == TileKind::kRollout ? FieldKind::kRollout : FieldKind::kSimilarity;
  return {1, FieldWeights(values, RangeOfField(kind, values))};
}

Texels TexelsOf(std::span<const Pane> panes, const ViewState& state, const Tile& tile,
                const WeightStyle& style) {
  const Heads& heads = panes[tile.pane].heads;
  if (IsField(tile.what)) return FieldTexels(heads, state, tile.what);
  return {heads.heads, LayerWeights(ScoresOf(heads, state, tile.layer), style)};
}

bool HasTexels(const Heads& heads, const ViewState& state, const Tile& tile) {
  if (tile.what == TileKind::kPhoto || !HasMaps(heads)) return false;
  return !IsField(tile.what) || !ShownField(heads, state).empty();
}

}  // namespace

bool BindPatches(std::vector<PatchTexture>* textures, std::span<const Pane> panes,
                 const ViewState& state, const Tile& tile) {
  const Pane& pane = panes[tile.pane];
  PatchTexture* texture = FindTexture(textures, tile);
  glBindTexture(GL_TEXTURE_2D_ARRAY, texture->name);
  if (!HasTexels(pane.heads, state, tile)) return false;
  TextureInputs inputs{pane.revision, false, {}};
  if (!IsField(tile.what)) {
    inputs.of_query = ShowsQuery(pane.heads, state);
    inputs.style = WeightStyleIn(panes, tile.pane, state);
  }
  if (texture->inputs == inputs) return true;
  const Texels texels = TexelsOf(panes, state, tile, inputs.style);
  glTexImage3D(GL_TEXTURE_2D_ARRAY, 0, GL_R32F, pane.heads.grid.cols, pane.heads.grid.rows,
               texels.planes, 0, GL_RED, GL_FLOAT, texels.values.data());
  texture->inputs = inputs;
  return true;
}

void DropTextures(std::vector<PatchTexture>* textures, size_t panes) {
  std::erase_if(*textures, [panes](const PatchTexture& texture) {
    if (texture.pane < panes) return false;
    glDeleteTextures(1, &texture.name);
    return true;
  });
}

}  // namespace headlens
