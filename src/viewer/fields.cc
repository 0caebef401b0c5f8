#include "viewer/fields.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <utility>

namespace headlens {
namespace {

// In the order of the enums.
constexpr std::array kFusionNames = {"mean", "max", "min"};
constexpr std::array kFacetNames = {"keys", "tokens"};

std::string Thousandths(float share) {
  char text[16];
  std::snprintf(text, sizeof text, "%.3g", std::round(1000.0 * static_cast<double>(share)) / 1000);
  return text;
}

}  // namespace

std::string FieldKey(View view, const ViewState& state, int layers) {
  switch (view) {
    case View::kRollout:
      return std::string("rollout ") + kFusionNames[static_cast<size_t>(state.fusion)] + " " +
             Thousandths(state.discard);
    case View::kSimilarity:
      if (!state.query) return "similarity cls";
      return "similarity " + std::to_string(state.query->row) + "," +
             std::to_string(state.query->col);
    case View::kPca:
      return "pca " + std::to_string(ShownLayer(state, layers) + 1) + " " +
             kFacetNames[static_cast<size_t>(state.facet)];
    default:
      return "";
  }
}

const Field* FieldOf(const Heads& heads, View view) {
  switch (view) {
    case View::kRollout:
      return &heads.rollout;
    case View::kSimilarity:
      return &heads.similarity;
    case View::kPca:
      return &heads.pca;
    default:
      return nullptr;
  }
}

Field* FieldOf(Heads* heads, View view) {
  return const_cast<Field*>(FieldOf(std::as_const(*heads), view));
}

bool AwaitsField(const Heads& heads, const ViewState& state) {
  const Field* field = FieldOf(heads, state.view);
  return field != nullptr && HasMaps(heads) &&
         field->key != FieldKey(state.view, state, heads.layers);
}

std::span<const float> ShownField(const Heads& heads, const ViewState& state) {
  const Field* field = FieldOf(heads, state.view);
  if (field == nullptr || field->values.empty()) return {};
  const size_t count = field->values.size() / static_cast<size_t>(field->layers);
  const int layer = std::min(ShownLayer(state, heads.layers), field->layers - 1);
  return std::span(field->values).subspan(static_cast<size_t>(layer) * count, count);
}

}  // namespace headlens
