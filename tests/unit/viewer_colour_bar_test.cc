// What the colour bar says, and that it is honest where heads have scales of their own.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "viewer/colour_bar.h"
#include "viewer/fields.h"
#include "viewer/outlines.h"

namespace headlens {
namespace {

// Two layers of two heads over 2 x 3 patches, one score twice as large from map to map.
std::vector<Pane> OnePane() {
  std::vector<Pane> panes(1);
  Heads& heads = panes[0].heads;
  heads.layers = 2;
  heads.heads = 2;
  heads.grid = {2, 3, 1, 1};
  for (const float most : {0.1f, 0.2f, 0.4f, 0.8f}) {
    for (int patch = 0; patch < 6; ++patch) {
      heads.cls.push_back(most * static_cast<float>(patch) / 5);
    }
  }
  return panes;
}

std::string TextsOf(const ColourBar& bar) {
  std::string texts;
  for (const BarTick& tick : bar.ticks) texts += (texts.empty() ? "" : "|") + tick.text;
  return texts;
}

ViewState MeanState(Normalisation normalisation) {
  ViewState state;
  state.mode = ViewMode::kMean;
  state.normalisation = normalisation;
  return state;
}

TEST(ColourBar, IsNoneForColoursOfHeads) {
  const std::vector<Pane> panes = OnePane();
  ViewState state;
  for (const View view : {View::kOverlay, View::kHeads, View::kSlider}) {
    state.view = view;
    EXPECT_EQ(ColourBarOf(panes, state).kind, BarKind::kNone);
  }
  state.mode = ViewMode::kFigure;
  EXPECT_EQ(ColourBarOf(panes, state).kind, BarKind::kNone);
}

TEST(ColourBar, HasScoresWhereAllHeadsShareAScale) {
  const std::vector<Pane> panes = OnePane();
  EXPECT_EQ(TextsOf(ColourBarOf(panes, MeanState(Normalisation::kHeads))),
            "0 %|20 %|40 %|60 %|80 %");
  ViewState state = MeanState(Normalisation::kHeads);
  state.layer = 1;
  EXPECT_EQ(TextsOf(ColourBarOf(panes, state)), "0.0 %|5.0 %|10.0 %|15.0 %|20.0 %");
  state.normalisation = Normalisation::kLayers;
  EXPECT_EQ(TextsOf(ColourBarOf(panes, state)), "0 %|20 %|40 %|60 %|80 %");
}

TEST(ColourBar, SaysLeastAndMostWhereEachHeadHasItsOwnScale) {
  const std::vector<Pane> panes = OnePane();
  for (const Normalisation own :
       {Normalisation::kClip, Normalisation::kHead, Normalisation::kLog}) {
    EXPECT_EQ(TextsOf(ColourBarOf(panes, MeanState(own))), "least|most");
  }
  ViewState state = MeanState(Normalisation::kHeads);
  state.view = View::kAtlas;
  EXPECT_EQ(TextsOf(ColourBarOf(panes, state)), "least|most") << "layers have scales of their own";
}

TEST(ColourBar, HasTheScoresOfAHeadAlone) {
  const std::vector<Pane> panes = OnePane();
  ViewState state = MeanState(Normalisation::kHead);
  state.mode = ViewMode::kSingle;
  state.layer = 1;
  const ColourBar bar = ColourBarOf(panes, state);
  EXPECT_EQ(bar.title, "Attention of head 1");
  EXPECT_EQ(TextsOf(bar), "0.0 %|2.5 %|5.0 %|7.5 %|10.0 %");
}

TEST(ColourBar, OfAFieldIsThereOnceTheFieldIs) {
  std::vector<Pane> panes = OnePane();
  ViewState state;
  state.view = View::kSimilarity;
  EXPECT_EQ(ColourBarOf(panes, state).kind, BarKind::kNone);
  panes[0].heads.similarity = {"similarity cls", 2, 1, std::vector<float>(12, 0.2f)};
  panes[0].heads.similarity.values[11] = 1;
  EXPECT_EQ(TextsOf(ColourBarOf(panes, state)), "0.20|0.40|0.60|0.80|1.00");
  state.view = View::kPca;
  panes[0].heads.pca = {"pca 2 keys", 1, 3, std::vector<float>(18, 0.5f)};
  EXPECT_EQ(ColourBarOf(panes, state).title, "First three components as red, green, blue");
}

TEST(ColourBar, IsMadeAnewWhenMapsOrStateChange) {
  std::vector<Pane> panes = OnePane();
  KnownBar known;
  const ViewState state = MeanState(Normalisation::kHeads);
  EXPECT_EQ(CurrentBar(&known, panes, state).ticks.back().text, "80 %");
  panes[0].heads.cls.back() = 0.5f;
  EXPECT_EQ(CurrentBar(&known, panes, state).ticks.back().text, "80 %") << "nobody said so";
  ++panes[0].revision;
  EXPECT_EQ(CurrentBar(&known, panes, state).ticks.back().text, "64 %");
}

TEST(ContoursOf, AreThoseOfWhatIsKept) {
  const std::vector<Pane> panes = OnePane();
  std::vector<LayerContours> known;
  ViewState state;
  EXPECT_TRUE(ContoursOf(&known, panes, 0, 1, state).empty());
  state.contours = Contours::kPatches;
  EXPECT_TRUE(ContoursOf(&known, panes, 0, 1, state).empty()) << "every patch is kept";
  state.keep_mass = 0.3f;  // the last patch of each: 5 of 15
  const auto each = ContoursOf(&known, panes, 0, 1, state);
  ASSERT_EQ(each.size(), 2u);
  ASSERT_EQ(each[0].outlines.size(), 1u);
  state.combine = Combine::kUnion;
  const auto together = ContoursOf(&known, panes, 0, 1, state);
  ASSERT_EQ(together.size(), 1u);
  EXPECT_EQ(together[0].head, kAllTogether);
}

TEST(ContoursOf, AreWrittenAsPathsOfTheHeadsThatAreOn) {
  const std::vector<Pane> panes = OnePane();
  std::vector<LayerContours> known;
  ViewState state;
  state.contours = Contours::kPatches;
  state.keep_mass = 0.3f;
  state.heads_on = 2;
  const std::string json = ContoursToJson(&known, panes, 0, state, 20, 30);
  EXPECT_EQ(json.find("\"head\":1"), std::string::npos);
  EXPECT_NE(json.find("{\"head\":2,\"colour\":\"#"), std::string::npos) << json;
  EXPECT_NE(json.find("M"), std::string::npos) << json;
}

}  // namespace
}  // namespace headlens
