#include "viewer/charts.h"

#include <algorithm>
#include <cmath>

namespace headlens {

void DrawBar(const Theme& theme, const Box& box, float share, ImU32 colour) {
  ImDrawList* draw = ImGui::GetWindowDrawList();
  const float rounding = box.height / 2;
  const ImVec2 low(box.x, box.y), high(box.x + box.width, box.y + box.height);
  draw->AddRectFilled(low, high, theme.track, rounding);
  if (!(share > 0)) return;
  const float length = std::max(box.height, std::round(box.width * std::min(share, 1.0f)));
  draw->AddRectFilled(low, ImVec2(low.x + length, high.y), colour, rounding);
}

void DrawLine(const Theme& theme, const Box& box, std::span<const float> values, float low,
              float high, int marked, ImU32 colour) {
  ImDrawList* draw = ImGui::GetWindowDrawList();
  const float last = static_cast<float>(std::max<size_t>(values.size(), 2) - 1);
  const auto at = [&](size_t index) {
    const float up = std::clamp((values[index] - low) / (high - low), 0.0f, 1.0f);
    return ImVec2(box.x + box.width * static_cast<float>(index) / last,
                  box.y + box.height * (1 - up));
  };
  const float ground = low < 0 ? box.y + box.height * high / (high - low) : box.y + box.height;
  const float line = std::max(1.0f, Px(theme, 1));
  const float level = std::round(ground) - (low < 0 ? 0 : line);
  draw->AddRectFilled(ImVec2(box.x, level), ImVec2(box.x + box.width, level + line), theme.line);
  for (size_t i = 0; i < values.size(); ++i) draw->PathLineTo(at(i));
  draw->PathStroke(colour, 0, std::max(1.0f, 1.5f * theme.scale));
  if (marked < 0 || marked >= static_cast<int>(values.size())) return;
  const ImVec2 dot = at(static_cast<size_t>(marked));
  draw->AddCircleFilled(dot, Px(theme, 4), theme.panel, 16);
  draw->AddCircleFilled(dot, Px(theme, 3), colour, 16);
}

void DrawShares(const Theme& theme, const Box& box, std::span<const Share> shares) {
  ImDrawList* draw = ImGui::GetWindowDrawList();
  float left = 0;
  for (const Share& share : shares) {
    const float right = std::min(1.0f, left + std::max(share.size, 0.0f));
    const float from = box.x + std::round(box.width * left);
    const float to = box.x + std::round(box.width * right);
    if (to > from) {
      draw->AddRectFilled(ImVec2(from, box.y), ImVec2(to, box.y + box.height), share.colour);
    }
    left = right;
  }
  const float line = Px(theme, 1);
  draw->AddRect(ImVec2(box.x, box.y), ImVec2(box.x + box.width, box.y + box.height), theme.line, 0,
                0, line);
}

}  // namespace headlens
