#include "maps/ranges.h"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace headlens {
namespace {

std::vector<float> FiniteAscending(std::span<const float> scores) {
  std::vector<float> finite;
  std::ranges::copy_if(scores, std::back_inserter(finite),
                       [](float s) { return std::isfinite(s); });
  std::ranges::sort(finite);
  return finite;
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

}  // namespace

ScoreRange FiniteRange(std::span<const float> scores) {
  ScoreRange range{INFINITY, -INFINITY};
  for (float score : scores) {
    if (!std::isfinite(score)) continue;
    range = {std::min(range.low, score), std::max(range.high, score)};
  }
  return range.low <= range.high ? range : ScoreRange{};
}

ScoreRange ClipRange(std::span<const float> scores) {
  const std::vector<float> ascending = FiniteAscending(scores);
  if (ascending.empty()) return {};
  const ScoreRange range{Quantile(ascending, 0.5), Quantile(ascending, 0.995)};
  return range.high > range.low ? range : ScoreRange{ascending.front(), ascending.back()};
}

ScoreRange LogRange(std::span<const float> scores) {
  const std::vector<float> ascending = FiniteAscending(scores);
  const auto above_zero = std::ranges::upper_bound(ascending, 0.0f);
  const std::span<const float> positive(above_zero, ascending.end());
  if (positive.empty()) return {};
  return {Quantile(positive, 0.01), positive.back()};
}

std::vector<float> Rescale(std::span<const float> scores, ScoreRange range) {
  std::vector<float> weights(scores.size(), 0.0f);
  const float span = range.high - range.low;
  if (!(span > 0.0f) || !std::isfinite(span)) return weights;
  for (size_t i = 0; i < scores.size(); ++i) {
    if (std::isfinite(scores[i])) weights[i] = (scores[i] - range.low) / span;
  }
  return weights;
}

}  // namespace headlens
