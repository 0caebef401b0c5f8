#include "viewer/colour_bar.h"

#include <bit>
#include <cstdio>
#include <optional>

#include "maps/compose.h"
#include "viewer/fields.h"

namespace headlens {
namespace {

constexpr int kTicks = 5;

const char* NormalisationName(Normalisation normalisation) {
  switch (normalisation) {
    case Normalisation::kClip:
      return "each head, clipped";
    case Normalisation::kHead:
      return "each head, min to max";
    case Normalisation::kHeads:
      return "all heads on one scale";
    case Normalisation::kLayers:
      return "all layers on one scale";
    case Normalisation::kLog:
      return "each head, logarithmic";
  }
  return "";
}

// So many that quarters of a share in percent differ: 0.031, 1.42, 26.5, 80.
int DecimalsFor(float share) {
  const float percent = 100 * share;
  return percent >= 40 ? 0 : percent >= 4 ? 1 : percent >= 0.4f ? 2 : 3;
}

std::string PercentText(float share, int decimals) {
  char text[32];
  std::snprintf(text, sizeof text, "%.*f %%", decimals, 100.0 * static_cast<double>(share));
  return text;
}

std::string CosineText(float cosine) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f", static_cast<double>(cosine));
  return text;
}

template <typename TextAt>
std::vector<BarTick> EvenTicks(const TextAt& text_at) {
  std::vector<BarTick> ticks;
  for (int i = 0; i < kTicks; ++i) {
    const float at = static_cast<float>(i) / (kTicks - 1);
    ticks.push_back({at, text_at(at)});
  }
  return ticks;
}

std::vector<BarTick> OwnTicks() { return {{0, "least"}, {1, "most"}}; }

// The one head that is drawn.
std::optional<int> OnlyHead(uint64_t drawn) {
  if (std::popcount(drawn) != 1) return std::nullopt;
  return std::countr_zero(drawn);
}

// Ticks with scores where all of the heads drawn share a range.
std::vector<BarTick> AttentionTicks(std::span<const Pane> panes, const ViewState& state,
                                    uint64_t drawn) {
  const Normalisation normalisation = state.normalisation;
  const bool atlas = state.view == View::kAtlas;
  const bool shared =
      normalisation == Normalisation::kLayers || (normalisation == Normalisation::kHeads && !atlas);
  const std::optional<int> head =
      atlas || state.view == View::kHeads ? std::nullopt : OnlyHead(drawn);
  if (panes.size() > 1 || (!shared && !head)) return OwnTicks();
  const Heads& heads = panes[0].heads;
  const LayerScores scores = ScoresOf(heads, state, ShownLayer(state, heads.layers));
  const ScoreRange range = RangeOfHead(scores, head.value_or(0), normalisation);
  const bool orders = normalisation == Normalisation::kLog;  // of magnitude, each with its digits
  return EvenTicks([&](float at) {
    const float score = ScoreOfWeight(at, range, normalisation);
    return PercentText(score, DecimalsFor(orders ? score : range.high));
  });
}

std::string AttentionTitle(const ViewState& state, uint64_t drawn) {
  if (state.view == View::kAtlas || state.view == View::kHeads) return "Attention of each head";
  if (const std::optional<int> head = OnlyHead(drawn)) {
    return "Attention of head " + std::to_string(*head + 1);
  }
  return state.mode == ViewMode::kMax ? "Attention, most of the heads" : "Attention, mean of heads";
}

ColourBar AttentionBar(std::span<const Pane> panes, const ViewState& state) {
  const uint64_t drawn = DrawnHeadsIn(panes, 0, state);
  if (drawn == 0) return {};
  return {BarKind::kScale, AttentionTitle(state, drawn), NormalisationName(state.normalisation),
          AttentionTicks(panes, state, drawn)};
}

ColourBar FieldBar(std::span<const Pane> panes, const ViewState& state) {
  const Heads& heads = panes[0].heads;
  const std::span<const float> values = ShownField(heads, state);
  if (values.empty()) return {};
  const std::string layer = std::to_string(ShownLayer(state, heads.layers) + 1);
  const bool rollout = state.view == View::kRollout;
  ColourBar bar{BarKind::kScale, rollout ? "Attention rollout" : "Cosine similarity of keys",
                rollout ? "layers 1 to " + layer : "layer " + layer, OwnTicks()};
  if (panes.size() > 1) return bar;
  const ScoreRange range =
      RangeOfField(rollout ? FieldKind::kRollout : FieldKind::kSimilarity, values);
  bar.ticks = EvenTicks([&](float at) {
    const float value = range.low + at * (range.high - range.low);
    return rollout ? PercentText(value, DecimalsFor(range.high)) : CosineText(value);
  });
  return bar;
}

ColourBar PcaBar(std::span<const Pane> panes, const ViewState& state) {
  if (ShownField(panes[0].heads, state).empty()) return {};
  const std::string facet = state.facet == Facet::kKeys ? "keys" : "tokens";
  const std::string layer = std::to_string(ShownLayer(state, panes[0].heads.layers) + 1);
  return {BarKind::kRgb,
          "First three components as red, green, blue",
          "of the " + facet + ", layer " + layer,
          {}};
}

}  // namespace

ColourBar ColourBarOf(std::span<const Pane> panes, const ViewState& state) {
  if (!HasMaps(panes[0].heads)) return {};
  const bool colours = state.mode == ViewMode::kHeads || state.mode == ViewMode::kFigure;
  switch (state.view) {
    case View::kOverlay:
    case View::kSlider:
    case View::kHeads:
      return colours ? ColourBar{} : AttentionBar(panes, state);
    case View::kAtlas:
      return AttentionBar(panes, state);
    case View::kRollout:
    case View::kSimilarity:
      return FieldBar(panes, state);
    case View::kPca:
      return PcaBar(panes, state);
  }
  return {};
}

const ColourBar& CurrentBar(KnownBar* known, std::span<const Pane> panes, const ViewState& state) {
  BarInputs inputs{ViewStateToJson(state), {}};
  for (const Pane& pane : panes) inputs.revisions.push_back(pane.revision);
  if (known->inputs != inputs) *known = {inputs, ColourBarOf(panes, state)};
  return known->bar;
}

}  // namespace headlens
