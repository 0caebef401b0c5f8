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
  const Layout layout = PlaceScene({1280, 744, 1, 0, 90}, 300, 451, 300);
  EXPECT_FALSE(layout.narrow);
  EXPECT_FLOAT_EQ(layout.panel.x + layout.panel.width, 1280);
  EXPECT_FLOAT_EQ(layout.panel.height, 744);
  EXPECT_TRUE(Inside(layout.photo, {0, 0, layout.panel.x, 744 - 90}));
}

TEST(Layout, PutsThePanelBelowThePhotoOnANarrowWindow) {
  const Layout layout = PlaceScene({780, 1600, 2, 120, 0}, 300, 451, 560);
  EXPECT_TRUE(layout.narrow);
  EXPECT_FLOAT_EQ(layout.panel.y, 1600 - 560);
  EXPECT_FLOAT_EQ(layout.panel.width, 780);
  EXPECT_TRUE(Inside(layout.photo, {0, 120, 780, layout.panel.y - 120}));
}

TEST(Layout, KeepsThePhotoOnWholePixelsAndInShape) {
  for (float scale : {1.0f, 1.25f, 1.5f, 2.0f, 3.0f}) {
    const Window window{static_cast<int>(1280 * scale), static_cast<int>(744 * scale), scale, 0, 0};
    const Box photo = PlaceScene(window, 300, 451, 300).photo;
    EXPECT_EQ(photo.x, std::round(photo.x));
    EXPECT_EQ(photo.y, std::round(photo.y));
    EXPECT_EQ(photo.width, std::round(photo.width));
    EXPECT_NEAR(photo.width / photo.height, 451.0f / 300, 0.005) << scale;
  }
}

TEST(Layout, SurvivesWindowsWithoutRoomAndPhotosWithoutPixels) {
  EXPECT_EQ(PlaceScene({1, 1, 1, 0, 0}, 300, 451, 300).photo.width, 0);
  EXPECT_EQ(PlaceScene({1280, 744, 1, 0, 0}, 0, 0, 300).photo.width, 0);
  EXPECT_GE(PlaceScene({1280, 744, 1, 0, 0}, 1, 3000, 300).photo.height, 1);
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
  EXPECT_TRUE(AwaitsQuery(heads, state));
  EXPECT_FLOAT_EQ(ShownScores(heads, state)[0], 0.3f);
  heads.query = {0.5f, 0.6f, 0.7f, 0.8f};
  heads.query_patch = Patch{0, 1};
  EXPECT_FALSE(AwaitsQuery(heads, state));
  EXPECT_FLOAT_EQ(ShownScores(heads, state)[0], 0.7f);
  state.query = Patch{0, 0};
  EXPECT_TRUE(AwaitsQuery(heads, state));
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
