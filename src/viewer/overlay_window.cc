#include "viewer/overlay_window.h"

#include <algorithm>

namespace headlens {

void PushOverlayStyle(const Theme& theme, float padding) {
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, Px(theme, 10));
  ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, std::max(1.0f, Px(theme, 1)));
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(padding, padding));
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0, 0));
  ImGui::PushStyleColor(ImGuiCol_WindowBg, theme.panel);
  ImGui::PushStyleColor(ImGuiCol_Border, theme.line);
  ImGui::PushStyleColor(ImGuiCol_ScrollbarBg, 0);
  ImGui::PushStyleColor(ImGuiCol_ScrollbarGrab, theme.track);
}

void PopOverlayStyle() {
  ImGui::PopStyleColor(4);
  ImGui::PopStyleVar(4);
}

void BeginOverlay(const Theme& theme, const Box& area, const char* name) {
  ImGui::SetNextWindowPos(ImVec2(area.x + area.width / 2, area.y + area.height / 2), 0,
                          ImVec2(0.5f, 0.5f));
  ImGui::SetNextWindowSizeConstraints(ImVec2(0, 0), ImVec2(area.width, area.height));
  PushOverlayStyle(theme, Px(theme, 20));
  ImGui::Begin(name, nullptr,
               ImGuiWindowFlags_NoTitleBar | ImGuiWindowFlags_NoResize |
                   ImGuiWindowFlags_NoCollapse | ImGuiWindowFlags_NoMove |
                   ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoNav |
                   ImGuiWindowFlags_AlwaysAutoResize | ImGuiWindowFlags_HorizontalScrollbar);
}

bool EndOverlay() {
  const bool here = ImGui::IsWindowHovered(ImGuiHoveredFlags_AllowWhenBlockedByActiveItem |
                                           ImGuiHoveredFlags_ChildWindows);
  const bool elsewhere = ImGui::IsMouseClicked(ImGuiMouseButton_Left) && !here;
  ImGui::End();
  PopOverlayStyle();
  return !elsewhere;
}

}  // namespace headlens
