#include "viewer/heads.h"

#include <cstddef>

namespace headlens {
namespace {

size_t PatchCount(const Heads& heads) {
  return static_cast<size_t>(heads.grid.rows) * static_cast<size_t>(heads.grid.cols);
}

}  // namespace

bool HasMaps(const Heads& heads) { return !heads.cls.empty(); }

bool ShowsQuery(const Heads& heads, const ViewState& state) {
  return state.query.has_value() && !heads.query.empty();
}

LayerScores ScoresOf(const Heads& heads, const ViewState& state, int layer) {
  const std::vector<float>& maps = ShowsQuery(heads, state) ? heads.query : heads.cls;
  return {maps, heads.layers, heads.heads, static_cast<int>(PatchCount(heads)), layer};
}

std::span<const float> ShownScores(const Heads& heads, const ViewState& state) {
  if (!HasMaps(heads)) return {};
  return ScoresOf(heads, state, ShownLayer(state, heads.layers)).Layer();
}

bool AwaitsQuery(const Heads& heads, std::optional<Patch> asked) {
  return asked.has_value() && (heads.query.empty() || asked != heads.query_patch);
}

float ScoreAt(const Heads& heads, std::span<const float> scores, int head, Patch patch) {
  const size_t index = static_cast<size_t>(head) * PatchCount(heads) +
                       static_cast<size_t>(patch.row) * static_cast<size_t>(heads.grid.cols) +
                       static_cast<size_t>(patch.col);
  return index < scores.size() ? scores[index] : 0.0f;
}

}  // namespace headlens
