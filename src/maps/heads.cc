#include "maps/heads.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>

#include "maps/sampling.h"

namespace headlens {
namespace {

std::vector<float> Upsample(std::span<const float> map, int cols, std::span<const Tap> down,
                            std::span<const Tap> across) {
  std::vector<float> out;
  out.reserve(down.size() * across.size());
  std::vector<float> line(cols);  // the map between two of its rows
  for (const Tap& row : down) {
    const float* low = &map[size_t{1} * row.low * cols];
    const float* high = &map[size_t{1} * row.high * cols];
    for (int col = 0; col < cols; ++col) line[col] = low[col] + row.share * (high[col] - low[col]);
    for (const Tap& col : across) {
      out.push_back(line[col.low] + col.share * (line[col.high] - line[col.low]));
    }
  }
  return out;
}

struct Range {
  float low = 0;
  float high = 0;
};

std::vector<float> FiniteAscending(std::span<const float> scores) {
  std::vector<float> finite;
  std::ranges::copy_if(scores, std::back_inserter(finite),
                       [](float s) { return std::isfinite(s); });
  std::ranges::sort(finite);
  return finite;
}

Range MinMax(std::span<const float> ascending) {
  if (ascending.empty()) return {};
  return {ascending.front(), ascending.back()};
}

// Linear between the two neighbours, as numpy.quantile does.
float Quantile(std::span<const float> ascending, double share) {
  const double at = share * static_cast<double>(ascending.size() - 1);
  const auto low = static_cast<size_t>(at);
  const size_t high = std::min(low + 1, ascending.size() - 1);
  const double value =
      ascending[low] + (at - static_cast<double>(low)) * (double{ascending[high]} - ascending[low]);
  return static_cast<float>(value);
}

Range OverlayRange(std::span<const float> scores) {
  const std::vector<float> ascending = FiniteAscending(scores);
  if (ascending.empty()) return {};
  const Range range{Quantile(ascending, 0.5), Quantile(ascending, 0.995)};
  return range.high > range.low ? range : MinMax(ascending);
}

// (score - low) / (high - low); 0 for an empty range and for scores that are not finite.
std::vector<float> Rescale(std::span<const float> scores, Range range) {
  std::vector<float> weights(scores.size(), 0.0f);
  const float span = range.high - range.low;
  if (!(span > 0.0f) || !std::isfinite(span)) return weights;
  for (size_t i = 0; i < scores.size(); ++i) {
    if (std::isfinite(scores[i])) weights[i] = (scores[i] - range.low) / span;
  }
  return weights;
}

}  // namespace

std::vector<float> NormaliseMinMax(std::span<const float> scores) {
  return Rescale(scores, MinMax(FiniteAscending(scores)));
}

// The rounding follows PyTorch's: shares in f32, summed up in f64, each sum rounded to f32
// (ATen/native/cpu/ReduceOpsKernel.cpp, cumsum_cpu_kernel).
std::vector<uint8_t> KeepMass(std::span<const float> scores, float mass) {
  std::vector<uint8_t> kept(scores.size(), 0);
  const auto sum = static_cast<float>(std::accumulate(scores.begin(), scores.end(), 0.0));
  if (!(sum > 0.0f) || !std::isfinite(sum)) return kept;
  std::vector<size_t> ascending(scores.size());
  std::iota(ascending.begin(), ascending.end(), size_t{0});
  std::ranges::stable_sort(ascending, {}, [&](size_t i) { return scores[i]; });
  double cumulative = 0.0;
  for (size_t i : ascending) {
    cumulative += scores[i] / sum;
    kept[i] = static_cast<float>(cumulative) > 1.0f - mass;
  }
  return kept;
}

void DropUnkept(std::span<const uint8_t> kept, std::span<float> map) {
  for (size_t i = 0; i < map.size(); ++i) {
    if (!kept[i]) map[i] = 0.0f;
  }
}

std::vector<float> HeadWeights(std::span<const float> scores, float keep_mass) {
  constexpr float kGamma = 0.8f;
  const Range range = OverlayRange(scores);
  std::vector<float> weights = Rescale(scores, range);
  for (float& weight : weights) weight = std::pow(std::clamp(weight, 0.0f, 1.0f), kGamma);
  if (keep_mass < 1.0f) DropUnkept(KeepMass(scores, keep_mass), weights);
  return weights;
}

std::vector<float> UpsampleNearest(std::span<const float> map, int rows, int cols, int height,
                                   int width) {
  return Upsample(map, cols, NearestTaps(height, height, rows), NearestTaps(width, width, cols));
}

std::vector<float> UpsampleBilinear(std::span<const float> map, int rows, int cols, int height,
                                    int width) {
  return Upsample(map, cols, LinearTaps(height, height, rows), LinearTaps(width, width, cols));
}

}  // namespace headlens
