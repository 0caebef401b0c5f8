#include "viewer/picture.h"

#include <GLES3/gl3.h>

#include <bit>
#include <cmath>

#include "viewer/gl.h"
#include "viewer/offscreen.h"
#include "viewer/shaders.h"
#include "viewer/tiles.h"

namespace headlens {
namespace {

constexpr int kScaleTexels = 256;
constexpr int kPhotoUnit = 0, kPatchesUnit = 1, kScaleUnit = 2;
constexpr int kField = 4, kRgb = 5;  // modes of shaders/overlay.frag beyond those of ViewMode

UniformPlaces FindUniforms(unsigned program) {
  const auto at = [program](const char* name) { return glGetUniformLocation(program, name); };
  glUseProgram(program);
  glUniform1i(at("photo"), kPhotoUnit);
  glUniform1i(at("weights"), kPatchesUnit);
  glUniform1i(at("scale"), kScaleUnit);
  return {at("place"),   at("palette"), at("first"),    at("end"),    at("mode"),
          at("opacity"), at("bare"),    at("smoothly"), at("covered")};
}

void FillScale(Picture* picture, Colormap colormap) {
  if (picture->colormap == colormap) return;
  std::array<uint8_t, kScaleTexels * 4> texels;
  for (size_t i = 0; i < kScaleTexels; ++i) {
    const Colour colour = ScaleColour(static_cast<float>(i) / (kScaleTexels - 1), colormap);
    texels[4 * i] = static_cast<uint8_t>(colour.r * 255 + 0.5f);
    texels[4 * i + 1] = static_cast<uint8_t>(colour.g * 255 + 0.5f);
    texels[4 * i + 2] = static_cast<uint8_t>(colour.b * 255 + 0.5f);
    texels[4 * i + 3] = 255;
  }
  glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA8, kScaleTexels, 1, 0, GL_RGBA, GL_UNSIGNED_BYTE,
               texels.data());
  picture->colormap = colormap;
}

// (kMaxHeads, 4): the colour of each head, and 1 where it is drawn.
std::array<float, size_t{4} * kMaxHeads> Palette(const ViewState& state, uint64_t drawn) {
  std::array<float, size_t{4} * kMaxHeads> palette = {};
  for (int head = 0; head < kMaxHeads; ++head) {
    if ((drawn >> head & 1) == 0) continue;
    const Colour colour = ColourOfHead(state, head);
    float* entry = &palette[static_cast<size_t>(4 * head)];
    entry[0] = colour.r;
    entry[1] = colour.g;
    entry[2] = colour.b;
    entry[3] = 1;
  }
  return palette;
}

// As shaders/overlay.frag names them; one head alone is a mean of one.
int ShaderMode(const Tile& tile, ViewMode mode) {
  if (tile.what == TileKind::kPca) return kRgb;
  if (tile.what == TileKind::kRollout || tile.what == TileKind::kSimilarity) return kField;
  if (tile.what == TileKind::kMap) return 1;
  switch (mode) {
    case ViewMode::kHeads:
      return 0;
    case ViewMode::kMax:
      return 2;
    case ViewMode::kFigure:
      return 3;
    case ViewMode::kMean:
    case ViewMode::kSingle:
      return 1;
  }
  return 0;
}

void SetUniforms(const Picture& picture, const Tile& tile, const PatchGrid& grid, bool has_patches,
                 const ViewState& state) {
  const UniformPlaces& at = picture.at;
  const uint64_t drawn = has_patches ? tile.heads : 0;
  const auto palette = Palette(state, drawn);
  glUniform4fv(at.palette, kMaxHeads, palette.data());
  glUniform1i(at.first, drawn == 0 ? 0 : std::countr_zero(drawn));
  glUniform1i(at.end, 64 - std::countl_zero(drawn));
  glUniform1i(at.mode, has_patches ? ShaderMode(tile, state.mode) : 0);
  glUniform1f(at.opacity, has_patches ? state.opacity : 0.0f);
  glUniform1i(at.bare, tile.what == TileKind::kMap ? 1 : 0);
  glUniform1i(at.smoothly, state.smooth ? 1 : 0);
  glUniform2f(at.covered, grid.covered_width, grid.covered_height);
}

void DrawTile(Picture* picture, std::span<const Pane> panes, const ViewState& state,
              const Tile& tile, float height, float width) {
  const int left = static_cast<int>(std::floor(tile.clip.x));
  const int right = static_cast<int>(std::ceil(tile.clip.x + tile.clip.width));
  const int top = static_cast<int>(std::floor(tile.clip.y));
  const int bottom = static_cast<int>(std::ceil(tile.clip.y + tile.clip.height));
  if (right <= left || bottom <= top) return;
  glActiveTexture(GL_TEXTURE0 + kPatchesUnit);
  const bool has_patches = BindPatches(&picture->patches, panes, state, tile);
  SetUniforms(*picture, tile, panes[tile.pane].heads.grid, has_patches, state);
  const Box& place = tile.place;
  glUniform4f(picture->at.place, place.x / width * 2 - 1, 1 - place.y / height * 2,
              (place.x + place.width) / width * 2 - 1, 1 - (place.y + place.height) / height * 2);
  glScissor(left, static_cast<int>(height) - bottom, right - left, bottom - top);
  glDrawArrays(GL_TRIANGLE_STRIP, 0, 4);
}

}  // namespace

bool CreatePicture(Picture* picture) {
  *picture = {};
  picture->program = LinkProgram(kOverlayVert, kOverlayFrag);
  picture->photo = CreateTexture(GL_TEXTURE_2D, GL_LINEAR_MIPMAP_LINEAR, GL_LINEAR);
  picture->scale = CreateTexture(GL_TEXTURE_2D, GL_LINEAR, GL_LINEAR);
  if (picture->program == 0) return false;
  picture->at = FindUniforms(picture->program);
  return true;
}

void DrawTiles(Picture* picture, std::span<const Pane> panes, const ViewState& state,
               std::span<const Tile> tiles, int target_height, int target_width) {
  glUseProgram(picture->program);
  glActiveTexture(GL_TEXTURE0 + kScaleUnit);
  glBindTexture(GL_TEXTURE_2D, picture->scale);
  FillScale(picture, state.colormap);
  glActiveTexture(GL_TEXTURE0 + kPhotoUnit);
  glBindTexture(GL_TEXTURE_2D, picture->photo);
  glViewport(0, 0, target_width, target_height);
  glEnable(GL_SCISSOR_TEST);
  for (const Tile& tile : tiles) {
    DrawTile(picture, panes, state, tile, static_cast<float>(target_height),
             static_cast<float>(target_width));
  }
  glDisable(GL_SCISSOR_TEST);
}

std::vector<uint8_t> RenderPicture(Picture* picture, std::span<const Pane> panes, size_t pane,
                                   const ViewState& state, int height, int width) {
  const Box whole{0, 0, static_cast<float>(width), static_cast<float>(height)};
  const Tile tile{KindOf(state.view),
                  pane,
                  ShownLayer(state, panes[pane].heads.layers),
                  DrawnHeadsIn(panes, pane, state),
                  {whole, whole},
                  whole,
                  whole};
  return RenderOffscreen(
      height, width, [&] { DrawTiles(picture, panes, state, std::span(&tile, 1), height, width); });
}

}  // namespace headlens
