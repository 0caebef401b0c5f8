#include "maps/heads.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "maps/ranges.h"
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

}  // namespace

std::vector<float> NormaliseMinMax(std::span<const float> scores) {
  return Rescale(scores, FiniteRange(scores));
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
  std::vector<float> weights = Rescale(scores, ClipRange(scores));
  for (float& weight : weights) weight = std::pow(std::clamp(weight, 0.0f, 1.0f), kClipGamma);
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
