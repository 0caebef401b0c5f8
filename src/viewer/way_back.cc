#include "viewer/way_back.h"

#include "viewer/widgets.h"

namespace headlens {

bool WayBackButton(const Theme& theme, const Box& area, const WayBack& way) {
  const char* label = way.view == View::kAtlas ? "\xe2\x86\x90 Atlas" : "\xe2\x86\x90 All heads";
  ImGui::SetNextWindowPos(ImVec2(area.x + Px(theme, 8), area.y + Px(theme, 8)));
  ImGui::SetNextWindowSize(ImVec2(ButtonWidth(theme, label), ControlHeight(theme)));
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(0, 0));
  ImGui::PushStyleVar(ImGuiStyleVar_WindowMinSize, ImVec2(1, 1));
  ImGui::Begin("way back", nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove |
                   ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoNav |
                   ImGuiWindowFlags_NoBackground | ImGuiWindowFlags_NoBringToFrontOnFocus);
  const bool pressed = Button(theme, label);
  ImGui::End();
  ImGui::PopStyleVar(2);
  return pressed;
}

}  // namespace headlens
