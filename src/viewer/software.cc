#include "viewer/software.h"

#include "maps/compose.h"
#include "viewer/fields.h"
#include "viewer/heads.h"

namespace headlens {
namespace {

// One head alone is a mean of one.
Mode ModeOf(ViewMode mode) {
  switch (mode) {
    case ViewMode::kHeads:
      return Mode::kHeads;
    case ViewMode::kMean:
    case ViewMode::kSingle:
      return Mode::kMean;
    case ViewMode::kMax:
      return Mode::kMax;
    case ViewMode::kFigure:
      return Mode::kFigure;
  }
  return Mode::kHeads;
}

OverlayStyle StyleOf(std::span<const Pane> panes, size_t pane, const ViewState& state) {
  return {
      .mode = ModeOf(state.mode),
      .opacity = state.opacity,
      .normalisation = state.normalisation,
      .keep_mass = state.keep_mass,
      .combine = state.combine,
      .smooth = state.smooth,
      .palette = state.palette,
      .colormap = state.colormap,
      .colours = state.colours,
      .heads_on = DrawnHeadsIn(panes, pane, state),
  };
}

LayerMaps MapsOf(const Heads& heads, const ViewState& state) {
  const bool ask_patch = state.query.has_value() && !heads.query.empty();
  const LayerScores scores{
      .all = ask_patch ? heads.query : heads.cls,
      .layers = heads.layers,
      .heads = heads.heads,
      .patches = heads.grid.rows * heads.grid.cols,
      .layer = ShownLayer(state, heads.layers),
  };
  return {scores, heads.grid};
}

Image Compose(const Image& photo, const Heads& heads, const ViewState& state,
              const OverlayStyle& style) {
  const std::span<const float> field = ShownField(heads, state);
  if (field.empty()) return ComposeOverlay(photo, MapsOf(heads, state), style);
  if (state.view == View::kPca) return ComposeRgb(photo, field, heads.grid, style);
  const FieldKind kind =
      state.view == View::kRollout ? FieldKind::kRollout : FieldKind::kSimilarity;
  return ComposeField(photo, field, heads.grid, RangeOfField(kind, field), style);
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
  const Image picture =
      Compose(PhotoOf(rgba, height, width), heads, state, StyleOf(panes, pane, state));
  for (size_t pixel = 0; pixel * 3 < picture.rgb.size(); ++pixel) {
    for (size_t channel = 0; channel < 3; ++channel) {
      rgba[4 * pixel + channel] = picture.rgb[3 * pixel + channel];
    }
  }
}

}  // namespace headlens
