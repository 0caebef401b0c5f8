#include "viewer/heads.h"

#include <cstddef>

#include "maps/heads.h"

namespace headlens {
namespace {

size_t PatchCount(const Heads& heads) {
  return static_cast<size_t>(heads.grid.rows) * static_cast<size_t>(heads.grid.cols);
}

}  // namespace

bool HasMaps(const Heads& heads) { return !heads.cls.empty(); }

std::span<const float> ShownScores(const Heads& heads, const ViewState& state) {
  if (!HasMaps(heads)) return {};
  const bool ask_patch = state.query.has_value() && !heads.query.empty();
  const std::vector<float>& maps = ask_patch ? heads.query : heads.cls;
  const size_t layer_size = static_cast<size_t>(heads.heads) * PatchCount(heads);
  const size_t layer = static_cast<size_t>(ShownLayer(state, heads.layers));
  return std::span(maps).subspan(layer * layer_size, layer_size);
}

bool AwaitsQuery(const Heads& heads, std::optional<Patch> asked) {
  return asked.has_value() && (heads.query.empty() || asked != heads.query_patch);
}

std::vector<float> ShownWeights(const Heads& heads, std::span<const float> scores,
                                float keep_mass) {
  const size_t patches = PatchCount(heads);
  std::vector<float> weights;
  weights.reserve(scores.size());
  for (size_t first = 0; first < scores.size(); first += patches) {
    const std::vector<float> head = HeadWeights(scores.subspan(first, patches), keep_mass);
    weights.insert(weights.end(), head.begin(), head.end());
  }
  return weights;
}

float ScoreAt(const Heads& heads, std::span<const float> scores, int head, Patch patch) {
  const size_t index = static_cast<size_t>(head) * PatchCount(heads) +
                       static_cast<size_t>(patch.row) * static_cast<size_t>(heads.grid.cols) +
                       static_cast<size_t>(patch.col);
  return index < scores.size() ? scores[index] : 0.0f;
}

}  // namespace headlens
