#include "viewer/labels.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdio>
#include <string>

#include "viewer/fields.h"
#include "viewer/order.h"
#include "viewer/widgets.h"

namespace headlens {
namespace {

constexpr ImU32 kWhite = IM_COL32(255, 255, 255, 255);
constexpr ImU32 kShade = IM_COL32(0, 0, 0, 190);

// CSS pixels.
constexpr float kPillPadding = 8, kPillHeight = 22, kPillInset = 8;
constexpr float kDot = 4.5f;

float Width(const ImFont* font, const std::string& text) { return TextWidth(font, text.c_str()); }

void Text(ImDrawList* draw, const ImFont* font, float x, float y, ImU32 colour,
          const std::string& text) {
  draw->AddText(font, font->FontSize, ImVec2(std::floor(x), std::floor(y)), colour, text.c_str());
}

// White on a dark ground: reads well on every picture.
void Pill(ImDrawList* draw, const Theme& theme, float left, float top, const std::string& text) {
  const float width = std::ceil(Width(theme.small, text)) + 2 * Px(theme, kPillPadding);
  const float height = Px(theme, kPillHeight);
  draw->AddRectFilled(ImVec2(left, top), ImVec2(left + width, top + height), kShade, height / 2);
  Text(draw, theme.small, left + Px(theme, kPillPadding),
       top + (height - theme.small->FontSize) / 2, kWhite, text);
}

float PillWidth(const Theme& theme, const std::string& text) {
  return std::ceil(Width(theme.small, text)) + 2 * Px(theme, kPillPadding);
}

// "entropy 0.81 - prefix 12 %": how focused a head is, and how much of it the picture cannot show.
std::vector<std::string> TraitTexts(const Pane& pane, int layer, int head) {
  const HeadTraits traits = TraitsIn(pane, layer, head);
  char entropy[32], prefix[48];
  std::snprintf(entropy, sizeof entropy, "entropy %.2f", static_cast<double>(traits.entropy));
  std::snprintf(prefix, sizeof prefix, "[CLS] and registers %.0f %%",
                static_cast<double>(traits.prefix) * 100);
  return {entropy, prefix};
}

std::string Fitted(const Theme& theme, const std::vector<std::string>& texts, float width) {
  std::string line;
  for (const std::string& text : texts) {
    const std::string longer = line.empty() ? text : line + " \xc2\xb7 " + text;
    if (Width(theme.small, longer) > width) break;
    line = longer;
  }
  return line;
}

// The line above a head of its own: its colour and name at the left, its traits at the right.
void HeadLabel(ImDrawList* draw, const Theme& theme, const Tile& tile, const Pane& pane,
               const ViewState& state) {
  const Box& box = tile.zoomed.frame;
  const int head = static_cast<int>(std::countr_zero(tile.heads));
  const bool coloured = state.mode == ViewMode::kHeads || state.mode == ViewMode::kFigure;
  const float line = Px(theme, kTileLabel);
  float left = box.x;
  if (coloured) {
    const float radius = Px(theme, kDot);
    draw->AddCircleFilled(ImVec2(left + radius, box.y - line / 2), radius,
                          ToImColour(ColourOfHead(state, head), 1), 24);
    left += 2 * radius + Px(theme, 6);
  }
  const float top = box.y - line / 2 - theme.body->FontSize / 2;
  const bool on = HeadIsOn(state, head);
  const std::string name = Width(theme.body, tile.label) > box.x + box.width - left
                               ? std::to_string(head + 1)
                               : tile.label;
  Text(draw, theme.body, left, top, on ? theme.text : theme.muted, name);
  const float used = left - box.x + std::ceil(Width(theme.body, name)) + Px(theme, 10);
  const std::string traits = Fitted(theme, TraitTexts(pane, tile.layer, head), box.width - used);
  Text(draw, theme.small, box.x + box.width - Width(theme.small, traits),
       top + theme.body->Ascent - theme.small->Ascent, theme.muted, traits);
}

// The two sides of a slider, each where there is room for its name.
void SideLabel(ImDrawList* draw, const Theme& theme, const Tile& tile, bool left) {
  const float inset = Px(theme, kPillInset), width = PillWidth(theme, tile.label);
  if (tile.clip.width < width + 2 * inset) return;
  const float at = left ? tile.clip.x + inset : tile.clip.x + tile.clip.width - inset - width;
  Pill(draw, theme, at, tile.clip.y + inset, tile.label);
}

const char* FieldName(View view) {
  if (view == View::kRollout) return "the rollout";
  return view == View::kSimilarity ? "the similarities" : "the components";
}

// While the field that a tile is to show is not there.
void WaitLabel(ImDrawList* draw, const Theme& theme, const Tile& tile, const Heads& heads,
               const ViewState& state) {
  if (!AwaitsField(heads, state)) return;
  const bool older = !ShownField(heads, state).empty();
  const std::string text =
      (older ? "Computing anew: " : "Computing ") + std::string(FieldName(state.view)) + " ...";
  const float inset = Px(theme, kPillInset);
  if (older) return Pill(draw, theme, tile.clip.x + inset, tile.clip.y + inset, text);
  Pill(draw, theme, std::floor(tile.clip.x + (tile.clip.width - PillWidth(theme, text)) / 2),
       std::floor(tile.clip.y + tile.clip.height / 2), text);
}

// Layers at the left, heads above; the row of the layer shown is marked.
void AtlasLabels(ImDrawList* draw, const Theme& theme, const AtlasGrid& grid,
                 const ViewState& state) {
  if (grid.layers == 0) return;
  const Box& window = grid.window;
  const Box shown = Intersection(window, grid.sheet);
  const float gap = Px(theme, 6), pad = Px(theme, 2);
  const int current = ShownLayer(state, grid.layers);
  const ImFont* font = theme.small;
  draw->PushClipRect(ImVec2(0, window.y), ImVec2(shown.x, window.y + window.height));
  for (int layer = 0; layer < grid.layers; ++layer) {
    const Box cell = CellBox(grid, {layer, 0}, theme.scale);
    const std::string name = std::to_string(layer + 1);
    const float right = shown.x - gap, middle = cell.y + cell.height / 2;
    if (layer == current) {
      draw->AddRectFilled(
          ImVec2(right - Width(font, name) - gap, middle - font->FontSize / 2 - pad),
          ImVec2(right + gap / 2, middle + font->FontSize / 2 + pad), theme.fill, Px(theme, 4));
    }
    Text(draw, font, right - Width(font, name), middle - font->FontSize / 2,
         layer == current ? theme.background : theme.muted, name);
  }
  draw->PopClipRect();
  draw->PushClipRect(ImVec2(window.x, 0), ImVec2(window.x + window.width, shown.y));
  for (int head = 0; head < grid.heads; ++head) {
    const Box cell = CellBox(grid, {0, head}, theme.scale);
    const std::string name = std::to_string(head + 1);
    Text(draw, font, cell.x + (cell.width - Width(font, name)) / 2, shown.y - font->FontSize - pad,
         theme.muted, name);
  }
  draw->PopClipRect();
  const Box first = CellBox(grid, {current, 0}, theme.scale);
  const Box last = CellBox(grid, {current, grid.heads - 1}, theme.scale);
  const float line = std::max(1.0f, Px(theme, 1.5f));
  draw->PushClipRect(ImVec2(window.x - line, window.y - line),
                     ImVec2(window.x + window.width + line, window.y + window.height + line));
  draw->AddRect(ImVec2(first.x - line, first.y - line),
                ImVec2(last.x + last.width + line, last.y + last.height + line), theme.fill, 0, 0,
                line);
  draw->PopClipRect();
}

}  // namespace

void DrawLabels(ImDrawList* draw, const Theme& theme, const Tiles& tiles,
                std::span<const Pane> panes, const ViewState& state) {
  for (const AtlasGrid& grid : tiles.atlas) AtlasLabels(draw, theme, grid, state);
  for (size_t i = 0; i < tiles.list.size(); ++i) {
    const Tile& tile = tiles.list[i];
    const Pane& pane = panes[tile.pane];
    if (state.view == View::kHeads && !tile.label.empty()) {
      HeadLabel(draw, theme, tile, pane, state);
    }
    if (state.view == View::kSlider) SideLabel(draw, theme, tile, i % 2 == 0);
    WaitLabel(draw, theme, tile, pane.heads, state);
  }
}

void DrawEnlargedFrame(ImDrawList* draw, const Theme& theme, const Tile& tile,
                       std::span<const Pane> panes) {
  const Box& box = tile.place;
  const float line = Px(theme, 1), label = Px(theme, kTileLabel), inset = Px(theme, 8);
  draw->AddRectFilled(ImVec2(box.x - line, box.y - label), ImVec2(box.x + box.width + line, box.y),
                      theme.panel);
  draw->AddRect(ImVec2(box.x - line, box.y - label),
                ImVec2(box.x + box.width + line, box.y + box.height + line), theme.fill, 0, 0,
                line);
  const float top = box.y - label / 2 - theme.body->FontSize / 2;
  Text(draw, theme.body, box.x + inset, top, theme.text, tile.label);
  const float used = std::ceil(Width(theme.body, tile.label)) + 3 * inset;
  const int head = static_cast<int>(std::countr_zero(tile.heads));
  const std::string traits =
      Fitted(theme, TraitTexts(panes[tile.pane], tile.layer, head), box.width - used);
  Text(draw, theme.small, box.x + box.width - inset - Width(theme.small, traits),
       top + theme.body->Ascent - theme.small->Ascent, theme.muted, traits);
}

}  // namespace headlens
