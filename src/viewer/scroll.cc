#include "viewer/scroll.h"

#include <algorithm>
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
    scroll->from_x = ImGui::GetScrollX();
    scroll->from_y = ImGui::GetScrollY();
  }
  if (!scroll->armed) return;
  const ImVec2 moved = ImGui::GetMouseDragDelta(ImGuiMouseButton_Left, 0);
  const float across = ImGui::GetScrollMaxX() > 0 ? std::abs(moved.x) : 0;
  const float way = std::max(across, std::abs(moved.y));
  if (!scroll->on && way > Px(theme, kSlack) && !HoldsSlider()) {
    scroll->on = true;
    ImGui::ClearActiveID();
  }
  if (!scroll->on) return;
  ImGui::SetScrollX(scroll->from_x - moved.x);
  ImGui::SetScrollY(scroll->from_y - moved.y);
}

}  // namespace headlens
