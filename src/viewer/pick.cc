#include "viewer/pick.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <vector>

#include "viewer/inspect.h"

namespace headlens {
namespace {

constexpr ImU32 kWhite = IM_COL32(255, 255, 255, 255);
constexpr ImU32 kShade = IM_COL32(0, 0, 0, 190);

// White with a dark rim: visible on every picture.
void Outline(ImDrawList* draw, const Theme& theme, const Box& box) {
  const float line = std::max(1.0f, Px(theme, 1.5f));
  const float grow = line / 2;
  const ImVec2 low(std::round(box.x) - grow, std::round(box.y) - grow);
  const ImVec2 high(std::round(box.x + box.width) + grow, std::round(box.y + box.height) + grow);
  draw->AddRect(low, high, kShade, 0, 0, line + 2 * Px(theme, 1));
  draw->AddRect(low, high, kWhite, 0, 0, line);
}

void QueryMarker(ImDrawList* draw, const Theme& theme, const Box& patch) {
  const ImVec2 centre(patch.x + patch.width / 2, patch.y + patch.height / 2);
  const float radius = std::max(Px(theme, 7), std::max(patch.width, patch.height) * 0.75f);
  draw->AddCircle(centre, radius, kShade, 48, Px(theme, 4));
  draw->AddCircle(centre, radius, kWhite, 48, Px(theme, 2));
  draw->AddCircleFilled(centre, Px(theme, 2.5f), kShade, 16);
  draw->AddCircleFilled(centre, Px(theme, 1.5f), kWhite, 16);
}

// A little beyond the tile, so that marks of patches at its edge are whole.
void ClipTo(ImDrawList* draw, const Theme& theme, const Box& clip) {
  const float more = Px(theme, 3);
  draw->PushClipRect(ImVec2(clip.x - more, clip.y - more),
                     ImVec2(clip.x + clip.width + more, clip.y + clip.height + more));
}

bool Within(const PatchGrid& grid, Patch patch) {
  return patch.row < grid.rows && patch.col < grid.cols;
}

// The same place of the photo in every pane that has maps.
std::vector<std::optional<Patch>> LinkedPatches(std::span<const Pane> panes,
                                                const Hovered& hovered) {
  const PatchGrid& from = panes[hovered.pane].heads.grid;
  std::vector<std::optional<Patch>> patches(panes.size());
  for (size_t pane = 0; pane < panes.size(); ++pane) {
    const Heads& heads = panes[pane].heads;
    if (!HasMaps(heads)) continue;
    patches[pane] =
        pane == hovered.pane ? hovered.patch : SamePlace(hovered.patch, from, heads.grid);
  }
  return patches;
}

// The tile whose picture or label is at the point.
const Tile* LabelledTileAt(const Tiles& tiles, float scale, float x, float y) {
  for (const Tile& tile : tiles.list) {
    const Box& frame = tile.zoomed.frame;
    const float label = kTileLabel * scale;
    if (Contains({frame.x, frame.y - label, frame.width, frame.height + label}, x, y)) {
      return &tile;
    }
  }
  return nullptr;
}

std::optional<Hovered> PatchAtPoint(const Tiles& tiles, std::span<const Pane> panes, float x,
                                    float y) {
  const Tile* tile = TileAt(tiles, x, y);
  if (tile == nullptr || !tiles.atlas.empty() || !HasMaps(panes[tile->pane].heads)) {
    return std::nullopt;
  }
  const std::optional<Patch> patch = PatchAt(tile->place, panes[tile->pane].heads.grid, x, y);
  if (!patch) return std::nullopt;
  return Hovered{tile->pane, *patch};
}

std::optional<HoveredCell> CellAtPoint(const Tiles& tiles, float x, float y) {
  for (const AtlasGrid& grid : tiles.atlas) {
    const std::optional<AtlasCell> cell = CellAt(grid, x, y);
    if (cell) return HoveredCell{&grid, *cell};
  }
  return std::nullopt;
}

}  // namespace

WayBack WayBackTo(const ViewState& state) {
  return {state.view, state.layer, state.head, state.heads_on};
}

void GoBack(const WayBack& way, ViewState* state) {
  state->view = way.view;
  state->layer = way.layer;
  state->head = way.head;
  state->heads_on = way.heads_on;
}

std::optional<WayBack> ClickTile(const Tiles& tiles, std::span<Pane> panes, float scale, float x,
                                 float y, ViewState* state) {
  const WayBack way = WayBackTo(*state);
  if (state->view == View::kAtlas) {
    const std::optional<HoveredCell> hovered = CellAtPoint(tiles, x, y);
    if (!hovered) return std::nullopt;
    GoToCell(hovered->cell, state);
    return way;
  }
  if (state->view == View::kHeads) {
    const Tile* tile = LabelledTileAt(tiles, scale, x, y);
    if (tile == nullptr || tile->heads == 0) return std::nullopt;
    GoToCell({tile->layer, std::countr_zero(tile->heads)}, state);
    return way;
  }
  const std::optional<Hovered> patch = PatchAtPoint(tiles, panes, x, y);
  if (patch) AskPatch(panes, patch->pane, patch->patch, state);
  return std::nullopt;
}

std::optional<Hovered> PatchUnderPointer(const Tiles& tiles, std::span<const Pane> panes) {
  const ImGuiIO& io = ImGui::GetIO();
  if (io.WantCaptureMouse) return std::nullopt;
  return PatchAtPoint(tiles, panes, io.MousePos.x, io.MousePos.y);
}

std::optional<HoveredCell> CellUnderPointer(const Tiles& tiles) {
  const ImGuiIO& io = ImGui::GetIO();
  if (io.WantCaptureMouse) return std::nullopt;
  return CellAtPoint(tiles, io.MousePos.x, io.MousePos.y);
}

void DrawQuery(ImDrawList* draw, const Theme& theme, const Tiles& tiles,
               std::span<const Pane> panes, const ViewState& state) {
  if (!tiles.atlas.empty()) return;
  for (const Tile& tile : tiles.list) {
    const PatchGrid& grid = panes[tile.pane].heads.grid;
    const std::optional<Patch> query = QueryIn(panes, tile.pane, state);
    if (!query || !Within(grid, *query)) continue;
    ClipTo(draw, theme, tile.clip);
    QueryMarker(draw, theme, PatchBox(tile.place, grid, *query));
    draw->PopClipRect();
  }
}

void ShowHovered(const Theme& theme, const Tiles& tiles, std::span<const Pane> panes,
                 const ViewState& state, const Hovered& hovered) {
  const std::vector<std::optional<Patch>> patches = LinkedPatches(panes, hovered);
  ImDrawList* draw = ImGui::GetBackgroundDrawList();
  for (const Tile& tile : tiles.list) {
    const std::optional<Patch>& patch = patches[tile.pane];
    if (!patch || patch == QueryIn(panes, tile.pane, state)) continue;
    ClipTo(draw, theme, tile.clip);
    Outline(draw, theme, PatchBox(tile.place, panes[tile.pane].heads.grid, *patch));
    draw->PopClipRect();
  }
  InspectPatch(theme, panes, state, patches);
}

}  // namespace headlens
