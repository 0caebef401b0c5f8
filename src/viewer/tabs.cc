#include "viewer/tabs.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <string>

#include "viewer/controls.h"
#include "viewer/keys.h"
#include "viewer/widgets.h"
#include "viewer/words.h"

namespace headlens {
namespace {

// CSS pixels.
constexpr float kPadding = 12;  // at both sides of a name, where there is room
constexpr float kMark = 2;      // below the view that is shown

constexpr std::array kShortNames = {"Overlay", "Heads",   "Atlas", "Compare",
                                    "Rollout", "Similar", "PCA"};

// In the order of View.
constexpr std::array kNotes = {
    "The heads of the layer over the photo.",
    "Each head of the layer for itself.",
    "Every head of every layer.",
    "Two pictures and a divider: against the photo, or against another layer.",
    "Attention rollout from the first layer up to this one (Abnar and Zuidema 2020).",
    "Cosine similarity of the query's key with every patch's.",
    "The first three principal components of the keys or tokens as red, green and blue.",
};

bool Tab(const Theme& theme, ImFont* font, const char* name, const Box& box, bool shown) {
  ImGui::SetCursorScreenPos(ImVec2(box.x, box.y));
  const bool pressed = ImGui::InvisibleButton(name, ImVec2(box.width, box.height));
  const bool hovered = ImGui::IsItemHovered();
  if (hovered) ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
  ImDrawList* draw = ImGui::GetWindowDrawList();
  const float text = TextWidth(font, name);
  const float left = std::floor(box.x + (box.width - text) / 2);
  const float top = std::floor(box.y + (box.height - font->FontSize) / 2);
  draw->AddText(font, font->FontSize, ImVec2(left, top),
                shown || hovered ? theme.text : theme.muted, name);
  if (!shown) return pressed;
  const float bottom = box.y + box.height - Px(theme, 3);
  draw->AddRectFilled(ImVec2(left, bottom - Px(theme, kMark)),
                      ImVec2(std::ceil(left + text), bottom), theme.text, Px(theme, 1));
  return pressed;
}

}  // namespace

void DrawTabs(const Theme& theme, const Layout& layout, ViewState* state) {
  const Box& box = layout.tabs;
  if (box.width <= 0) return;
  ImGui::SetNextWindowPos(ImVec2(box.x, box.y));
  ImGui::SetNextWindowSize(ImVec2(box.width, box.height));
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(0, 0));
  ImGui::PushStyleVar(ImGuiStyleVar_WindowMinSize, ImVec2(1, 1));
  ImGui::Begin("tabs", nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove |
                   ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoNav |
                   ImGuiWindowFlags_NoBackground | ImGuiWindowFlags_NoBringToFrontOnFocus);
  ImFont* font = layout.narrow ? theme.small : theme.body;
  const auto& names = layout.narrow ? kShortNames : kViewNames;
  float text = 0;
  for (const char* name : names) text += TextWidth(font, name);
  const float padding =
      std::min((box.width - text) / static_cast<float>(2 * names.size()), Px(theme, kPadding));
  // On a wide window the first name begins where the photo's area does.
  float end = layout.narrow ? box.x : box.x - padding;
  for (size_t view = 0; view < names.size(); ++view) {
    const float left = std::round(end);
    end += TextWidth(font, names[view]) + 2 * padding;
    const Box place{left, box.y, std::round(end) - left, box.height};
    if (Tab(theme, font, names[view], place, state->view == static_cast<View>(view))) {
      state->view = static_cast<View>(view);
    }
    NoteControl(std::string("tab ") + kViewNames[view]);
    const char key = static_cast<char>(std::toupper(KeyOf(static_cast<View>(view))));
    const std::string title = std::string(kViewNames[view]) + " (" + key + ")";
    HoverNote(theme, title.c_str(), kNotes[view]);
  }
  ImGui::End();
  ImGui::PopStyleVar(2);
}

}  // namespace headlens
