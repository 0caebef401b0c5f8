#include "viewer/pick.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "viewer/inspect.h"

namespace headlens {
namespace {

constexpr float kClickSlack = 5;  // CSS pixels that a click may move
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

bool Clicked(const Theme& theme) {
  const ImVec2 moved = ImGui::GetMouseDragDelta(ImGuiMouseButton_Left, 0);
  const float slack = kClickSlack * theme.scale;
  return ImGui::IsMouseReleased(ImGuiMouseButton_Left) &&
         moved.x * moved.x + moved.y * moved.y <= slack * slack;
}

std::optional<Hovered> PatchUnderPointer(const Layout& layout, std::span<const Pane> panes) {
  const ImGuiIO& io = ImGui::GetIO();
  if (io.WantCaptureMouse) return std::nullopt;
  for (size_t pane = 0; pane < panes.size(); ++pane) {
    const std::optional<Patch> patch =
        PatchAt(layout.photos[pane], panes[pane].heads.grid, io.MousePos.x, io.MousePos.y);
    if (patch && HasMaps(panes[pane].heads)) return Hovered{pane, *patch};
  }
  return std::nullopt;
}

void ShowHovered(const Theme& theme, const Layout& layout, std::span<const Pane> panes,
                 const ViewState& state, const Hovered& hovered) {
  const PatchGrid& from = panes[hovered.pane].heads.grid;
  std::vector<std::optional<Patch>> patches(panes.size());
  for (size_t pane = 0; pane < panes.size(); ++pane) {
    const Heads& heads = panes[pane].heads;
    if (!HasMaps(heads)) continue;
    patches[pane] =
        pane == hovered.pane ? hovered.patch : SamePlace(hovered.patch, from, heads.grid);
    if (patches[pane] == QueryIn(panes, pane, state)) continue;
    Outline(theme, PatchBox(layout.photos[pane], heads.grid, *patches[pane]));
  }
  InspectPatch(theme, panes, state, patches);
  ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
}

}  // namespace

std::optional<Hovered> PickPatch(const Theme& theme, const Layout& layout, std::span<Pane> panes,
                                 ViewState* state) {
  const std::optional<Hovered> hovered = PatchUnderPointer(layout, panes);
  if (hovered) {
    if (Clicked(theme)) AskPatch(panes, hovered->pane, hovered->patch, state);
    ShowHovered(theme, layout, panes, *state, *hovered);
  }
  for (size_t pane = 0; pane < panes.size(); ++pane) {
    const PatchGrid& grid = panes[pane].heads.grid;
    const std::optional<Patch> query = QueryIn(panes, pane, *state);
    if (!query || query->row >= grid.rows || query->col >= grid.cols) continue;
    QueryMarker(theme, PatchBox(layout.photos[pane], grid, *query));
  }
  return hovered;
}

}  // namespace headlens
