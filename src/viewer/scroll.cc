#include "viewer/scroll.h"

#include <cmath>

#include "imgui_internal.h"
#include "viewer/widgets.h"

namespace headlens {
namespace {

constexpr float kSlack = 6;  // CSS pixels that a press may move

}  // namespace

void ScrollByDrag(const Theme& theme, DragScroll* scroll) {
  if (!ImGui::IsMouseDown(ImGuiMouseButton_Left)) {
    scroll->armed = scroll->on = false;
    return;
  }
  const bool here = ImGui::IsWindowHovered(ImGuiHoveredFlags_AllowWhenBlockedByActiveItem);
  if (ImGui::IsMouseClicked(ImGuiMouseButton_Left)) {
    scroll->armed = here && !HoldsSlider();
    scroll->from = ImGui::GetScrollY();
  }
  if (!scroll->armed) return;
  const ImVec2 moved = ImGui::GetMouseDragDelta(ImGuiMouseButton_Left, 0);
  if (!scroll->on && std::abs(moved.y) > Px(theme, kSlack) && !HoldsSlider()) {
    scroll->on = true;
    ImGui::ClearActiveID();
  }
  if (scroll->on) ImGui::SetScrollY(scroll->from - moved.y);
}

}  // namespace headlens
