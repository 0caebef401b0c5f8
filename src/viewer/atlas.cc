#include "viewer/atlas.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace headlens {
namespace {

// CSS pixels.
constexpr float kRowLabel = 28, kColumnLabel = 20;
constexpr float kLeastCell = 44;   // as wide as a fingertip: beyond, the cells scroll
constexpr float kPhotoCell = 110;  // from this width on there is room for the photo too
constexpr float kCellGap = 3;
constexpr float kEnlarged = 320;  // the longer side
constexpr float kBesidePointer = 18;

float Gap(float scale) { return std::round(kCellGap * scale); }

// How wide the cells can be so that all of them show.
float FittingWidth(const Box& window, const AtlasGrid& grid, float aspect, float gap) {
  const float cols = static_cast<float>(grid.heads), rows = static_cast<float>(grid.layers);
  const float across = (window.width - (cols - 1) * gap) / cols;
  const float down = (window.height - (rows - 1) * gap) / rows;
  return std::floor(std::min(across, down * aspect));
}

// Cells of about this width, with the gaps between them and after the last.
Box SheetBox(const Box& window, const AtlasGrid& grid, float cell, float aspect, float gap) {
  const float width = static_cast<float>(grid.heads) * (cell + gap);
  const float height = static_cast<float>(grid.layers) * (std::round(cell / aspect) + gap);
  const float left = window.x + std::floor((window.width - width + gap) / 2);
  const float top = window.y + std::floor((window.height - height + gap) / 2);
  return {left, top, width, height};
}

struct Axis {
  float begin = 0;
  float length = 0;
};

// The `index`-th of `count` equal parts, less the gap at its end.
Axis Part(float begin, float length, int index, int count, float gap) {
  const auto edge = [&](int at) {
    return std::round(begin + length * static_cast<float>(at) / static_cast<float>(count));
  };
  return {edge(index), std::max(1.0f, edge(index + 1) - edge(index) - gap)};
}

int PartAt(float at, float begin, float length, int count) {
  return static_cast<int>(std::floor((at - begin) / length * static_cast<float>(count)));
}

}  // namespace

AtlasGrid PlaceAtlas(const Stage& stage, const Box& block, std::span<const Pane> panes, size_t pane,
                     const Zoom& zoom) {
  const Heads& heads = panes[pane].heads;
  AtlasGrid grid{pane, heads.layers, heads.heads, {}, {}, {}};
  if (!HasMaps(heads) || stage.photo_height <= 0) return grid;
  const float left = std::round(kRowLabel * stage.scale);
  const float top = std::round(kColumnLabel * stage.scale);
  grid.window = {block.x + left, block.y + top, std::max(0.0f, block.width - left),
                 std::max(0.0f, block.height - top)};
  const float aspect =
      static_cast<float>(stage.photo_width) / static_cast<float>(stage.photo_height);
  const float gap = Gap(stage.scale);
  const float least = std::round(kLeastCell * stage.scale);
  const float cell = std::max(FittingWidth(grid.window, grid, aspect, gap), least);
  grid.zoomed.fit = SheetBox(grid.window, grid, cell, aspect, gap);
  grid.zoomed.frame = grid.window;
  grid.sheet = ZoomedPlace(grid.zoomed, zoom);
  return grid;
}

Box CellBox(const AtlasGrid& grid, const AtlasCell& cell, float scale) {
  const float gap = Gap(scale);
  const Box& sheet = grid.sheet;
  const Axis across = Part(sheet.x, sheet.width, cell.head, grid.heads, gap);
  const Axis down = Part(sheet.y, sheet.height, cell.layer, grid.layers, gap);
  return {across.begin, down.begin, across.length, down.length};
}

std::optional<AtlasCell> CellAt(const AtlasGrid& grid, float x, float y) {
  if (!Contains(grid.window, x, y) || !Contains(grid.sheet, x, y)) return std::nullopt;
  const AtlasCell cell{PartAt(y, grid.sheet.y, grid.sheet.height, grid.layers),
                       PartAt(x, grid.sheet.x, grid.sheet.width, grid.heads)};
  if (cell.layer >= grid.layers || cell.head >= grid.heads) return std::nullopt;
  return cell;
}

std::vector<Tile> AtlasTiles(const AtlasGrid& grid, float scale) {
  std::vector<Tile> tiles;
  for (int layer = 0; layer < grid.layers; ++layer) {
    for (int head = 0; head < std::min(grid.heads, kMaxHeads); ++head) {
      const Box place = CellBox(grid, {layer, head}, scale);
      const Box clip = Intersection(place, grid.window);
      if (clip.width <= 0) continue;
      const bool roomy = place.width >= kPhotoCell * scale;
      tiles.push_back({roomy ? TileKind::kAttention : TileKind::kMap, grid.pane, layer,
                       uint64_t{1} << head, grid.zoomed, place, clip});
    }
  }
  return tiles;
}

Tile EnlargedCell(const Stage& stage, const AtlasGrid& grid, const AtlasCell& cell, float x,
                  float y) {
  const float height = static_cast<float>(stage.photo_height);
  const float width = static_cast<float>(stage.photo_width);
  const Box& window = grid.window;
  const float beside = kBesidePointer * stage.scale, label = kTileLabel * stage.scale;
  const float longest = kEnlarged * stage.scale / std::max(height, width);
  const float zoom =
      std::min({longest, window.width * 0.6f / width, window.height * 0.6f / height});
  Box place{0, 0, std::round(width * zoom), std::round(height * zoom)};
  // At the right of the pointer and below it, or else on the other side, so that it is never
  // hidden.
  const bool right = x + beside + place.width <= window.x + window.width;
  const bool below = y + beside + label + place.height <= window.y + window.height;
  const float left = right ? x + beside : x - beside - place.width;
  const float top = below ? y + beside + label : y - beside - place.height;
  place.x = std::round(std::max(window.x, left));
  place.y = std::round(std::max(window.y + label, top));
  return {TileKind::kAttention,
          grid.pane,
          cell.layer,
          uint64_t{1} << cell.head,
          {place, place},
          place,
          place,
          "Layer " + std::to_string(cell.layer + 1) + ", head " + std::to_string(cell.head + 1)};
}

void GoToCell(const AtlasCell& cell, ViewState* state) {
  state->view = View::kOverlay;
  state->layer = cell.layer + 1;
  state->head = cell.head + 1;
  state->heads_on = uint64_t{1} << cell.head;
}

}  // namespace headlens
