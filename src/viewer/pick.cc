#include "viewer/pick.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>

#include "viewer/keys.h"

namespace headlens {
namespace {

constexpr float kClickSlack = 5;  // CSS pixels that a click may move
constexpr float kBar = 96;        // CSS pixels of a full bar
constexpr ImU32 kWhite = IM_COL32(255, 255, 255, 255);
constexpr ImU32 kShade = IM_COL32(0, 0, 0, 190);

// White with a dark rim: visible on every picture.
void Outline(const Theme& theme, const Box& box) {
  ImDrawList* draw = ImGui::GetBackgroundDrawList();
  const float line = std::max(1.0f, Px(theme, 1.5f));
  const float grow = line / 2;
  const ImVec2 low(std::round(box.x) - grow, std::round(box.y) - grow);
  const ImVec2 high(std::round(box.x + box.width) + grow, std::round(box.y + box.height) + grow);
  draw->AddRect(low, high, kShade, 0, 0, line + 2 * Px(theme, 1));
  draw->AddRect(low, high, kWhite, 0, 0, line);
}

void QueryMarker(const Theme& theme, const Box& patch) {
  ImDrawList* draw = ImGui::GetBackgroundDrawList();
  const ImVec2 centre(patch.x + patch.width / 2, patch.y + patch.height / 2);
  const float radius = std::max(Px(theme, 7), std::max(patch.width, patch.height) * 0.75f);
  draw->AddCircle(centre, radius, kShade, 48, Px(theme, 4));
  draw->AddCircle(centre, radius, kWhite, 48, Px(theme, 2));
  draw->AddCircleFilled(centre, Px(theme, 2.5f), kShade, 16);
  draw->AddCircleFilled(centre, Px(theme, 1.5f), kWhite, 16);
}

void ScoreLine(const Theme& theme, ImU32 colour, int head, float score, float share) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float size = theme.body->FontSize;
  const float number = Px(theme, 22), bar = Px(theme, kBar), thick = Px(theme, 6);
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
  const float width = Px(theme, 58);
  const float text_width = theme.body->CalcTextSizeA(size, width, 0, text).x;
  draw->AddText(theme.body, size, ImVec2(std::floor(high.x + width - text_width), at.y), theme.text,
                text);
  ImGui::Dummy(ImVec2(number + bar + width, size));
}

// The patch's score in each head; the bar is full at the head's strongest patch.
void Tooltip(const Theme& theme, const Heads& heads, const ViewState& state, Patch patch) {
  const std::span<const float> scores = ShownScores(heads, state);
  const size_t patches = scores.size() / static_cast<size_t>(heads.heads);
  const uint64_t drawn = DrawnHeads(state, heads.heads);
  ImGui::PushStyleColor(ImGuiCol_PopupBg, theme.panel);
  ImGui::PushStyleColor(ImGuiCol_Border, theme.line);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, Px(theme, 8));
  ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, Px(theme, 1));
  ImGui::PushStyleColor(ImGuiCol_Text, theme.text);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(Px(theme, 12), Px(theme, 10)));
  ImGui::BeginTooltip();
  ImGui::Text("Row %d, column %d", patch.row, patch.col);
  for (int head = 0; head < heads.heads; ++head) {
    const std::span<const float> map = scores.subspan(static_cast<size_t>(head) * patches, patches);
    const float most = *std::max_element(map.begin(), map.end());
    const float score = ScoreAt(heads, scores, head, patch);
    const float alpha = (drawn >> head & 1) != 0 ? 1.0f : 0.35f;
    ScoreLine(theme, ToImColour(ColourOfHead(state, head), alpha), head, score,
              most > 0 ? score / most : 0);
  }
  ImGui::EndTooltip();
  ImGui::PopStyleVar(3);
  ImGui::PopStyleColor(3);
}

bool Clicked(const Theme& theme) {
  const ImVec2 moved = ImGui::GetMouseDragDelta(ImGuiMouseButton_Left, 0);
  const float slack = kClickSlack * theme.scale;
  return ImGui::IsMouseReleased(ImGuiMouseButton_Left) &&
         moved.x * moved.x + moved.y * moved.y <= slack * slack;
}

}  // namespace

std::optional<Patch> PickPatch(const Theme& theme, const Layout& layout, const Heads& heads,
                               ViewState* state) {
  if (!HasMaps(heads)) return std::nullopt;
  const ImGuiIO& io = ImGui::GetIO();
  std::optional<Patch> hovered;
  if (!io.WantCaptureMouse) {
    hovered = PatchAt(layout.photo, heads.grid, io.MousePos.x, io.MousePos.y);
  }
  if (hovered) {
    if (Clicked(theme)) state->query = hovered;
    if (hovered != state->query) Outline(theme, PatchBox(layout.photo, heads.grid, *hovered));
    Tooltip(theme, heads, *state, *hovered);
    ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
  }
  const bool on_grid =
      state->query && state->query->row < heads.grid.rows && state->query->col < heads.grid.cols;
  if (on_grid) QueryMarker(theme, PatchBox(layout.photo, heads.grid, *state->query));
  return hovered;
}

}  // namespace headlens
