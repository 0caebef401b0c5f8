#include "viewer/head_table.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <numeric>

namespace headlens {
namespace {

// In the order of Order. p: the head's scores divided by their sum over the patches.
constexpr std::array<TraitWords, 6> kWords = {{
    {"Head", "The head's number in the model.", 0, 1},
    {"Entropy",
     "\xe2\x88\x92\xe2\x88\x91 p ln p / ln N, with p the head's scores divided by their sum and N "
     "the number of patches: 0 all on one patch, 1 all patches alike.",
     0, 1},
    {"Compactness",
     "1 \xe2\x88\x92 spread of p around its centre of mass / spread of an even map (root mean "
     "square distances): 1 one patch, 0 as spread as the whole photo.",
     0, 1},
    {"Edges",
     "Pearson's r of the scores with the photo's gradient (mean Sobel magnitude per patch).", -1,
     1},
    {"Overlap",
     "\xe2\x88\x91 min(p, p') with another head, in the mean over the other heads of the layer: 1 "
     "the same map, 0 no patch in common.",
     0, 1},
    {"Not on patches",
     "Share of the row's softmax on [CLS] and the registers: 1 \xe2\x88\x92 the sum of the "
     "patches' scores.",
     0, 1},
}};

std::span<const float> AllScores(const Heads& heads, const ViewState& state) {
  const bool of_patch = state.query.has_value() && !heads.query.empty();
  return of_patch ? heads.query : heads.cls;
}

}  // namespace

std::span<const HeadTraits> HeadTable::Layer(int layer) const {
  if (traits.empty()) return {};
  const size_t count = static_cast<size_t>(heads);
  return std::span(traits).subspan(static_cast<size_t>(layer) * count, count);
}

void UpdateTable(const Heads& heads, const ViewState& state, HeadTable* table) {
  const std::span<const float> scores = AllScores(heads, state);
  const bool same = scores.data() == table->scores && heads.gradient.data() == table->gradient &&
                    heads.layers == table->layers && heads.heads == table->heads;
  if (same) return;
  const bool fits = heads.gradient.size() ==
                    static_cast<size_t>(heads.grid.rows) * static_cast<size_t>(heads.grid.cols);
  *table = {heads.layers, heads.heads, {}, scores.data(), heads.gradient.data()};
  if (scores.empty()) return;
  table->traits = TraitsOfHeads(scores, heads.layers, heads.heads, heads.grid.rows, heads.grid.cols,
                                fits ? std::span(heads.gradient) : std::span<const float>());
}

void ForgetTable(HeadTable* table) { *table = {}; }

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

const TraitWords& WordsOf(Order order) { return kWords[static_cast<size_t>(order)]; }

std::vector<int> HeadsInOrder(std::span<const HeadTraits> layer, Order order) {
  std::vector<int> heads(layer.size());
  std::iota(heads.begin(), heads.end(), 0);
  const bool least_first = order == Order::kEntropy || order == Order::kPrefix;
  std::stable_sort(heads.begin(), heads.end(), [&](int a, int b) {
    const float first = TraitOf(layer[static_cast<size_t>(a)], order);
    const float second = TraitOf(layer[static_cast<size_t>(b)], order);
    return least_first ? first < second : first > second;
  });
  return heads;
}

}  // namespace headlens
