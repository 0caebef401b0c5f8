// Which tiles each view has, where they lie, and what a pointer finds of them.
#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <vector>

#include "viewer/order.h"
#include "viewer/tiles.h"

namespace headlens {
namespace {

constexpr int kHeight = 300, kWidth = 451;

// Head h looks at patch h of its layer alone, and the more evenly the earlier it is.
Pane PaneOf(int layers, int heads) {
  Pane pane;
  pane.model = "model";
  pane.heads.layers = layers;
  pane.heads.heads = heads;
  pane.heads.grid = {4, 6, 1, 1};
  for (int map = 0; map < layers * heads; ++map) {
    const int head = map % heads;
    for (int patch = 0; patch < 24; ++patch) {
      pane.heads.cls.push_back(patch == head ? 0.5f : 0.02f / static_cast<float>(head + 1));
    }
  }
  return pane;
}

Stage StageOf(const Window& window, int panes) {
  return {PlaceScene(window, kHeight, kWidth, panes, 540), window.scale, kHeight, kWidth};
}

const Window kDesk{1280, 744, 1, 0, 70}, kPhone{780, 1588, 2, 108, 0};

bool Inside(const Box& inner, const Box& outer) {
  return inner.x >= outer.x && inner.y >= outer.y &&
         inner.x + inner.width <= outer.x + outer.width &&
         inner.y + inner.height <= outer.y + outer.height;
}

Tiles TilesOf(const Window& window, std::span<const Pane> panes, const ViewState& state) {
  return PlaceTiles(StageOf(window, static_cast<int>(panes.size())), panes, state, {1, {0, 0}});
}

TEST(Tiles, OfTheOverlayAreOneAPane) {
  const std::vector<Pane> panes = {PaneOf(12, 3), PaneOf(12, 6)};
  const Tiles tiles = TilesOf(kDesk, panes, {});
  ASSERT_EQ(tiles.list.size(), 2u);
  EXPECT_EQ(tiles.captions.size(), 2u);
  EXPECT_EQ(tiles.list[0].layer, 11);
  EXPECT_EQ(tiles.list[1].heads, 0b111111u);
  EXPECT_EQ(tiles.list[1].pane, 1u);
}

TEST(Tiles, WithoutAPhotoAreNone) {
  const std::vector<Pane> panes = {PaneOf(12, 3)};
  EXPECT_TRUE(PlaceTiles({}, panes, {}, {}).list.empty());
}

TEST(Tiles, OfHeadsAreOneAHeadInShapeApartAndWithinTheArea) {
  for (const Window& window : {kDesk, kPhone}) {
    for (const int heads : {1, 3, 6, 12, 16, 24}) {
      for (const size_t count : {size_t{1}, size_t{2}}) {
        const std::vector<Pane> panes(count, PaneOf(2, heads));
        ViewState state;
        state.view = View::kHeads;
        const Tiles tiles = TilesOf(window, panes, state);
        ASSERT_EQ(tiles.list.size(), count * static_cast<size_t>(heads));
        const Box area = StageOf(window, static_cast<int>(count)).layout.area;
        for (const Tile& tile : tiles.list) {
          EXPECT_TRUE(Inside(tile.clip, area)) << heads;
          EXPECT_NEAR(tile.place.width / tile.place.height, 451.0 / 300, 0.05) << heads;
          for (const Tile& other : tiles.list) {
            if (&other == &tile) break;
            EXPECT_EQ(Intersection(tile.clip, other.clip).width, 0) << heads;
          }
        }
      }
    }
  }
}

TEST(Tiles, OfHeadsComeInTheOrderOfTheView) {
  std::vector<Pane> panes = {PaneOf(2, 4)};
  ViewState state;
  state.view = View::kHeads;
  RefreshTraits(panes, state);
  EXPECT_EQ(TilesOf(kDesk, panes, state).list[0].label, "Head 1");
  state.order = Order::kEntropy;
  EXPECT_EQ(HeadOrder(panes[0], state), (std::vector<int>{3, 2, 1, 0}));
  EXPECT_EQ(TilesOf(kDesk, panes, state).list[0].label, "Head 4");
}

TEST(Tiles, OfGroupsBeginNewRows) {
  std::vector<Pane> panes = {PaneOf(2, 4)};
  ViewState state;
  state.view = View::kHeads;
  state.grouped = true;
  RefreshTraits(panes, state);
  EXPECT_EQ(HeadGroups(panes[0], state).size(), 1u) << "by number there is nothing alike";
  state.order = Order::kEntropy;
  const std::vector<HeadGroup> groups = HeadGroups(panes[0], state);
  ASSERT_GT(groups.size(), 1u);
  const std::vector<int> order = HeadOrder(panes[0], state);
  const Tiles tiles = TilesOf(kDesk, panes, state);
  ASSERT_EQ(tiles.list.size(), order.size());
  size_t at = 0;
  float before = -1;
  for (const HeadGroup& group : groups) {
    EXPECT_GT(tiles.list[at].clip.y, before) << "a new row";
    EXPECT_LE(group.first.entropy, group.last.entropy);
    for (const int head : group.heads) {
      EXPECT_EQ(head, order[at]);
      EXPECT_EQ(tiles.list[at].label, "Head " + std::to_string(head + 1));
      before = tiles.list[at++].clip.y;
    }
  }
}

TEST(Tiles, OfTheSliderMeetAtTheDivider) {
  const std::vector<Pane> panes = {PaneOf(12, 3)};
  ViewState state;
  state.view = View::kSlider;
  for (const float divider : {0.0f, 0.3f, 1.0f}) {
    state.divider = divider;
    const Tiles tiles = TilesOf(kDesk, panes, state);
    ASSERT_EQ(tiles.list.size(), 2u);
    const Box &left = tiles.list[0].clip, &right = tiles.list[1].clip;
    EXPECT_EQ(left.x + left.width, right.x);
    EXPECT_NEAR(left.width, divider * (left.width + right.width), 1);
    EXPECT_EQ(tiles.list[0].what, TileKind::kPhoto);
  }
  state.against = 3;
  const Tiles tiles = TilesOf(kDesk, panes, state);
  EXPECT_EQ(tiles.list[0].what, TileKind::kAttention);
  EXPECT_EQ(tiles.list[0].layer, 2);
  EXPECT_EQ(tiles.list[1].layer, 11);
}

TEST(Tiles, OfOneViewShareZoomAndCentre) {
  const std::vector<Pane> panes = {PaneOf(12, 6)};
  ViewState state;
  state.view = View::kHeads;
  state.zoom = 4;
  state.centre = {0.25f, 0.6f};
  for (const Tile& tile : TilesOf(kDesk, panes, state).list) {
    const Box& frame = tile.zoomed.frame;
    EXPECT_NEAR((frame.x + frame.width / 2 - tile.place.x) / tile.place.width, 0.25, 0.01);
    EXPECT_NEAR((frame.y + frame.height / 2 - tile.place.y) / tile.place.height, 0.6, 0.01);
    EXPECT_TRUE(Inside(tile.clip, frame));
  }
}

TEST(Atlas, HasACellForEveryHeadOfEveryLayer) {
  const std::vector<Pane> panes = {PaneOf(12, 12)};
  ViewState state;
  state.view = View::kAtlas;
  const Tiles tiles = TilesOf(kDesk, panes, state);
  std::set<std::pair<int, uint64_t>> seen;
  for (const Tile& tile : tiles.list) seen.insert({tile.layer, tile.heads});
  EXPECT_EQ(seen.size(), 144u);
  const AtlasGrid& grid = tiles.atlas[0];
  for (int layer = 0; layer < 12; ++layer) {
    for (int head = 0; head < 12; ++head) {
      const Box box = CellBox(grid, {layer, head}, 1);
      EXPECT_EQ(CellAt(grid, box.x + box.width / 2, box.y + box.height / 2),
                (AtlasCell{layer, head}));
    }
  }
}

TEST(Atlas, ScrollsWhereCellsWouldBeSmallerThanAFingertip) {
  const std::vector<Pane> panes = {PaneOf(12, 12)};
  ViewState state;
  state.view = View::kAtlas;
  const Tiles tiles = TilesOf(kPhone, panes, state);
  const AtlasGrid& grid = tiles.atlas[0];
  EXPECT_GT(grid.sheet.width, grid.window.width);
  EXPECT_GE(CellBox(grid, {0, 0}, 2).width, 2 * 44 - 1);
  EXPECT_LT(tiles.list.size(), 144u) << "those out of sight are not drawn";
  const Zoom moved = PanBy(grid.zoomed, {1, {0, 0}}, -9000, -9000);
  const Tiles end = PlaceTiles(StageOf(kPhone, 1), panes, state, moved);
  EXPECT_EQ(end.list.back().layer, 11);
  EXPECT_EQ(end.list.back().heads, uint64_t{1} << 11);
}

TEST(Atlas, EnlargesACellWithinTheWindowAndNeverUnderThePointer) {
  const std::vector<Pane> panes = {PaneOf(12, 12)};
  ViewState state;
  state.view = View::kAtlas;
  for (const Window& window : {kDesk, kPhone}) {
    const Stage stage = StageOf(window, 1);
    const AtlasGrid grid = TilesOf(window, panes, state).atlas[0];
    for (const float right : {0.01f, 0.3f, 0.5f, 0.7f, 0.99f}) {
      const float x = grid.window.x + right * grid.window.width;
      const float y = grid.window.y + right * grid.window.height;
      const Tile tile = EnlargedCell(stage, grid, {3, 4}, x, y);
      EXPECT_TRUE(Inside(tile.place, grid.window)) << right;
      EXPECT_EQ(tile.label, "Layer 4, head 5");
    }
  }
}

TEST(Atlas, GoesToAHeadAloneOverThePhoto) {
  ViewState state;
  state.view = View::kAtlas;
  GoToCell({3, 4}, &state);
  EXPECT_EQ(state.view, View::kOverlay);
  EXPECT_EQ(state.layer, 4);
  EXPECT_EQ(state.head, 5);
  EXPECT_EQ(state.heads_on, 0b10000u);
}

}  // namespace
}  // namespace headlens
