#include "viewer/tiles.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "viewer/order.h"

namespace headlens {
namespace {

constexpr float kTileGap = 12, kNarrowTileGap = 8;  // CSS pixels
constexpr float kBlockGap = 20;                     // between the tiles of two panes

float Px(const Stage& stage, float css) { return std::round(css * stage.scale); }

Zoom ZoomOf(const ViewState& state) { return {state.zoom, state.centre}; }

// Where a pane's picture lies that has a place of its own in the layout.
Tile PaneTile(const Stage& stage, std::span<const Pane> panes, size_t pane,
              const ViewState& state) {
  const Box& fit = stage.layout.photos[pane];
  Tile tile{KindOf(state.view),
            pane,
            ShownLayer(state, panes[pane].heads.layers),
            DrawnHeadsIn(panes, pane, state),
            {fit, panes.size() == 1 ? stage.layout.area : fit},
            {},
            {}};
  tile.place = ZoomedPlace(tile.zoomed, ZoomOf(state));
  tile.clip = Intersection(tile.place, tile.zoomed.frame);
  return tile;
}

std::string LayerName(int layer) { return "Layer " + std::to_string(layer + 1); }

// What is compared with at the left of the divider, the picture at its right.
std::vector<Tile> SliderTiles(const Tile& picture, const Heads& heads, const ViewState& state) {
  Tile left = picture, right = picture;
  const float divider = DividerAt(picture, state);
  left.clip.width = divider - picture.clip.x;
  right.clip.x = divider;
  right.clip.width = picture.clip.x + picture.clip.width - divider;
  if (state.against == 0 || heads.layers == 0) {
    left.what = TileKind::kPhoto;
    left.label = "Photo";
  } else {
    left.layer = std::min(state.against, heads.layers) - 1;
    left.label = LayerName(left.layer);
  }
  right.label = LayerName(right.layer);
  return {left, right};
}

struct GridShape {
  int cols = 1;
  float width = 0;  // of a picture
};

int RowsOf(const HeadGroup& group, int cols) {
  return (static_cast<int>(group.heads.size()) + cols - 1) / cols;
}

int RowsOf(std::span<const HeadGroup> groups, int cols) {
  int rows = 0;
  for (const HeadGroup& group : groups) rows += RowsOf(group, cols);
  return rows;
}

// A picture of this aspect ratio for each head in a block, as large as they can be; a group begins
// a new row.
GridShape ShapeFor(const Box& block, std::span<const HeadGroup> groups, float aspect, float gap,
                   float label) {
  GridShape best;
  size_t most = 0;
  for (const HeadGroup& group : groups) most = std::max(most, group.heads.size());
  for (int cols = 1; cols <= static_cast<int>(most); ++cols) {
    const float rows = static_cast<float>(RowsOf(groups, cols));
    const float across =
        (block.width - static_cast<float>(cols - 1) * gap) / static_cast<float>(cols);
    const float down = (block.height - (rows - 1) * gap) / rows - label;
    const float width = std::floor(std::min(across, down * aspect));
    if (width > best.width) best = {cols, width};
  }
  return best;
}

float AspectOf(const Stage& stage) {
  return static_cast<float>(stage.photo_width) / static_cast<float>(stage.photo_height);
}

// Small multiples: each head of the layer in a block of the window.
std::vector<Tile> HeadTiles(const Stage& stage, const Box& block, const Pane& pane, size_t index,
                            const ViewState& state) {
  const std::vector<HeadGroup> groups = HeadGroups(pane, state);
  const float gap = Px(stage, stage.layout.narrow ? kNarrowTileGap : kTileGap);
  const float label = Px(stage, kTileLabel);
  const GridShape shape = ShapeFor(block, groups, AspectOf(stage), gap, label);
  if (shape.width <= 0) return {};
  const float width = shape.width, height = std::max(1.0f, std::round(width / AspectOf(stage)));
  const int rows = RowsOf(groups, shape.cols);
  const float used_width = static_cast<float>(shape.cols) * (width + gap) - gap;
  const float used_height = static_cast<float>(rows) * (label + height + gap) - gap;
  const float left = std::floor(block.x + (block.width - used_width) / 2);
  const float top = std::floor(block.y + (block.height - used_height) / 2);
  std::vector<Tile> tiles;
  int above = 0;  // rows of the groups before
  for (const HeadGroup& group : groups) {
    for (size_t i = 0; i < group.heads.size() && tiles.size() < kMaxHeads; ++i) {
      const int head = group.heads[i], place_in_group = static_cast<int>(i);
      const float col = static_cast<float>(place_in_group % shape.cols);
      const float row = static_cast<float>(above + place_in_group / shape.cols);
      const Box fit{left + col * (width + gap), top + row * (label + height + gap) + label, width,
                    height};
      const ZoomFrame zoomed{fit, fit};
      const Box place = ZoomedPlace(zoomed, ZoomOf(state));
      tiles.push_back({TileKind::kAttention, index, ShownLayer(state, pane.heads.layers),
                       uint64_t{1} << head, zoomed, place, Intersection(place, fit),
                       "Head " + std::to_string(head + 1)});
    }
    above += RowsOf(group, shape.cols);
  }
  return tiles;
}

// Equal parts of the area, side by side or one above the other.
std::vector<Box> Blocks(const Stage& stage, int count, bool beside) {
  const Box& area = stage.layout.area;
  const float gap = Px(stage, kBlockGap), parts = static_cast<float>(count);
  const float width = std::floor((area.width - (parts - 1) * gap) / parts);
  const float height = std::floor((area.height - (parts - 1) * gap) / parts);
  std::vector<Box> blocks;
  for (int i = 0; i < count; ++i) {
    const float at = static_cast<float>(i);
    blocks.push_back(beside ? Box{area.x + at * (width + gap), area.y, width, area.height}
                            : Box{area.x, area.y + at * (height + gap), area.width, height});
  }
  return blocks;
}

void TakeCaptions(const Stage& stage, std::vector<Box>* blocks, Tiles* tiles) {
  const float caption = Px(stage, kPaneCaption);
  for (Box& block : *blocks) {
    tiles->captions.push_back({block.x, block.y, block.width, caption});
    block.y += caption;
    block.height = std::max(0.0f, block.height - caption);
  }
}

// A block of the area for each pane. Several lie as the area is longer.
std::vector<Box> PaneBlocks(const Stage& stage, size_t panes, Tiles* tiles) {
  if (panes == 1) return {stage.layout.area};
  const Box& area = stage.layout.area;
  std::vector<Box> blocks = Blocks(stage, static_cast<int>(panes), area.width > area.height);
  TakeCaptions(stage, &blocks, tiles);
  return blocks;
}

void Append(std::vector<Tile> more, std::vector<Tile>* list) {
  list->insert(list->end(), more.begin(), more.end());
}

}  // namespace

TileKind KindOf(View view) {
  if (view == View::kRollout) return TileKind::kRollout;
  if (view == View::kSimilarity) return TileKind::kSimilarity;
  if (view == View::kPca) return TileKind::kPca;
  return TileKind::kAttention;
}

Tiles PlaceTiles(const Stage& stage, std::span<const Pane> panes, const ViewState& state,
                 const Zoom& atlas) {
  Tiles tiles;
  if (stage.photo_height <= 0 || stage.photo_width <= 0) return tiles;
  const bool grid = state.view == View::kHeads || state.view == View::kAtlas;
  if (grid && HasMaps(panes[0].heads)) {
    const std::vector<Box> blocks = PaneBlocks(stage, panes.size(), &tiles);
    for (size_t pane = 0; pane < panes.size(); ++pane) {
      if (state.view == View::kHeads) {
        Append(HeadTiles(stage, blocks[pane], panes[pane], pane, state), &tiles.list);
        continue;
      }
      tiles.atlas.push_back(PlaceAtlas(stage, blocks[pane], panes, pane, atlas));
      Append(AtlasTiles(tiles.atlas.back(), stage.scale), &tiles.list);
    }
    return tiles;
  }
  tiles.captions = stage.layout.captions;
  for (size_t pane = 0; pane < panes.size(); ++pane) {
    const Tile tile = PaneTile(stage, panes, pane, state);
    if (tile.clip.width <= 0) continue;
    if (state.view == View::kSlider) {
      Append(SliderTiles(tile, panes[pane].heads, state), &tiles.list);
    } else {
      tiles.list.push_back(tile);
    }
  }
  return tiles;
}

const Tile* TileAt(const Tiles& tiles, float x, float y) {
  for (auto tile = tiles.list.rbegin(); tile != tiles.list.rend(); ++tile) {
    if (Contains(tile->clip, x, y)) return &*tile;
  }
  return nullptr;
}

float DividerAt(const Tile& tile, const ViewState& state) {
  const float at = std::round(tile.place.x + state.divider * tile.place.width);
  const Box& shown = tile.zoomed.frame;
  const Box clip = Intersection(tile.place, shown);
  return std::clamp(at, clip.x, clip.x + clip.width);
}

Box PhotoBox(const Tiles& tiles, size_t pane) {
  for (const Tile& tile : tiles.list) {
    if (tile.pane == pane) return tile.place;
  }
  return {};
}

}  // namespace headlens
