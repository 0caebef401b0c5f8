// Where the viewer puts things, and which patch is under a pixel.
#include <gtest/gtest.h>

#include <cmath>

#include "viewer/heads.h"
#include "viewer/layout.h"

namespace headlens {
namespace {

bool Inside(const Box& inner, const Box& outer) {
  return inner.x >= outer.x && inner.y >= outer.y &&
         inner.x + inner.width <= outer.x + outer.width &&
         inner.y + inner.height <= outer.y + outer.height;
}

TEST(Layout, PutsThePanelBesideThePhotoOnAWideWindow) {
  const Layout layout = PlaceScene({1280, 744, 1, 0, 90}, 300, 451, 1, 300);
  EXPECT_FALSE(layout.narrow);
  EXPECT_FLOAT_EQ(layout.panel.x + layout.panel.width, 1280);
  EXPECT_FLOAT_EQ(layout.panel.height, 744);
  ASSERT_EQ(layout.photos.size(), 1u);
  EXPECT_TRUE(layout.captions.empty());
  EXPECT_TRUE(Inside(layout.photos[0], {0, 0, layout.panel.x, 744 - 90}));
}

TEST(Layout, PutsThePanelBelowThePhotoOnANarrowWindow) {
  const Layout layout = PlaceScene({780, 1600, 2, 120, 0}, 300, 451, 1, 560);
  EXPECT_TRUE(layout.narrow);
  EXPECT_FLOAT_EQ(layout.panel.y, 1600 - 560);
  EXPECT_FLOAT_EQ(layout.panel.width, 780);
  EXPECT_TRUE(Inside(layout.photos[0], {0, 120, 780, layout.panel.y - 120}));
}

TEST(Layout, PutsTabsAboveTheAreaAndTheBarBelow) {
  for (const Window& window : {Window{1280, 744, 1, 0, 70}, Window{780, 1600, 2, 108, 0}}) {
    const Layout layout = PlaceScene(window, 300, 451, 1, 500);
    EXPECT_EQ(layout.tabs.height, 36 * window.scale);
    EXPECT_GE(layout.tabs.y, static_cast<float>(window.inset_top));
    EXPECT_GT(layout.area.y, layout.tabs.y + layout.tabs.height);
    EXPECT_GT(layout.bar.y, layout.area.y + layout.area.height);
    const float end = layout.narrow ? layout.panel.y : 744.0f - 70;
    EXPECT_LE(layout.bar.y + layout.bar.height, end);
  }
}

TEST(Layout, KeepsThePhotoOnWholePixelsAndInShape) {
  for (float scale : {1.0f, 1.25f, 1.5f, 2.0f, 3.0f}) {
    const Window window{static_cast<int>(1280 * scale), static_cast<int>(744 * scale), scale, 0, 0};
    const Box photo = PlaceScene(window, 300, 451, 1, 300).photos[0];
    EXPECT_EQ(photo.x, std::round(photo.x));
    EXPECT_EQ(photo.y, std::round(photo.y));
    EXPECT_EQ(photo.width, std::round(photo.width));
    EXPECT_NEAR(photo.width / photo.height, 451.0f / 300, 0.005) << scale;
  }
}

TEST(Layout, SurvivesWindowsWithoutRoomAndPhotosWithoutPixels) {
  for (const int panes : {1, 2}) {
    EXPECT_EQ(PlaceScene({1, 1, 1, 0, 0}, 300, 451, panes, 300).photos.back().width, 0);
    EXPECT_EQ(PlaceScene({1280, 744, 1, 0, 0}, 0, 0, panes, 300).photos.back().width, 0);
    EXPECT_GE(PlaceScene({1280, 744, 1, 0, 0}, 1, 3000, panes, 300).photos.back().height, 1);
  }
}

bool Overlap(const Box& a, const Box& b) {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

TEST(Layout, PutsTwoPanesOfOneSizeWhereTheyAreLargest) {
  struct Case {
    const char* what;
    Window window;
    int height, width;
    bool beside;
  };
  const Case cases[] = {
      {"a square on a desk", {1280, 744, 1, 0, 90}, 512, 512, true},
      {"a landscape on a desk", {1920, 1024, 1, 0, 90}, 300, 451, true},
      {"a panorama on a desk", {1280, 744, 1, 0, 90}, 100, 400, false},
      {"a landscape on a phone", {780, 1588, 2, 124, 0}, 300, 451, false},
      {"a portrait on a phone", {780, 1588, 2, 124, 0}, 451, 300, true},
  };
  for (const Case& c : cases) {
    const Layout layout = PlaceScene(c.window, c.height, c.width, 2, 540);
    ASSERT_EQ(layout.photos.size(), 2u);
    ASSERT_EQ(layout.captions.size(), 2u);
    const Box& a = layout.photos[0];
    const Box& b = layout.photos[1];
    EXPECT_EQ(a.y == b.y, c.beside) << c.what;
    EXPECT_EQ(a.x == b.x, !c.beside) << c.what;
    EXPECT_EQ(a.width, b.width) << c.what;
    EXPECT_EQ(a.height, b.height) << c.what;
    EXPECT_NEAR(a.width / a.height, static_cast<float>(c.width) / static_cast<float>(c.height),
                0.02)
        << c.what;
    const Box boxes[] = {a, b, layout.captions[0], layout.captions[1]};
    for (size_t i = 0; i < 4; ++i) {
      EXPECT_TRUE(Inside(boxes[i], layout.area)) << c.what << i;
      for (size_t k = 0; k < i; ++k) EXPECT_FALSE(Overlap(boxes[i], boxes[k])) << c.what << i << k;
    }
  }
}

TEST(Layout, PutsACaptionOnTopOfEachOfTwoPanes) {
  const Layout layout = PlaceScene({1280, 744, 1, 0, 90}, 300, 451, 2, 300);
  for (size_t pane = 0; pane < 2; ++pane) {
    EXPECT_EQ(layout.captions[pane].x, layout.photos[pane].x);
    EXPECT_EQ(layout.captions[pane].width, layout.photos[pane].width);
    EXPECT_EQ(layout.captions[pane].y + layout.captions[pane].height, layout.photos[pane].y);
  }
}

const Box kPhoto{100, 50, 400, 300};

TEST(PatchAt, FindsThePatchUnderAPixelAndNoneBeside) {
  const PatchGrid grid{30, 40, 1, 1};
  EXPECT_EQ(PatchAt(kPhoto, grid, 100, 50), (Patch{0, 0}));
  EXPECT_EQ(PatchAt(kPhoto, grid, 125, 71), (Patch{2, 2}));
  EXPECT_EQ(PatchAt(kPhoto, grid, 499.9f, 349.9f), (Patch{29, 39}));
  EXPECT_EQ(PatchAt(kPhoto, grid, 99.9f, 60), std::nullopt);
  EXPECT_EQ(PatchAt(kPhoto, grid, 110, 350), std::nullopt);
  EXPECT_EQ(PatchAt(kPhoto, grid, NAN, 60), std::nullopt);
  EXPECT_EQ(PatchAt(kPhoto, {}, 110, 60), std::nullopt);
}

TEST(PatchAt, LeavesOutWhatNoPatchCovers) {
  const PatchGrid grid{10, 10, 0.5f, 0.8f};
  EXPECT_EQ(PatchAt(kPhoto, grid, 419, 199), (Patch{9, 9}));
  EXPECT_EQ(PatchAt(kPhoto, grid, 421, 60), std::nullopt);
  EXPECT_EQ(PatchAt(kPhoto, grid, 110, 201), std::nullopt);
}

TEST(PatchBox, IsWherePatchAtFindsThePatch) {
  const PatchGrid grid{7, 11, 0.9f, 0.95f};
  for (int row = 0; row < grid.rows; ++row) {
    for (int col = 0; col < grid.cols; ++col) {
      const Box box = PatchBox(kPhoto, grid, {row, col});
      const float x = box.x + box.width / 2, y = box.y + box.height / 2;
      EXPECT_EQ(PatchAt(kPhoto, grid, x, y), (Patch{row, col}));
    }
  }
}

TEST(SamePlace, IsThePatchUnderTheMiddleOfAnother) {
  const PatchGrid fine{28, 42, 1, 1}, coarse{14, 21, 1, 1};
  EXPECT_EQ(SamePlace({4, 7}, fine, coarse), (Patch{2, 3}));
  EXPECT_EQ(SamePlace({27, 41}, fine, coarse), (Patch{13, 20}));
  EXPECT_EQ(SamePlace({2, 3}, fine, fine), (Patch{2, 3}));
}

TEST(SamePlace, ComesBackFromAFinerGrid) {
  const PatchGrid coarse{14, 21, 1, 1};
  for (const PatchGrid& fine : {PatchGrid{28, 42, 1, 1}, PatchGrid{16, 25, 1, 1}}) {
    for (int row = 0; row < coarse.rows; ++row) {
      const Patch there = SamePlace({row, row}, coarse, fine);
      EXPECT_EQ(SamePlace(there, fine, coarse), (Patch{row, row}));
    }
  }
}

TEST(SamePlace, KnowsThatGridsCoverMoreOrLessOfThePhoto) {
  const PatchGrid half{10, 10, 0.5f, 1}, whole{10, 10, 1, 1};
  EXPECT_EQ(SamePlace({9, 3}, half, whole), (Patch{4, 3}));
  EXPECT_EQ(SamePlace({2, 3}, whole, half), (Patch{5, 3}));
  EXPECT_EQ(SamePlace({9, 3}, whole, half), (Patch{9, 3})) << "the nearest where there is none";
}

// Two layers, one head, one row of two patches.
Heads SmallHeads() {
  Heads heads{2, 1, {1, 2, 1, 1}, {0.1f, 0.2f, 0.3f, 0.4f}, {}, {}};
  return heads;
}

TEST(ShownScores, AreThoseOfTheLayer) {
  ViewState state;
  const Heads heads = SmallHeads();
  EXPECT_FLOAT_EQ(ShownScores(heads, state)[0], 0.3f);
  state.layer = 1;
  EXPECT_FLOAT_EQ(ShownScores(heads, state)[1], 0.2f);
  EXPECT_TRUE(ShownScores(Heads{}, state).empty());
}

TEST(ShownScores, StayOnScreenUntilTheQueryIsAnswered) {
  ViewState state;
  Heads heads = SmallHeads();
  state.query = Patch{0, 1};
  EXPECT_TRUE(AwaitsQuery(heads, state.query));
  EXPECT_FLOAT_EQ(ShownScores(heads, state)[0], 0.3f);
  heads.query = {0.5f, 0.6f, 0.7f, 0.8f};
  heads.query_patch = Patch{0, 1};
  EXPECT_FALSE(AwaitsQuery(heads, state.query));
  EXPECT_FLOAT_EQ(ShownScores(heads, state)[0], 0.7f);
  state.query = Patch{0, 0};
  EXPECT_TRUE(AwaitsQuery(heads, state.query));
  state.query.reset();
  EXPECT_FLOAT_EQ(ShownScores(heads, state)[0], 0.3f);
}

TEST(ScoreAt, IsNothingOutsideTheGrid) {
  const Heads heads = SmallHeads();
  const std::span<const float> scores = ShownScores(heads, {});
  EXPECT_FLOAT_EQ(ScoreAt(heads, scores, 0, {0, 1}), 0.4f);
  EXPECT_EQ(ScoreAt(heads, scores, 0, {40, 1}), 0);
}

}  // namespace
}  // namespace headlens
