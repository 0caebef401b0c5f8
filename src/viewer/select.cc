// One of several, of which the chosen one shows and a list opens with all of them.
#include <algorithm>
#include <cmath>

#include "imgui_internal.h"
#include "viewer/controls.h"
#include "viewer/widgets.h"

namespace headlens {
namespace {

// CSS pixels.
constexpr float kRounding = 7;
constexpr float kPadding = 10, kPaintGap = 8, kInset = 4;

struct Line {
  const char* name = "";
  const char* note = "";
};

Line LineOf(const SelectItems& items, int item) {
  const size_t index = static_cast<size_t>(item);
  if (item < 0 || index >= items.names.size()) return {};
  return {items.names[index], index < items.notes.size() ? items.notes[index].c_str() : ""};
}

// What stands before the name, the name, the note.
void DrawItem(const Theme& theme, const SelectItems& items, int item, Box box) {
  const auto [name, note] = LineOf(items, item);
  if (items.painted > 0 && item >= 0) {
    const float height = Px(theme, 12), width = Px(theme, items.painted);
    items.paint(item, {box.x, std::floor(box.y + (box.height - height) / 2), width, height});
    box.x += width + Px(theme, kPaintGap);
    box.width -= width + Px(theme, kPaintGap);
  }
  TextIn(theme.body, name, box, Align::kLeft, theme.text);
  TextIn(theme.small, note, box, Align::kRight, theme.muted);
}

// Below its control, or above where there is more room.
ImVec2 PlaceOfList(const Theme& theme, ImVec2 at, float height) {
  const float below = at.y + ControlHeight(theme) + Px(theme, kInset);
  const float above = at.y - height - Px(theme, kInset);
  const bool fits = below + height <= ImGui::GetIO().DisplaySize.y;
  return ImVec2(at.x, fits ? below : std::max(above, 0.0f));
}

bool DrawList(const Theme& theme, const SelectItems& items, ImVec2 at, float width, int* chosen) {
  const float inset = Px(theme, kInset), row = ControlHeight(theme);
  const int count = static_cast<int>(items.names.size());
  const float height = static_cast<float>(count) * row + 2 * inset;
  ImGui::SetNextWindowPos(PlaceOfList(theme, at, height));
  ImGui::SetNextWindowSize(ImVec2(width, height));
  ImGui::PushStyleColor(ImGuiCol_PopupBg, theme.panel);
  ImGui::PushStyleColor(ImGuiCol_Border, theme.line);
  ImGui::PushStyleVar(ImGuiStyleVar_PopupBorderSize, std::max(1.0f, Px(theme, 1)));
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(inset, inset));
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0, 0));
  bool changed = false;
  if (ImGui::BeginPopup("list")) {
    for (int item = 0; item < count; ++item) {
      const char* name = items.names[static_cast<size_t>(item)];
      const ImVec2 low = ImGui::GetCursorScreenPos();
      const Box box{low.x, low.y, width - 2 * inset, row};
      const bool pressed = ImGui::InvisibleButton(name, ImVec2(box.width, row));
      NoteControl(name);
      const bool hovered = ImGui::IsItemHovered();
      if (hovered) ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
      if (hovered || item == *chosen) {
        ImGui::GetWindowDrawList()->AddRectFilled(low, ImVec2(low.x + box.width, low.y + row),
                                                  hovered ? theme.line : theme.raised,
                                                  Px(theme, kRounding - 2));
      }
      const float padding = Px(theme, kPadding) - inset;
      DrawItem(theme, items, item, {box.x + padding, box.y, box.width - 2 * padding, row});
      if (!pressed) continue;
      changed = *chosen != item;
      *chosen = item;
      ImGui::CloseCurrentPopup();
    }
    ImGui::EndPopup();
  }
  ImGui::PopStyleVar(3);
  ImGui::PopStyleColor(2);
  return changed;
}

}  // namespace

bool Select(const Theme& theme, const char* id, const SelectItems& items, float width,
            int* chosen) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const ImVec2 size(width, ControlHeight(theme));
  ImGui::PushID(id);
  if (ImGui::InvisibleButton("open", size)) ImGui::OpenPopup("list");
  NoteControl(id);
  const bool lively = ImGui::IsItemHovered();
  if (lively) ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
  ImDrawList* draw = ImGui::GetWindowDrawList();
  draw->AddRectFilled(at, ImVec2(at.x + size.x, at.y + size.y), lively ? theme.line : theme.raised,
                      Px(theme, kRounding));
  const float padding = Px(theme, kPadding), arrow = Px(theme, 7);
  const ImVec2 tip(at.x + width - padding - arrow / 2, std::round(at.y + size.y / 2) + arrow / 4);
  draw->AddLine(ImVec2(tip.x - arrow / 2, tip.y - arrow / 2), tip, theme.muted, Px(theme, 1.5f));
  draw->AddLine(ImVec2(tip.x + arrow / 2, tip.y - arrow / 2), tip, theme.muted, Px(theme, 1.5f));
  DrawItem(theme, items, *chosen,
           {at.x + padding, at.y, width - 2 * padding - arrow - Px(theme, 8), size.y});
  const bool changed = DrawList(theme, items, at, width, chosen);
  ImGui::PopID();
  return changed;
}

bool CloseLists() {
  if (!ImGui::IsPopupOpen(nullptr, ImGuiPopupFlags_AnyPopup)) return false;
  ImGui::ClosePopupToLevel(0, false);
  return true;
}

}  // namespace headlens
