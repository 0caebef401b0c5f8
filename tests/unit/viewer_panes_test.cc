// Two models beside each other: what one view means in the pane of each.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "viewer/panes.h"

namespace headlens {
namespace {

using testing::Contains;
using testing::IsEmpty;
using testing::Not;

Heads MapsOf(int layers, int heads, const PatchGrid& grid) {
  Heads maps{layers, heads, grid, {}, {}, {}};
  maps.cls.assign(static_cast<size_t>(layers * heads * grid.rows * grid.cols), 0.5f);
  return maps;
}

const PatchGrid kFine{28, 42, 1, 1}, kCoarse{14, 21, 1, 1};

std::array<Pane, 2> FineThenCoarse() {
  return {Pane{"dino", MapsOf(12, 3, kFine), {}}, Pane{"deit", MapsOf(2, 6, kCoarse), {}}};
}

std::array<Pane, 2> CoarseThenFine() {
  return {Pane{"deit", MapsOf(2, 6, kCoarse), {}}, Pane{"dino", MapsOf(12, 3, kFine), {}}};
}

TEST(LimitsOf, AreTheLargerNumbersAndTheFirstGrid) {
  const ViewLimits limits = LimitsOf(FineThenCoarse());
  EXPECT_EQ(limits.layers, 12);
  EXPECT_EQ(limits.heads, 6);
  EXPECT_EQ(limits.grid.rows, 28);
  EXPECT_TRUE(limits.grids_differ);
  EXPECT_FALSE(LimitsOf(std::array{FineThenCoarse()[0]}).grids_differ);
}

TEST(DrawnHeadsIn, LeavesOutWhatTheModelHasNot) {
  const auto panes = FineThenCoarse();
  ViewState state;
  EXPECT_EQ(DrawnHeadsIn(panes, 0, state), 0b111u);
  EXPECT_EQ(DrawnHeadsIn(panes, 1, state), 0b111111u);
  state.heads_on = 0b101010;
  EXPECT_EQ(DrawnHeadsIn(panes, 0, state), 0b10u);
  EXPECT_EQ(DrawnHeadsIn(panes, 1, state), 0b101010u);
  state.mode = ViewMode::kSingle;
  state.head = 5;
  EXPECT_EQ(DrawnHeadsIn(panes, 0, state), 0u) << "another head would pass for the fifth";
  EXPECT_EQ(DrawnHeadsIn(panes, 1, state), 0b10000u);
}

TEST(DrawnHeadsIn, IsThatOfTheViewWhereThereIsOneModel) {
  const std::array<Pane, 1> panes = {FineThenCoarse()[0]};
  ViewState state;
  state.mode = ViewMode::kSingle;
  state.head = 9;
  EXPECT_EQ(DrawnHeadsIn(panes, 0, state), DrawnHeads(state, 3));
}

TEST(QueryIn, IsTheSamePlaceInEveryGrid) {
  auto panes = FineThenCoarse();
  ViewState state;
  EXPECT_EQ(QueryIn(panes, 1, state), std::nullopt);
  state.query = Patch{4, 7};
  EXPECT_EQ(QueryIn(panes, 0, state), (Patch{4, 7}));
  EXPECT_EQ(QueryIn(panes, 1, state), (Patch{2, 3}));
  EXPECT_EQ(QueriesToJson(panes, state), "[[4,7],[2,3]]");
  panes[1].heads = {};
  EXPECT_EQ(QueriesToJson(panes, state), "[[4,7],null]") << "no maps, no grid";
}

TEST(QueryIn, IsTheVeryPatchThatWasClicked) {
  auto panes = CoarseThenFine();
  ViewState state;
  for (const Patch patch : {Patch{4, 6}, Patch{4, 7}, Patch{5, 6}, Patch{5, 7}}) {
    AskPatch(panes, 1, patch, &state);
    EXPECT_EQ(state.query, (Patch{2, 3}));
    EXPECT_EQ(QueryIn(panes, 1, state), patch);
  }
}

TEST(QueryIn, FollowsTheViewOnceItAsksForAnotherPatch) {
  auto panes = CoarseThenFine();
  ViewState state;
  AskPatch(panes, 1, {4, 6}, &state);
  state.query = Patch{2, 4};
  EXPECT_EQ(QueryIn(panes, 1, state), (Patch{5, 9}));
  AskPatch(panes, 0, {2, 3}, &state);
  EXPECT_EQ(QueryIn(panes, 1, state), (Patch{5, 7})) << "the earlier click is over";
}

TEST(AnyAwaitsQuery, UntilEveryPaneHasItsAnswer) {
  auto panes = FineThenCoarse();
  ViewState state;
  EXPECT_FALSE(AnyAwaitsQuery(panes, state));
  AskPatch(panes, 1, {2, 3}, &state);
  for (size_t pane = 0; pane < panes.size(); ++pane) {
    EXPECT_TRUE(AnyAwaitsQuery(panes, state));
    panes[pane].heads.query = panes[pane].heads.cls;
    panes[pane].heads.query_patch = QueryIn(panes, pane, state);
  }
  EXPECT_FALSE(AnyAwaitsQuery(panes, state));
}

TEST(CaptionOf, SaysHowTheModelsDiffer) {
  const auto panes = FineThenCoarse();
  ViewState state;
  EXPECT_EQ(CaptionOf(panes, 0, state).model, "dino");
  EXPECT_THAT(CaptionOf(panes, 0, state).details, Contains("layer 12 of 12"));
  EXPECT_THAT(CaptionOf(panes, 1, state).details, Contains("layer 2 of 2"));
  EXPECT_THAT(CaptionOf(panes, 0, state).details, Contains("3 heads"));
  EXPECT_THAT(CaptionOf(panes, 1, state).details, Contains("14 \xc3\x97 21 patches"));
  state.layer = 5;
  EXPECT_THAT(CaptionOf(panes, 0, state).details, Contains("layer 5 of 12"));
  EXPECT_THAT(CaptionOf(panes, 1, state).details, Contains("layer 2 of 2")) << "it has no fifth";
  state.mode = ViewMode::kSingle;
  state.head = 4;
  EXPECT_THAT(CaptionOf(panes, 0, state).details, Contains("no head 4"));
  EXPECT_THAT(CaptionOf(panes, 1, state).details, Not(Contains("no head 4")));
}

TEST(CaptionOf, SaysNothingMoreOfModelsOfOneShape) {
  auto panes = FineThenCoarse();
  panes[1].heads = panes[0].heads;
  EXPECT_THAT(CaptionOf(panes, 0, {}).details, IsEmpty());
  EXPECT_EQ(CaptionOf(panes, 1, {}).model, "deit");
  panes[1].heads = {};
  EXPECT_THAT(CaptionOf(panes, 1, {}).details, IsEmpty()) << "its maps are not there";
}

}  // namespace
}  // namespace headlens
