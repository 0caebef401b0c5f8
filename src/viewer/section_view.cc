// Layer, query, and what single views have of their own.
#include <array>
#include <cmath>
#include <string>

#include "viewer/fields.h"
#include "viewer/keys.h"
#include "viewer/sections.h"
#include "viewer/words.h"

namespace headlens {
namespace {

constexpr float kRowGap = 8;

// A slider of layers with its name and value at both ends of the line above it.
void LayerLine(const Section& section, const char* id, const char* name, int first, int* layer) {
  const int layers = section.limits.layers;
  std::string value;
  if (layers > 0) value = std::to_string(*layer) + " of " + std::to_string(layers);
  if (*layer == 0) value = "the photo";
  Title(section.theme, name, value.c_str(), section.width);
  float position = static_cast<float>(*layer);
  const float last = static_cast<float>(std::max(layers, 1));
  if (Slider(section.theme, id, static_cast<float>(first), last, 1, section.width, &position)) {
    *layer = static_cast<int>(position);
  }
}

template <size_t kCount, typename Enum>
void EnumSegments(const Section& section, const char* name,
                  const std::array<const char*, kCount>& names, Enum* value) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float width = Label(section.theme, name, section.width);
  int chosen = static_cast<int>(*value);
  if (Segments(section.theme, name, names, width, &chosen)) *value = static_cast<Enum>(chosen);
  ImGui::SetCursorScreenPos(ImVec2(at.x, at.y + ControlHeight(section.theme)));
  ImGui::Dummy(ImVec2(0, 0));
}

void RolloutControls(const Section& section) {
  EnumSegments(section, "Heads by", kFusionNames, &section.state->fusion);
  Gap(section.theme, kRowGap);
  ShareSlider(section.theme, "Discard", 0, section.width, &section.state->discard);
}

std::string RolloutNote(const Section& section) {
  const int layer = ShownLayer(*section.state, section.limits.layers) + 1;
  return layer == 1 ? "layer 1" : "layers 1 to " + std::to_string(layer);
}

}  // namespace

void LayerSection(const Section& section) {
  int layer = ShownLayer(*section.state, section.limits.layers) + 1;
  const int before = layer;
  LayerLine(section, "layer", "Layer", 1, &layer);
  if (layer != before) section.state->layer = layer;
}

// The query at the left; where it is a patch, the way back at the right.
void QuerySection(const Section& section) {
  const Theme& theme = section.theme;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  std::string name = QueryName(section.state->query);
  if (AnyAwaitsQuery(section.panes, *section.state)) name += " ...";
  const float width = Label(theme, "Query", section.width);
  const Box box{ImGui::GetCursorScreenPos().x, at.y, width, ControlHeight(theme)};
  TextIn(theme.strong, name.c_str(), box, Align::kLeft, theme.text);
  if (section.state->query) {
    const char* label = "Back to [CLS]";
    const float top = std::floor((ControlHeight(theme) - Px(theme, 24)) / 2);
    ImGui::SetCursorScreenPos(
        ImVec2(at.x + section.width - SmallButtonWidth(theme, label), at.y + top));
    if (SmallButton(theme, label)) section.state->query.reset();
  } else {
    TextIn(theme.small, "Click a patch to ask it", box, Align::kRight, theme.muted);
  }
  ImGui::SetCursorScreenPos(at);
  ImGui::Dummy(ImVec2(section.width, ControlHeight(theme)));
}

int ViewRows(const ViewState& state) {
  switch (state.view) {
    case View::kRollout:
      return 2;
    case View::kSlider:
    case View::kPca:
      return 1;
    default:
      return 0;
  }
}

void ViewSection(const Section& section) {
  ViewState& state = *section.state;
  switch (state.view) {
    case View::kSlider:
      return LayerLine(section, "against", "Compare with", 0, &state.against);
    case View::kRollout:
      Title(section.theme, "Rollout", RolloutNote(section).c_str(), section.width);
      Gap(section.theme, kRowGap);
      return RolloutControls(section);
    case View::kSimilarity:
      return Title(section.theme, "Similarity",
                   ("of " + QueryName(state.query) + "'s key with each").c_str(), section.width);
    case View::kPca:
      Title(section.theme, "PCA",
            state.facet == Facet::kKeys ? "of the keys" : "of the tokens that enter the layer",
            section.width);
      Gap(section.theme, kRowGap);
      return EnumSegments(section, "Of", kFacetNames, &state.facet);
    default:
      return;
  }
}

}  // namespace headlens
