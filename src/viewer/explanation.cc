#include "viewer/explanation.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <span>

namespace headlens {
namespace {

std::span<const float> MapOfHead(const Heads& heads, const ViewState& state, int head) {
  const std::span<const float> scores = ShownScores(heads, state);
  if (head < 0 || head >= heads.heads || scores.empty()) return {};
  const size_t patches = scores.size() / static_cast<size_t>(heads.heads);
  return scores.subspan(static_cast<size_t>(head) * patches, patches);
}

}  // namespace

std::optional<ExplainedScore> ExplainScore(const Heads& heads, const ViewState& state,
                                           std::optional<Patch> query, int head, Patch patch) {
  const Explanation& row = heads.explanation;
  const std::span<const float> map = MapOfHead(heads, state, head);
  if (map.empty() || row.parts.empty() || row.query != query || AwaitsQuery(heads, query)) {
    return std::nullopt;
  }
  const size_t index =
      static_cast<size_t>(ShownLayer(state, heads.layers)) * static_cast<size_t>(heads.heads) +
      static_cast<size_t>(head);
  const ScoreParts& parts = row.parts[index];
  ExplainedScore explained;
  explained.max = parts.max;
  explained.sum = parts.sum;
  explained.cls = parts.prefix_cls;
  explained.registers = parts.prefix_registers;
  for (const float score : map) explained.patches += score;
  explained.score = ScoreAt(heads, map, 0, patch);
  if (patch == row.patch) {
    explained.dot = parts.dot;
    return explained;
  }
  if (!(explained.score > 0)) return std::nullopt;
  // The row's maximum and sum are the same for every patch, and score = exp(dot - max) / sum. So
  // the dot product of any other patch follows from its score, without asking the engine again.
  explained.dot = std::log(explained.score) + std::log(parts.sum) + parts.max;
  return explained;
}

std::optional<Patch> StrongestPatch(const Heads& heads, const ViewState& state, int head) {
  const std::span<const float> map = MapOfHead(heads, state, head);
  if (map.empty()) return std::nullopt;
  const int index = static_cast<int>(std::max_element(map.begin(), map.end()) - map.begin());
  return Patch{index / heads.grid.cols, index % heads.grid.cols};
}

std::string Number(float value) {
  char text[32];
  const double size = std::abs(static_cast<double>(value));
  if (size > 0 && size < 1e-3) {
    const int exponent = static_cast<int>(std::floor(std::log10(size)));
    std::snprintf(text, sizeof text, "%.1f \xc3\x97 10^{\xe2\x88\x92%d}",
                  static_cast<double>(value) / std::pow(10.0, exponent), -exponent);
    return text;
  }
  const int decimals = size >= 99.95 ? 0 : size >= 9.995 ? 1 : size >= 0.0995 || size == 0 ? 2 : 4;
  std::snprintf(text, sizeof text, "%s%.*f", value < 0 ? "\xe2\x88\x92" : "", decimals, size);
  return text;
}

}  // namespace headlens
