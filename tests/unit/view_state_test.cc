// The view's one JSON form, and what keys and toggles do to it.
#include "viewer/view_state.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cctype>
#include <set>
#include <string>

#include "viewer/keys.h"
#include "viewer/words.h"

namespace headlens {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

ViewState Read(std::string_view json, const ViewState& base = {}) {
  Result<ViewStateUpdate> update = ViewStateFromJson(json, base);
  EXPECT_TRUE(update.ok()) << update.error().message;
  return update.ok() ? update->state : ViewState{};
}

TEST(ViewState, ComesBackFromItsOwnJson) {
  ViewState state;
  state.model = "dino \"small\"";
  state.compare = "deit";
  state.photo = "chelsea";
  state.layer = 5;
  state.heads_on = 0b1011;
  state.head = 3;
  state.query = Patch{12, 7};
  state.mode = ViewMode::kSingle;
  state.opacity = 0.35f;
  state.keep_mass = 0.6f;
  state.colours = {{1, 0, 0}, {0, 128 / 255.0f, 1}};
  state.smooth = false;
  state.view = View::kRollout;
  state.combine = Combine::kIntersection;
  state.contours = Contours::kSmooth;
  state.normalisation = Normalisation::kLog;
  state.palette = Palette::kDino;
  state.colormap = Colormap::kTurbo;
  state.order = Order::kPrefix;
  state.against = 7;
  state.divider = 0.25f;
  state.fusion = Fusion::kMin;
  state.discard = 0.9f;
  state.facet = Facet::kTokens;
  state.explain = Patch{3, 4};
  state.zoom = 2.5f;
  state.centre = {0.25f, 0.75f};
  state.size = 480;
  state.aspect = Aspect::kSquare;
  const ViewState back = Read(ViewStateToJson(state));
  EXPECT_EQ(back.model, state.model);
  EXPECT_EQ(back.compare, "deit");
  EXPECT_EQ(back.photo, "chelsea");
  EXPECT_EQ(back.layer, 5);
  EXPECT_EQ(back.heads_on, 0b1011u);
  EXPECT_EQ(back.head, 3);
  EXPECT_EQ(back.query, (Patch{12, 7}));
  EXPECT_EQ(back.mode, ViewMode::kSingle);
  EXPECT_FLOAT_EQ(back.opacity, 0.35f);
  EXPECT_FLOAT_EQ(back.keep_mass, 0.6f);
  ASSERT_EQ(back.colours.size(), 2u);
  EXPECT_FLOAT_EQ(back.colours[1].g, 128 / 255.0f);
  EXPECT_FALSE(back.smooth);
  EXPECT_EQ(back.view, View::kRollout);
  EXPECT_EQ(back.combine, Combine::kIntersection);
  EXPECT_EQ(back.contours, Contours::kSmooth);
  EXPECT_EQ(back.normalisation, Normalisation::kLog);
  EXPECT_EQ(back.palette, Palette::kDino);
  EXPECT_EQ(back.colormap, Colormap::kTurbo);
  EXPECT_EQ(back.order, Order::kPrefix);
  EXPECT_EQ(back.against, 7);
  EXPECT_FLOAT_EQ(back.divider, 0.25f);
  EXPECT_EQ(back.fusion, Fusion::kMin);
  EXPECT_FLOAT_EQ(back.discard, 0.9f);
  EXPECT_EQ(back.facet, Facet::kTokens);
  EXPECT_EQ(back.explain, (Patch{3, 4}));
  EXPECT_FLOAT_EQ(back.zoom, 2.5f);
  EXPECT_FLOAT_EQ(back.centre.x, 0.25f);
  EXPECT_FLOAT_EQ(back.centre.y, 0.75f);
  EXPECT_EQ(back.size, 480);
  EXPECT_EQ(back.aspect, Aspect::kSquare);
}

TEST(ViewState, WritesHeadsAsPeopleCountThem) {
  ViewState state;
  EXPECT_THAT(ViewStateToJson(state), HasSubstr("\"heads\":\"all\""));
  state.heads_on = 0b101;
  EXPECT_THAT(ViewStateToJson(state), HasSubstr("\"heads\":[1,3]"));
  state.heads_on = 0;
  EXPECT_THAT(ViewStateToJson(state), HasSubstr("\"heads\":[]"));
}

TEST(ViewState, KeepsWhatTheTextDoesNotMention) {
  ViewState base;
  base.layer = 4;
  base.query = Patch{1, 2};
  const ViewState state = Read(R"({"opacity": 0.5})", base);
  EXPECT_EQ(state.layer, 4);
  EXPECT_EQ(state.query, (Patch{1, 2}));
  EXPECT_FLOAT_EQ(state.opacity, 0.5f);
  EXPECT_EQ(Read(R"({"query": null})", base).query, std::nullopt);
}

TEST(ViewState, NamesUnknownFieldsAndReadsTheOthers) {
  Result<ViewStateUpdate> update = ViewStateFromJson(R"({"spin": 2, "layer": 3, "tilt": 1})", {});
  ASSERT_TRUE(update.ok());
  EXPECT_EQ(update->state.layer, 3);
  EXPECT_THAT(update->unknown, ElementsAre("spin", "tilt"));
  EXPECT_THAT(ViewStateFromJson(R"({"layer": 3})", {})->unknown, IsEmpty());
}

TEST(ViewState, RefusesValuesThatDoNotFitAndNamesTheField) {
  const std::pair<const char*, const char*> wrong[] = {
      {R"({"layer": "last"})", "layer"},
      {R"({"layer": -1})", "layer"},
      {R"({"layer": 1e99})", "layer"},
      {R"({"heads": [0]})", "heads"},
      {R"({"heads": [65]})", "heads"},
      {R"({"heads": "some"})", "heads"},
      {R"({"head": 0})", "head"},
      {R"({"query": [1]})", "query"},
      {R"({"query": [1, -1]})", "query"},
      {R"({"query": "cls"})", "query"},
      {R"({"mode": "Mean"})", "mode"},
      {R"({"opacity": 1.01})", "opacity"},
      {R"({"opacity": -0.1})", "opacity"},
      {R"({"keep_mass": "60 %"})", "keep_mass"},
      {R"({"colours": ["red"]})", "colours"},
      {R"({"colours": ["#000000,#ffffff"]})", "colours"},
      {R"({"size": 0})", "size"},
      {R"({"interpolation": true})", "interpolation"},
      {R"({"photo": 3})", "photo"},
      {R"({"compare": null})", "compare"},
  };
  for (const auto& [json, field] : wrong) {
    Result<ViewStateUpdate> update = ViewStateFromJson(json, {});
    ASSERT_FALSE(update.ok()) << json;
    EXPECT_THAT(update.error().message, HasSubstr("\"" + std::string(field) + "\"")) << json;
  }
}

TEST(ViewState, RefusesWhatIsNotAnObject) {
  EXPECT_FALSE(ViewStateFromJson("", {}).ok());
  EXPECT_FALSE(ViewStateFromJson("[1]", {}).ok());
  EXPECT_FALSE(ViewStateFromJson("{\"layer\": 1", {}).ok());
}

TEST(ViewState, ShowsTheLastLayerUnlessToldAndNeverOneThatIsNotThere) {
  ViewState state;
  EXPECT_EQ(ShownLayer(state, 12), 11);
  state.layer = 1;
  EXPECT_EQ(ShownLayer(state, 12), 0);
  state.layer = 99;
  EXPECT_EQ(ShownLayer(state, 12), 11);
  EXPECT_EQ(ShownLayer(state, 0), 0);
}

TEST(ViewState, TakesGivenColoursFirst) {
  ViewState state;
  state.colours = {{1, 1, 1}};
  EXPECT_EQ(ColourOfHead(state, 0).b, 1);
  EXPECT_EQ(ColourOfHead(state, 1).b, HeadColour(1).b);
}

const ViewLimits kLimits{12, 3, {28, 42, 1, 1}};

TEST(Keys, StepThroughLayersAndStopAtTheEnds) {
  ViewState state;
  EXPECT_TRUE(ApplyKey("ArrowUp", kLimits, &state));
  EXPECT_EQ(state.layer, 12);
  EXPECT_TRUE(ApplyKey("[", kLimits, &state));
  EXPECT_EQ(state.layer, 11);
  state.layer = 1;
  EXPECT_TRUE(ApplyKey("ArrowDown", kLimits, &state));
  EXPECT_EQ(state.layer, 1);
}

TEST(Keys, ToggleHeadsOrChooseTheSingleOne) {
  ViewState state;
  EXPECT_TRUE(ApplyKey("2", kLimits, &state));
  EXPECT_EQ(state.heads_on, 0b101u);
  EXPECT_TRUE(ApplyKey("2", kLimits, &state));
  EXPECT_EQ(state.heads_on, kAllHeads);
  EXPECT_FALSE(ApplyKey("4", kLimits, &state)) << "there are three heads";
  state.mode = ViewMode::kSingle;
  EXPECT_TRUE(ApplyKey("3", kLimits, &state));
  EXPECT_EQ(state.head, 3);
  EXPECT_EQ(state.heads_on, kAllHeads);
}

TEST(Keys, MoveTheQueryWithinTheGridAndLetItGo) {
  ViewState state;
  EXPECT_TRUE(ApplyKey("Shift+ArrowLeft", kLimits, &state));
  EXPECT_EQ(state.query, (Patch{14, 20}));
  state.query = Patch{0, 41};
  EXPECT_TRUE(ApplyKey("Shift+ArrowUp", kLimits, &state));
  EXPECT_TRUE(ApplyKey("Shift+ArrowRight", kLimits, &state));
  EXPECT_EQ(state.query, (Patch{0, 41}));
  EXPECT_TRUE(ApplyKey("Escape", kLimits, &state));
  EXPECT_EQ(state.query, std::nullopt);
}

TEST(Keys, LetGoOfTheQueryFirstAndThenOfTheSecondModel) {
  ViewState state;
  state.query = Patch{3, 4};
  state.compare = "deit";
  EXPECT_TRUE(ApplyKey("Escape", kLimits, &state));
  EXPECT_EQ(state.query, std::nullopt);
  EXPECT_EQ(state.compare, "deit");
  EXPECT_TRUE(ApplyKey("Escape", kLimits, &state));
  EXPECT_EQ(state.compare, "");
}

TEST(Keys, KeepSharesWithinZeroAndOne) {
  ViewState state;
  for (int i = 0; i < 5; ++i) ApplyKey("+", kLimits, &state);
  EXPECT_FLOAT_EQ(state.opacity, 1);
  for (int i = 0; i < 30; ++i) ApplyKey("<", kLimits, &state);
  EXPECT_FLOAT_EQ(state.keep_mass, 0);
}

TEST(Keys, LeaveOtherKeysToThePage) {
  ViewState state;
  EXPECT_FALSE(ApplyKey("Tab", kLimits, &state));
  EXPECT_FALSE(ApplyKey("F5", kLimits, &state));
  EXPECT_FALSE(ApplyKey("", kLimits, &state));
  EXPECT_EQ(state, ViewState{});
  for (const char* key : {"c", "e", "w", "x", "?", "ArrowLeft", "ArrowRight"}) {
    EXPECT_FALSE(ApplyKey(key, kLimits, &state)) << key;
  }
}

TEST(Keys, OpenEachViewByItsLetter) {
  const std::pair<const char*, View> views[] = {
      {"h", View::kHeads},      {"a", View::kAtlas}, {"v", View::kSlider}, {"R", View::kRollout},
      {"I", View::kSimilarity}, {"p", View::kPca},   {"o", View::kOverlay}};
  ViewState state;
  for (const auto& [key, view] : views) {
    EXPECT_TRUE(ApplyKey(key, kLimits, &state));
    EXPECT_EQ(state.view, view) << key;
    EXPECT_EQ(KeyOf(view), std::tolower(key[0]));
  }
}

TEST(Keys, CycleThroughEveryValueAndBeginAgain) {
  const auto cycle = [](const char* key, int count, auto field) {
    ViewState state;
    const auto first = state.*field;
    for (int step = 1; step < count; ++step) {
      EXPECT_TRUE(ApplyKey(key, kLimits, &state));
      EXPECT_EQ(static_cast<int>(state.*field), (static_cast<int>(first) + step) % count) << key;
    }
    EXPECT_TRUE(ApplyKey(key, kLimits, &state));
    EXPECT_EQ(state.*field, first) << key;
  };
  cycle("m", 5, &ViewState::mode);
  cycle("n", 5, &ViewState::normalisation);
  cycle("k", 3, &ViewState::contours);
  cycle("u", 3, &ViewState::combine);
  cycle("t", 6, &ViewState::order);
  cycle("l", 3, &ViewState::palette);
}

TEST(Keys, ChooseTheColoursThatAreShown) {
  ViewState state;
  state.colours = {{1, 0, 0}};
  EXPECT_TRUE(ApplyKey("l", kLimits, &state));
  EXPECT_EQ(state.palette, Palette::kOkabeIto);
  EXPECT_TRUE(state.colours.empty()) << "they would hide the palette";
  EXPECT_EQ(state.colormap, Colormap::kInferno);
  state.mode = ViewMode::kMean;
  EXPECT_TRUE(ApplyKey("l", kLimits, &state));
  EXPECT_EQ(state.palette, Palette::kOkabeIto);
  EXPECT_EQ(state.colormap, Colormap::kViridis);
  state.mode = ViewMode::kHeads;
  state.view = View::kRollout;
  EXPECT_TRUE(ApplyKey("l", kLimits, &state));
  EXPECT_EQ(state.colormap, Colormap::kTurbo);
}

TEST(Keys, FitThePhotoAgain) {
  ViewState state;
  state.zoom = 4;
  state.centre = {0.1f, 0.9f};
  EXPECT_TRUE(ApplyKey("z", kLimits, &state));
  EXPECT_EQ(state, ViewState{});
}

TEST(Keys, LetGoOfTheExplanationBeforeTheQuery) {
  ViewState state;
  state.explain = Patch{1, 2};
  state.query = Patch{3, 4};
  EXPECT_TRUE(ApplyKey("Escape", kLimits, &state));
  EXPECT_EQ(state.explain, std::nullopt);
  EXPECT_EQ(state.query, (Patch{3, 4}));
}

TEST(Keys, AreListedOnceEach) {
  std::set<std::string> seen;
  for (const KeyGroup& group : KeyGroups()) {
    EXPECT_FALSE(group.keys.empty()) << group.title;
    for (const KeyHelp& line : group.keys) EXPECT_TRUE(seen.insert(line.keys).second) << line.keys;
  }
  for (int view = 0; view <= static_cast<int>(View::kPca); ++view) {
    const char key = static_cast<char>(std::toupper(KeyOf(static_cast<View>(view))));
    EXPECT_EQ(seen.count(std::string(1, key)), 1u) << key;
  }
}

TEST(Words, SayWhatAKeyChanged) {
  const auto said = [](const char* key, const char* json) {
    const ViewState before = Read(json);
    ViewState state = before;
    EXPECT_TRUE(ApplyKey(key, kLimits, &state)) << key;
    return WordsOfChange(before, state, kLimits.layers);
  };
  EXPECT_EQ(said("n", R"({"normalisation": "head"})"), "Normalisation: shared over heads");
  EXPECT_EQ(said("l", R"({"palette": "okabe-ito"})"), "Palette: DINO");
  EXPECT_EQ(said("ArrowDown", R"({"layer": 5})"), "Layer 4 of 12");
  EXPECT_EQ(said("ArrowDown", "{}"), "Layer 11 of 12");
  EXPECT_EQ(said("2", "{}"), "Head 2 off");
  EXPECT_EQ(said("2", R"({"heads": [1, 3]})"), "All heads");
  EXPECT_EQ(said("<", "{}"), "Keep mass: 95 %");
  EXPECT_EQ(said("k", R"({"keep_mass": 0.6})"), "Contours: patches");
  EXPECT_EQ(said("k", "{}"), "Contours: patches, once less is kept");
  EXPECT_EQ(said("t", R"({"order": "overlap"})"), "Heads in order of: [CLS] and registers");
  EXPECT_EQ(said("g", "{}"), "Heads in groups");
  EXPECT_EQ(said("g", R"({"order": "edges", "groups": "alike"})"), "Heads without groups");
  EXPECT_EQ(said("Escape", R"({"query": [3, 4]})"), "Query: [CLS]");
  EXPECT_EQ(said("r", "{}"), "Rollout");
  EXPECT_EQ(said("ArrowUp", R"({"layer": 12})"), "") << "nothing changed";
}

TEST(Heads, GoAloneAndComeBackByDoubleClick) {
  ViewState state;
  const uint64_t before = state.heads_on;
  ToggleHead(1, 3, &state);  // the first of two presses
  SoloHeads(0b10, 3, before, &state);
  EXPECT_EQ(state.heads_on, 0b010u);

  const uint64_t alone = state.heads_on;
  ToggleHead(1, 3, &state);
  SoloHeads(0b10, 3, alone, &state);
  EXPECT_EQ(state.heads_on, kAllHeads);
}

TEST(Heads, AreGroupedByTheirOrderOrElseByEntropy) {
  ViewState state;
  GroupHeads(&state);
  EXPECT_TRUE(state.grouped);
  EXPECT_EQ(state.order, Order::kEntropy);
  GroupHeads(&state);
  EXPECT_FALSE(state.grouped);
  state.order = Order::kEdges;
  GroupHeads(&state);
  EXPECT_EQ(state.order, Order::kEdges);
}

TEST(Heads, SingleModeDrawsOneWhateverIsOn) {
  ViewState state;
  state.heads_on = 0b001;
  state.head = 3;
  EXPECT_EQ(DrawnHeads(state, 3), 0b001u);
  state.mode = ViewMode::kSingle;
  EXPECT_EQ(DrawnHeads(state, 3), 0b100u);
  state.head = 9;
  EXPECT_EQ(DrawnHeads(state, 3), 0b100u) << "the last that there is";
}

}  // namespace
}  // namespace headlens
