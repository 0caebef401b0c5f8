#include "maps/compose.h"

#include <algorithm>
#include <utility>

#include "maps/heads.h"
#include "maps/sampling.h"

namespace headlens {
namespace {

// The weights of some heads at the pixels of a photo, made row by row.
struct WeightRows {
  std::vector<std::vector<float>> maps;  // a head each: (rows, cols)
  int cols = 0;
  std::vector<Tap> down;    // a pixel row each
  std::vector<Tap> across;  // a pixel column each
  std::vector<float> line;  // (heads, cols): the maps at the height of one pixel row
};

std::span<const float> ScoresOf(const LayerMaps& maps, int head) {
  const size_t patches = size_t{1} * maps.rows * maps.cols;
  return maps.scores.subspan(head * patches, patches);
}

WeightRows MakeWeightRows(const Image& photo, const LayerMaps& maps, bool smooth,
                          std::vector<std::vector<float>> patch_weights) {
  const auto taps = smooth ? LinearTaps : NearestTaps;
  WeightRows weights;
  weights.maps = std::move(patch_weights);
  weights.cols = maps.cols;
  weights.down = taps(photo.height, double{maps.covered_height} * photo.height, maps.rows);
  weights.across = taps(photo.width, double{maps.covered_width} * photo.width, maps.cols);
  weights.line.resize(weights.maps.size() * maps.cols);
  return weights;
}

void MoveToRow(WeightRows& weights, int pixel_row) {
  const Tap& tap = weights.down[pixel_row];
  float* to = weights.line.data();
  for (const std::vector<float>& map : weights.maps) {
    const float* low = &map[size_t{1} * tap.low * weights.cols];
    const float* high = &map[size_t{1} * tap.high * weights.cols];
    for (int col = 0; col < weights.cols; ++col) {
      *to++ = low[col] + tap.share * (high[col] - low[col]);
    }
  }
}

float WeightAt(const WeightRows& weights, size_t head, const Tap& tap) {
  const float* line = &weights.line[head * weights.cols];
  return line[tap.low] + tap.share * (line[tap.high] - line[tap.low]);
}

struct Paint {
  float alpha = 0;
  Colour colour;
};

Paint PaintHeads(const WeightRows& weights, std::span<const Colour> colours, const Tap& tap) {
  constexpr float kLeastSum = 1e-12f;
  Paint paint;
  float sum = 0;
  for (size_t head = 0; head < colours.size(); ++head) {
    const float weight = WeightAt(weights, head, tap);
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

Paint PaintMean(const WeightRows& weights, const Tap& tap) {
  float sum = 0;
  for (size_t head = 0; head < weights.maps.size(); ++head) sum += WeightAt(weights, head, tap);
  const float mean = sum / static_cast<float>(weights.maps.size());
  return {mean, ScaleColour(mean)};
}

Paint PaintMax(const WeightRows& weights, const Tap& tap) {
  float max = 0;
  for (size_t head = 0; head < weights.maps.size(); ++head) {
    max = std::max(max, WeightAt(weights, head, tap));
  }
  return {max, ScaleColour(max)};
}

Paint PaintAt(Mode mode, const WeightRows& weights, std::span<const Colour> colours,
              const Tap& tap) {
  if (colours.empty()) return {};
  switch (mode) {
    case Mode::kHeads:
      return PaintHeads(weights, colours, tap);
    case Mode::kMean:
      return PaintMean(weights, tap);
    case Mode::kMax:
      return PaintMax(weights, tap);
  }
  return {};
}

uint8_t ToLevel(float value) {
  return static_cast<uint8_t>(std::clamp(value, 0.0f, 1.0f) * 255.0f + 0.5f);
}

void WritePixel(Colour colour, uint8_t* rgb) {
  rgb[0] = ToLevel(colour.r);
  rgb[1] = ToLevel(colour.g);
  rgb[2] = ToLevel(colour.b);
}

Colour Mix(Colour from, Colour to, float share) {
  return {from.r + share * (to.r - from.r), from.g + share * (to.g - from.g),
          from.b + share * (to.b - from.b)};
}

Colour Backdrop(const uint8_t* rgb, float opacity) {
  const Colour photo{rgb[0] / 255.0f, rgb[1] / 255.0f, rgb[2] / 255.0f};
  const float grey = kBackdropLuma * (0.2126f * photo.r + 0.7152f * photo.g + 0.0722f * photo.b);
  return Mix(photo, {grey, grey, grey}, opacity);
}

std::vector<int> HeadsOn(const LayerMaps& maps, const OverlayStyle& style) {
  std::vector<int> heads;
  for (int head = 0; head < maps.heads; ++head) {
    if (head >= 64 || (style.heads_on >> head & 1)) heads.push_back(head);
  }
  return heads;
}

std::vector<Colour> ColoursOf(std::span<const int> heads, const OverlayStyle& style) {
  std::vector<Colour> colours;
  for (int head : heads) {
    const bool given = static_cast<size_t>(head) < style.colours.size();
    colours.push_back(given ? style.colours[head] : HeadColour(head));
  }
  return colours;
}

}  // namespace

Image ComposeOverlay(const Image& photo, const LayerMaps& maps, const OverlayStyle& style) {
  const std::vector<int> heads = HeadsOn(maps, style);
  const std::vector<Colour> colours = ColoursOf(heads, style);
  std::vector<std::vector<float>> patch_weights;
  for (int head : heads) {
    patch_weights.push_back(HeadWeights(ScoresOf(maps, head), style.keep_mass));
  }
  WeightRows weights = MakeWeightRows(photo, maps, style.smooth, std::move(patch_weights));
  Image out{photo.height, photo.width, std::vector<uint8_t>(photo.rgb.size())};
  for (int row = 0; row < photo.height; ++row) {
    const bool row_covered = static_cast<size_t>(row) < weights.down.size();
    if (row_covered) MoveToRow(weights, row);
    const size_t covered = row_covered ? weights.across.size() : 0;
    const uint8_t* from = &photo.rgb[size_t{3} * row * photo.width];
    uint8_t* to = &out.rgb[size_t{3} * row * photo.width];
    for (size_t col = 0; col < static_cast<size_t>(photo.width); ++col, from += 3, to += 3) {
      Colour pixel = Backdrop(from, style.opacity);
      if (col < covered) {
        const Paint paint = PaintAt(style.mode, weights, colours, weights.across[col]);
        pixel = Mix(pixel, paint.colour, style.opacity * paint.alpha);
      }
      WritePixel(pixel, to);
    }
  }
  return out;
}

Image ComposeHead(const Image& photo, const LayerMaps& maps, int head, const OverlayStyle& style) {
  const std::span<const float> scores = ScoresOf(maps, head);
  std::vector<float> map = NormaliseMinMax(scores);
  if (style.keep_mass < 1.0f) DropUnkept(KeepMass(scores, style.keep_mass), map);
  WeightRows weights = MakeWeightRows(photo, maps, style.smooth, {std::move(map)});
  Image out{photo.height, photo.width, std::vector<uint8_t>(photo.rgb.size())};
  for (int row = 0; row < photo.height; ++row) {
    const bool row_covered = static_cast<size_t>(row) < weights.down.size();
    if (row_covered) MoveToRow(weights, row);
    const size_t covered = row_covered ? weights.across.size() : 0;
    uint8_t* to = &out.rgb[size_t{3} * row * photo.width];
    for (size_t col = 0; col < static_cast<size_t>(photo.width); ++col, to += 3) {
      WritePixel(ScaleColour(col < covered ? WeightAt(weights, 0, weights.across[col]) : 0.0f), to);
    }
  }
  return out;
}

}  // namespace headlens
