#include "viewer/software.h"

#include <vector>

#include "maps/compose.h"
#include "viewer/heads.h"

namespace headlens {
namespace {

// One head alone is a mean of one.
Mode ModeOf(ViewMode mode) {
  switch (mode) {
    case ViewMode::kMean:
    case ViewMode::kSingle:
      return Mode::kMean;
    case ViewMode::kMax:
      return Mode::kMax;
    case ViewMode::kHeads:
    case ViewMode::kFigure:
      return Mode::kHeads;
  }
  return Mode::kHeads;
}

OverlayStyle StyleOf(std::span<const Pane> panes, size_t pane, const ViewState& state) {
  OverlayStyle style;
  style.mode = ModeOf(state.mode);
  style.opacity = state.opacity;
  style.keep_mass = state.keep_mass;
  style.smooth = state.smooth;
  style.heads_on = DrawnHeadsIn(panes, pane, state);
  for (int head = 0; head < panes[pane].heads.heads; ++head) {
    style.colours.push_back(ColourOfHead(state, head));
  }
  return style;
}

Image PhotoOf(std::span<const uint8_t> rgba, int height, int width) {
  Image photo{height, width, {}};
  photo.rgb.reserve(rgba.size() / 4 * 3);
  for (size_t at = 0; at < rgba.size(); at += 4) {
    photo.rgb.insert(photo.rgb.end(), &rgba[at], &rgba[at] + 3);
  }
  return photo;
}

}  // namespace

void ComposePane(std::span<const Pane> panes, size_t pane, const ViewState& state,
                 std::span<uint8_t> rgba, int height, int width) {
  const Heads& heads = panes[pane].heads;
  if (!HasMaps(heads)) return;
  const LayerMaps maps{ShownScores(heads, state), heads.heads,
                       heads.grid.rows,           heads.grid.cols,
                       heads.grid.covered_height, heads.grid.covered_width};
  const Image picture =
      ComposeOverlay(PhotoOf(rgba, height, width), maps, StyleOf(panes, pane, state));
  for (size_t pixel = 0; pixel * 3 < picture.rgb.size(); ++pixel) {
    for (size_t channel = 0; channel < 3; ++channel) {
      rgba[4 * pixel + channel] = picture.rgb[3 * pixel + channel];
    }
  }
}

}  // namespace headlens
