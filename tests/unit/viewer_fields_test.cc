// Which field a view asks for, and what of it is there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "viewer/fields.h"

namespace headlens {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr int kLayers = 12;

// Maps of two layers on a grid of one row and two columns.
Heads TwoLayers() {
  Heads heads;
  heads.layers = 2;
  heads.heads = 1;
  heads.grid.rows = 1;
  heads.grid.cols = 2;
  heads.cls = {0.1f, 0.2f, 0.3f, 0.4f};
  return heads;
}

TEST(FieldKey, NamesTheLayerThatIsShown) {
  ViewState state;
  EXPECT_EQ(FieldKey(View::kPca, state, kLayers), "pca 12 keys");
  state.layer = 3;
  state.facet = Facet::kTokens;
  EXPECT_EQ(FieldKey(View::kPca, state, kLayers), "pca 3 tokens");
  state.layer = 40;
  EXPECT_EQ(FieldKey(View::kPca, state, kLayers), "pca 12 tokens");
}

TEST(FieldKey, NamesFusionAndDiscardOfARolloutButNoLayer) {
  ViewState state;
  EXPECT_EQ(FieldKey(View::kRollout, state, kLayers), "rollout mean 0");
  state.fusion = Fusion::kMin;
  state.discard = 0.9f;
  EXPECT_EQ(FieldKey(View::kRollout, state, kLayers), "rollout min 0.9");
  state.discard = 0.0004f;
  EXPECT_EQ(FieldKey(View::kRollout, state, kLayers), "rollout min 0");
  state.discard = 0.9999f;
  EXPECT_EQ(FieldKey(View::kRollout, state, kLayers), "rollout min 1");
}

TEST(FieldKey, NamesTheQueryButNoLayerOfASimilarity) {
  ViewState state;
  state.layer = 4;
  EXPECT_EQ(FieldKey(View::kSimilarity, state, kLayers), "similarity cls");
  state.query = Patch{3, 5};
  EXPECT_EQ(FieldKey(View::kSimilarity, state, kLayers), "similarity 3,5");
}

TEST(FieldKey, IsEmptyForViewsOfHeads) {
  for (const View view : {View::kOverlay, View::kHeads, View::kAtlas, View::kSlider}) {
    EXPECT_EQ(FieldKey(view, {}, kLayers), "");
  }
}

TEST(ShownField, IsThatOfTheLayerWhereThereIsOneOfEach) {
  Heads heads = TwoLayers();
  heads.similarity = {"similarity cls", 2, 1, {1, 2, 3, 4}};
  ViewState state;
  state.view = View::kSimilarity;
  EXPECT_THAT(ShownField(heads, state), ElementsAre(3, 4));
  state.layer = 1;
  EXPECT_THAT(ShownField(heads, state), ElementsAre(1, 2));
  EXPECT_FALSE(AwaitsField(heads, state));
}

TEST(ShownField, StaysThatOfBeforeUntilTheNextIsThere) {
  Heads heads = TwoLayers();
  heads.rollout = {"rollout mean 0.5", 1, 1, {5, 6}};
  ViewState state;
  state.view = View::kRollout;
  state.layer = 2;
  EXPECT_THAT(ShownField(heads, state), ElementsAre(5, 6));
  EXPECT_TRUE(AwaitsField(heads, state));
}

TEST(ShownField, IsEmptyBeforeTheFirst) {
  ViewState state;
  state.view = View::kPca;
  EXPECT_THAT(ShownField(TwoLayers(), state), IsEmpty());
  EXPECT_TRUE(AwaitsField(TwoLayers(), state));
  EXPECT_FALSE(AwaitsField({}, state));
  state.view = View::kOverlay;
  EXPECT_FALSE(AwaitsField(TwoLayers(), state));
}

}  // namespace
}  // namespace headlens
