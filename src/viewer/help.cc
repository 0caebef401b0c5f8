#include "viewer/help.h"

#include <algorithm>
#include <cmath>

#include "viewer/keys.h"
#include "viewer/overlay_window.h"
#include "viewer/widgets.h"

namespace headlens {
namespace {

// CSS pixels.
constexpr float kKeys = 104, kWhat = 250, kColumnGap = 36;
constexpr float kLine = 24, kGroupGap = 14;

constexpr double kSaidFor = 1.5, kFades = 0.25;  // seconds

void DrawGroup(const Theme& theme, const KeyGroup& group) {
  Title(theme, group.title, "", Px(theme, kKeys + kWhat));
  Gap(theme, 6);
  for (const KeyHelp& line : group.keys) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float keys = Px(theme, kKeys), height = Px(theme, kLine);
    TextIn(theme.body, line.keys, {at.x, at.y, keys, height}, Align::kLeft, theme.text);
    TextIn(theme.body, line.what, {at.x + keys, at.y, Px(theme, kWhat), height}, Align::kLeft,
           theme.muted);
    ImGui::Dummy(ImVec2(Px(theme, kKeys + kWhat), height));
  }
  Gap(theme, kGroupGap);
}

ImU32 Faded(ImU32 colour, float alpha) {
  ImVec4 faded = ImGui::ColorConvertU32ToFloat4(colour);
  faded.w *= alpha;
  return ImGui::ColorConvertFloat4ToU32(faded);
}

}  // namespace

bool CloseSomething(Panel* panel) {
  if (CloseLists()) return true;
  bool& open = panel->keys_open ? panel->keys_open : panel->traits_open;
  const bool was_open = open;
  open = false;
  return was_open;
}

void DrawKeys(Panel* panel, const Theme& theme, const Layout& layout) {
  if (!panel->keys_open) return;
  // From the top of the tabs on, as far down as there is room.
  const Box& area = layout.area;
  const float bottom = layout.narrow ? layout.panel.y + layout.panel.height : area.y + area.height;
  const Box room{area.x, layout.tabs.y, area.width, bottom - layout.tabs.y};
  BeginOverlay(theme, room, "keys");
  const std::span<const KeyGroup> groups = KeyGroups();
  const bool two = area.width >= Px(theme, 2 * (kKeys + kWhat) + kColumnGap + 40);
  const size_t left = two ? (groups.size() + 1) / 2 : groups.size();
  ImGui::BeginGroup();
  for (const KeyGroup& group : groups.first(left)) DrawGroup(theme, group);
  ImGui::EndGroup();
  if (two) {
    ImGui::SameLine(0, Px(theme, kColumnGap));
    ImGui::BeginGroup();
    for (const KeyGroup& group : groups.subspan(left)) DrawGroup(theme, group);
    ImGui::EndGroup();
  }
  ScrollByDrag(theme, &panel->overlay_scroll);
  if (!EndOverlay()) panel->keys_open = false;
}

void Say(Panel* panel, std::string words) {
  if (words.empty()) return;
  panel->said = std::move(words);
  panel->said_at = -1;
}

bool IsSaying(const Panel& panel) { return !panel.said.empty(); }

void DrawSaid(Panel* panel, const Theme& theme, const Layout& layout) {
  if (panel->said.empty()) return;
  if (panel->said_at < 0) panel->said_at = ImGui::GetTime();
  const double left = panel->said_at + kSaidFor - ImGui::GetTime();
  if (left <= 0) return panel->said.clear();
  const float alpha = static_cast<float>(std::clamp(left / kFades, 0.0, 1.0));
  const ImFont* font = theme.body;
  const float width = std::ceil(TextWidth(font, panel->said.c_str())) + Px(theme, 28);
  const float height = Px(theme, 32);
  const Box& area = layout.area;
  const ImVec2 low(std::floor(area.x + (area.width - width) / 2),
                   std::floor(area.y + area.height - height - Px(theme, 12)));
  ImDrawList* draw = ImGui::GetForegroundDrawList();
  draw->AddRectFilled(low, ImVec2(low.x + width, low.y + height), Faded(theme.panel, alpha),
                      height / 2);
  draw->AddRect(low, ImVec2(low.x + width, low.y + height), Faded(theme.line, alpha), height / 2);
  draw->AddText(font, font->FontSize,
                ImVec2(low.x + Px(theme, 14), std::floor(low.y + (height - font->FontSize) / 2)),
                Faded(theme.text, alpha), panel->said.c_str());
}

}  // namespace headlens
