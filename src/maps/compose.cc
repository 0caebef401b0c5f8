#include "maps/compose.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "maps/pixel_rows.h"

namespace headlens {
namespace {

struct Paint {
  float alpha = 0;
  Colour colour;
};

Colour Mix(Colour from, Colour to, float share) {
  return {from.r + share * (to.r - from.r), from.g + share * (to.g - from.g),
          from.b + share * (to.b - from.b)};
}

Paint PaintHeads(const PixelRows& weights, std::span<const Colour> colours, int col) {
  constexpr float kLeastSum = 1e-12f;
  Paint paint;
  float sum = 0;
  for (size_t head = 0; head < colours.size(); ++head) {
    const float weight = weights.At(head, col);
    const float share = weight * weight * weight * weight;
    paint.alpha = std::max(paint.alpha, weight);
    paint.colour.r += share * colours[head].r;
    paint.colour.g += share * colours[head].g;
    paint.colour.b += share * colours[head].b;
    sum += share;
  }
  if (sum < kLeastSum) return {};
  const float scale = 1.0f / sum;
  paint.colour = {paint.colour.r * scale, paint.colour.g * scale, paint.colour.b * scale};
  return paint;
}

Paint PaintMean(const PixelRows& weights, Colormap colormap, int col) {
  float sum = 0;
  for (size_t head = 0; head < weights.maps(); ++head) sum += weights.At(head, col);
  const float mean = sum / static_cast<float>(weights.maps());
  return {mean, ScaleColour(mean, colormap)};
}

Paint PaintMax(const PixelRows& weights, Colormap colormap, int col) {
  float max = 0;
  for (size_t head = 0; head < weights.maps(); ++head) max = std::max(max, weights.At(head, col));
  return {max, ScaleColour(max, colormap)};
}

Colour PaintFigure(const PixelRows& weights, std::span<const Colour> colours, int col,
                   Colour pixel) {
  for (size_t head = 0; head < colours.size(); ++head) {
    const float weight = weights.At(head, col);
    if (weight > kFigureLeast) pixel = Mix(pixel, colours[head], kFigureAlpha * std::sqrt(weight));
  }
  return pixel;
}

Colour ColourAt(const uint8_t* rgb) { return {rgb[0] / 255.0f, rgb[1] / 255.0f, rgb[2] / 255.0f}; }

Colour Backdrop(Colour photo, float opacity) {
  const float grey = kBackdropLuma * (0.2126f * photo.r + 0.7152f * photo.g + 0.0722f * photo.b);
  return Mix(photo, {grey, grey, grey}, opacity);
}

uint8_t ToLevel(float value) {
  return static_cast<uint8_t>(std::clamp(value, 0.0f, 1.0f) * 255.0f + 0.5f);
}

// A picture of the photo's size: where patches lie, on_patch(rows at the pixel's row, colour of the
// photo, pixel's column), elsewhere beside(colour of the photo).
template <typename OnPatch, typename Beside>
Image Draw(const Image& photo, PixelRows rows, const OnPatch& on_patch, const Beside& beside) {
  Image out{photo.height, photo.width, std::vector<uint8_t>(photo.rgb.size())};
  const uint8_t* from = photo.rgb.data();
  uint8_t* to = out.rgb.data();
  for (int row = 0; row < photo.height; ++row) {
    rows.MoveTo(row);
    for (int col = 0; col < photo.width; ++col, from += 3, to += 3) {
      const Colour at = ColourAt(from);
      const Colour pixel = col < rows.covered() ? on_patch(rows, at, col) : beside(at);
      to[0] = ToLevel(pixel.r);
      to[1] = ToLevel(pixel.g);
      to[2] = ToLevel(pixel.b);
    }
  }
  return out;
}

// paint(rows at the pixel's row, pixel's column) over the backdrop.
template <typename Painter>
Image DrawOverBackdrop(const Image& photo, PixelRows rows, float opacity, const Painter& paint) {
  const auto beside = [&](Colour at) { return Backdrop(at, opacity); };
  const auto on_patch = [&](const PixelRows& here, Colour at, int col) {
    const Paint over = paint(here, col);
    return Mix(beside(at), over.colour, opacity * over.alpha);
  };
  return Draw(photo, std::move(rows), on_patch, beside);
}

std::vector<int> HeadsOn(const LayerMaps& maps, const OverlayStyle& style) {
  std::vector<int> heads;
  for (int head = 0; head < maps.scores.heads; ++head) {
    if (HeadIsOn(style.heads_on, head)) heads.push_back(head);
  }
  return heads;
}

// One map a head.
std::vector<std::vector<float>> WeightsOf(const LayerMaps& maps, const WeightStyle& style,
                                          std::span<const int> heads) {
  const std::vector<float> all = LayerWeights(maps.scores, style);
  std::vector<std::vector<float>> weights;
  for (const int head : heads) {
    const auto begin = all.begin() + static_cast<ptrdiff_t>(head) * maps.scores.patches;
    weights.emplace_back(begin, begin + maps.scores.patches);
  }
  return weights;
}

}  // namespace

Colour ColourOfHead(const OverlayStyle& style, int head) {
  if (static_cast<size_t>(head) < style.colours.size()) {
    return style.colours[static_cast<size_t>(head)];
  }
  return HeadColour(head, style.mode == Mode::kFigure ? Palette::kDino : style.palette);
}

WeightStyle WeightStyleOf(const OverlayStyle& style) {
  const bool figure = style.mode == Mode::kFigure;
  return {figure ? Normalisation::kHead : style.normalisation, style.keep_mass, style.combine,
          style.heads_on};
}

Image ComposeOverlay(const Image& photo, const LayerMaps& maps, const OverlayStyle& style) {
  const std::vector<int> heads = HeadsOn(maps, style);
  std::vector<Colour> colours;
  for (const int head : heads) colours.push_back(ColourOfHead(style, head));
  PixelRows rows(photo, maps.grid, style.smooth, WeightsOf(maps, WeightStyleOf(style), heads));
  if (style.mode == Mode::kFigure) {
    const auto figure = [&](const PixelRows& here, Colour at, int col) {
      return PaintFigure(here, colours, col, at);
    };
    return Draw(photo, std::move(rows), figure, [](Colour at) { return at; });
  }
  return DrawOverBackdrop(photo, std::move(rows), style.opacity,
                          [&](const PixelRows& here, int col) -> Paint {
                            if (colours.empty()) return {};
                            if (style.mode == Mode::kMean) {
                              return PaintMean(here, style.colormap, col);
                            }
                            if (style.mode == Mode::kMax) {
                              return PaintMax(here, style.colormap, col);
                            }
                            return PaintHeads(here, colours, col);
                          });
}

Image ComposeHead(const Image& photo, const LayerMaps& maps, int head, const OverlayStyle& style) {
  WeightStyle weights = WeightStyleOf(style);
  if (weights.normalisation == Normalisation::kClip) weights.normalisation = Normalisation::kHead;
  PixelRows rows(photo, maps.grid, style.smooth, WeightsOf(maps, weights, std::array{head}));
  const auto on_patch = [&](const PixelRows& here, Colour, int col) {
    return ScaleColour(here.At(0, col), style.colormap);
  };
  return Draw(photo, std::move(rows), on_patch,
              [&](Colour) { return ScaleColour(0, style.colormap); });
}

ScoreRange RangeOfField(FieldKind kind, std::span<const float> values) {
  const ScoreRange range = FiniteRange(values);
  return kind == FieldKind::kSimilarity ? ScoreRange{range.low, 1.0f} : range;
}

std::vector<float> FieldWeights(std::span<const float> values, ScoreRange range) {
  std::vector<float> weights = Rescale(values, range);
  for (float& weight : weights) weight = std::clamp(weight, 0.0f, 1.0f);
  return weights;
}

Image ComposeField(const Image& photo, std::span<const float> values, const PatchGrid& grid,
                   ScoreRange range, const OverlayStyle& style) {
  PixelRows rows(photo, grid, style.smooth, {FieldWeights(values, range)});
  return DrawOverBackdrop(photo, std::move(rows), style.opacity,
                          [&](const PixelRows& here, int col) -> Paint {
                            return {1.0f, ScaleColour(here.At(0, col), style.colormap)};
                          });
}

Image ComposeRgb(const Image& photo, std::span<const float> rgb, const PatchGrid& grid,
                 const OverlayStyle& style) {
  std::vector<std::vector<float>> channels(3);
  for (size_t i = 0; i < rgb.size(); ++i) {
    channels[i % 3].push_back(std::isfinite(rgb[i]) ? std::clamp(rgb[i], 0.0f, 1.0f) : 0.0f);
  }
  PixelRows rows(photo, grid, style.smooth, std::move(channels));
  return DrawOverBackdrop(photo, std::move(rows), style.opacity,
                          [](const PixelRows& here, int col) -> Paint {
                            return {1.0f, {here.At(0, col), here.At(1, col), here.At(2, col)}};
                          });
}

}  // namespace headlens
