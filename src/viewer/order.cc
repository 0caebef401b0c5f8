#include "viewer/order.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "maps/groups.h"

namespace headlens {
namespace {

constexpr double kLeftInGroups = 0.2;  // of the squared distance from the mean
constexpr int kMostGroups = 4;

// Smaller comes first.
float SortValue(const HeadTraits& traits, Order order) {
  const bool largest_first = order == Order::kCompactness || order == Order::kEdges;
  return largest_first ? -TraitOf(traits, order) : TraitOf(traits, order);
}

}  // namespace

void RefreshTraits(std::span<Pane> panes, const ViewState& state) {
  for (Pane& pane : panes) {
    const bool of_query = ShowsQuery(pane.heads, state);
    ShownTraits& traits = pane.traits;
    if (traits.revision == pane.revision && traits.of_query == of_query) continue;
    const LayerScores scores = ScoresOf(pane.heads, state, 0);
    traits = {pane.revision, of_query, {}};
    if (!HasMaps(pane.heads)) continue;
    traits.values = TraitsOfHeads(scores.all, scores.layers, scores.heads, pane.heads.grid.rows,
                                  pane.heads.grid.cols, pane.heads.gradient);
  }
}

float TraitOf(const HeadTraits& traits, Order order) {
  switch (order) {
    case Order::kHead:
      return 0;
    case Order::kEntropy:
      return traits.entropy;
    case Order::kCompactness:
      return traits.compactness;
    case Order::kEdges:
      return traits.edges;
    case Order::kOverlap:
      return traits.overlap;
    case Order::kPrefix:
      return traits.prefix;
  }
  return 0;
}

HeadTraits TraitsIn(const Pane& pane, int layer, int head) {
  const size_t index = static_cast<size_t>(layer) * static_cast<size_t>(pane.heads.heads) +
                       static_cast<size_t>(head);
  return index < pane.traits.values.size() ? pane.traits.values[index] : HeadTraits{};
}

std::vector<int> HeadOrder(const Pane& pane, const ViewState& state) {
  std::vector<int> heads(static_cast<size_t>(pane.heads.heads));
  std::iota(heads.begin(), heads.end(), 0);
  const int layer = ShownLayer(state, pane.heads.layers);
  std::ranges::stable_sort(
      heads, {}, [&](int head) { return SortValue(TraitsIn(pane, layer, head), state.order); });
  return heads;
}

std::vector<HeadGroup> HeadGroups(const Pane& pane, const ViewState& state) {
  const std::vector<int> order = HeadOrder(pane, state);
  const int layer = ShownLayer(state, pane.heads.layers);
  std::vector<float> values;
  for (const int head : order) {
    values.push_back(SortValue(TraitsIn(pane, layer, head), state.order));
  }
  std::vector<HeadGroup> groups;
  auto next = order.begin();
  for (const int size : NaturalGroups(values, kLeftInGroups, state.grouped ? kMostGroups : 1)) {
    HeadGroup group{{next, next + size}, {}, {}};
    group.first = TraitsIn(pane, layer, group.heads.front());
    group.last = TraitsIn(pane, layer, group.heads.back());
    groups.push_back(std::move(group));
    next += size;
  }
  return groups;
}

}  // namespace headlens
