#include "viewer/outlines.h"

#include <algorithm>

#include "base/json.h"
#include "maps/svg.h"

namespace headlens {
namespace {

std::vector<HeadContour> Trace(const Heads& heads, const LayerScores& scores,
                               const ContourInputs& inputs) {
  const std::vector<uint8_t> masks = LayerMask(scores, inputs.style);
  const auto trace = inputs.contours == Contours::kSmooth ? SmoothOutlines : PatchOutlines;
  const auto of_head = [&](int head) {
    const size_t patches = static_cast<size_t>(scores.patches);
    const auto mask = std::span(masks).subspan(static_cast<size_t>(head) * patches, patches);
    return trace(mask, heads.grid.rows, heads.grid.cols);
  };
  if (inputs.style.combine != Combine::kEach) return {{kAllTogether, of_head(0)}};
  std::vector<HeadContour> contours;
  for (int head = 0; head < std::min(scores.heads, kMaxHeads); ++head) {
    contours.push_back({head, of_head(head)});
  }
  return contours;
}

LayerContours* Find(std::vector<LayerContours>* known, size_t pane, int layer) {
  for (LayerContours& each : *known) {
    if (each.pane == pane && each.layer == layer) return &each;
  }
  known->push_back({pane, layer, {}, {}});
  return &known->back();
}

}  // namespace

std::span<const HeadContour> ContoursOf(std::vector<LayerContours>* known,
                                        std::span<const Pane> panes, size_t pane, int layer,
                                        const ViewState& state) {
  const Heads& heads = panes[pane].heads;
  if (state.contours == Contours::kNone || state.keep_mass >= 1 || !HasMaps(heads)) return {};
  ContourInputs inputs{panes[pane].revision, ShowsQuery(heads, state),
                       WeightStyleIn(panes, pane, state), state.contours};
  inputs.style.normalisation = {};  // has no say in what is kept
  LayerContours* contours = Find(known, pane, layer);
  if (contours->inputs != inputs) {
    contours->heads = Trace(heads, ScoresOf(heads, state, layer), inputs);
    contours->inputs = inputs;
  }
  return contours->heads;
}

std::string ContoursToJson(std::vector<LayerContours>* known, std::span<const Pane> panes,
                           size_t pane, const ViewState& state, int height, int width) {
  const Heads& heads = panes[pane].heads;
  const uint64_t drawn = DrawnHeadsIn(panes, pane, state);
  std::string list;
  for (const HeadContour& contour :
       ContoursOf(known, panes, pane, ShownLayer(state, heads.layers), state)) {
    const bool together = contour.head == kAllTogether;
    if (!together && (drawn >> contour.head & 1) == 0) continue;
    const Colour colour = together ? Colour{1, 1, 1} : ColourOfHead(state, contour.head);
    list += list.empty() ? "" : ",";
    list += "{\"head\":" + (together ? "null" : std::to_string(contour.head + 1)) +
            ",\"colour\":" + JsonQuote(ColourToHex(colour)) +
            ",\"path\":" + JsonQuote(SvgPath(contour.outlines, heads.grid, height, width)) + "}";
  }
  return "[" + list + "]";
}

}  // namespace headlens
