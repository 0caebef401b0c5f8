#include "viewer/inspect.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>

#include "viewer/widgets.h"

namespace headlens {
namespace {

// CSS pixels.
constexpr float kNumber = 22, kScore = 58;
constexpr float kBar = 96, kShortBar = 64;  // a full one; of each pane where there are several
constexpr float kColumnGap = 20;

void ScoreLine(const Theme& theme, ImU32 colour, int head, float score, float share, float bar) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float size = theme.body->FontSize;
  const float number = Px(theme, kNumber), thick = Px(theme, 6);
  const float top = std::floor(at.y + (size - thick) / 2);
  ImDrawList* draw = ImGui::GetWindowDrawList();
  const ImVec2 low(at.x + number, top), high(at.x + number + bar, top + thick);
  draw->AddText(theme.body, size, at, theme.muted, std::to_string(head + 1).c_str());
  draw->AddRectFilled(low, high, theme.raised, thick / 2);
  if (share > 0) {
    const float length = std::max(thick, bar * std::min(share, 1.0f));
    draw->AddRectFilled(low, ImVec2(low.x + length, high.y), colour, thick / 2);
  }
  char text[16];
  std::snprintf(text, sizeof text, "%.2f %%", static_cast<double>(score) * 100);
  const float width = Px(theme, kScore);
  const float text_width = theme.body->CalcTextSizeA(size, width, 0, text).x;
  draw->AddText(theme.body, size, ImVec2(std::floor(high.x + width - text_width), at.y), theme.text,
                text);
  ImGui::Dummy(ImVec2(number + bar + width, size));
}

// The patch's score in each head; the bar is full at the head's strongest patch.
void Scores(const Theme& theme, const Pane& pane, uint64_t drawn, const ViewState& state,
            Patch patch, float bar) {
  const Heads& heads = pane.heads;
  const std::span<const float> scores = ShownScores(heads, state);
  const size_t patches = scores.size() / static_cast<size_t>(heads.heads);
  ImGui::Text("Row %d, column %d", patch.row, patch.col);
  for (int head = 0; head < heads.heads; ++head) {
    const std::span<const float> map = scores.subspan(static_cast<size_t>(head) * patches, patches);
    const float most = *std::max_element(map.begin(), map.end());
    const float score = ScoreAt(heads, scores, head, patch);
    const float alpha = (drawn >> head & 1) != 0 ? 1.0f : 0.35f;
    ScoreLine(theme, ToImColour(ColourOfHead(state, head), alpha), head, score,
              most > 0 ? score / most : 0, bar);
  }
}

}  // namespace

void InspectPatch(const Theme& theme, std::span<const Pane> panes, const ViewState& state,
                  std::span<const std::optional<Patch>> patches) {
  ImGui::PushStyleColor(ImGuiCol_PopupBg, theme.panel);
  ImGui::PushStyleColor(ImGuiCol_Border, theme.line);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, Px(theme, 8));
  ImGui::PushStyleVar(ImGuiStyleVar_PopupBorderSize, Px(theme, 1));
  ImGui::PushStyleColor(ImGuiCol_Text, theme.text);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(Px(theme, 12), Px(theme, 10)));
  ImGui::BeginTooltip();
  const float bar = Px(theme, panes.size() == 1 ? kBar : kShortBar);
  const float column = Px(theme, kNumber) + bar + Px(theme, kScore);
  for (size_t pane = 0; pane < panes.size(); ++pane) {
    if (!patches[pane]) continue;
    if (pane > 0) ImGui::SameLine(0, Px(theme, kColumnGap));
    ImGui::BeginGroup();
    if (panes.size() > 1) {
      ImGui::PushFont(theme.strong);
      ImGui::TextUnformatted(FittedText(theme.strong, panes[pane].model, column).c_str());
      ImGui::PopFont();
    }
    Scores(theme, panes[pane], DrawnHeadsIn(panes, pane, state), state, *patches[pane], bar);
    ImGui::EndGroup();
  }
  ImGui::EndTooltip();
  ImGui::PopStyleVar(3);
  ImGui::PopStyleColor(3);
}

}  // namespace headlens
