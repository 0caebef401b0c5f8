#include "viewer/traits_window.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include "viewer/charts.h"
#include "viewer/controls.h"
#include "viewer/order.h"
#include "viewer/overlay_window.h"
#include "viewer/trait_words.h"
#include "viewer/widgets.h"

namespace headlens {
namespace {

// CSS pixels.
constexpr float kHead = 44, kColumn = 96, kCentre = 84, kGap = 12;
constexpr float kNames = 24, kRow = 24, kChart = 64;

constexpr std::array kTraits = {Order::kEntropy, Order::kPrefix, Order::kCompactness, Order::kEdges,
                                Order::kOverlap};

float ColumnLeft(const Theme& theme, size_t column) {
  return Px(theme, kHead) + static_cast<float>(column) * Px(theme, kColumn + kGap);
}

float TableWidth(const Theme& theme) {
  return ColumnLeft(theme, kTraits.size()) + Px(theme, kCentre);
}

void Names(const Theme& theme, ViewState* state) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float height = Px(theme, kNames);
  const Box head{at.x, at.y, Px(theme, kHead), height};
  if (Words(theme, "Head", head, Align::kLeft, state->order == Order::kHead)) {
    state->order = Order::kHead;
  }
  for (size_t column = 0; column < kTraits.size(); ++column) {
    const TraitWords& words = WordsOf(kTraits[column]);
    const Box box{at.x + ColumnLeft(theme, column), at.y, Px(theme, kColumn), height};
    const bool sorted = state->order == kTraits[column];
    if (Words(theme, words.name, box, Align::kRight, sorted)) state->order = kTraits[column];
    HoverNote(theme, words.name, words.definition);
  }
  const Box centre{at.x + ColumnLeft(theme, kTraits.size()), at.y, Px(theme, kCentre), height};
  ImGui::SetCursorScreenPos(ImVec2(centre.x, centre.y));
  ImGui::InvisibleButton("centre", ImVec2(centre.width, height));
  TextIn(theme.small, "Centre", centre, Align::kRight, theme.muted);
  HoverNote(theme, "Centre",
            "Centre of mass of p: shares of the grid's width, then of its height.");
  ImGui::SetCursorScreenPos(at);
  ImGui::Dummy(ImVec2(TableWidth(theme), height));
}

void Row(const Theme& theme, const Pane& pane, const ViewState& state, int head) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float height = Px(theme, kRow);
  const int layer = ShownLayer(state, pane.heads.layers);
  const HeadTraits traits = TraitsIn(pane, layer, head);
  const float dot = Px(theme, 5);
  ImGui::GetWindowDrawList()->AddCircleFilled(ImVec2(at.x + dot, std::floor(at.y + height / 2)),
                                              dot, ToImColour(ColourOfHead(state, head), 1), 24);
  TextIn(theme.body, std::to_string(head + 1).c_str(),
         {at.x + 3 * dot, at.y, Px(theme, kHead), height}, Align::kLeft, theme.text);
  for (size_t column = 0; column < kTraits.size(); ++column) {
    TextIn(theme.body, TraitTextIn(pane, layer, head, kTraits[column]).c_str(),
           {at.x + ColumnLeft(theme, column), at.y, Px(theme, kColumn), height}, Align::kRight,
           theme.text);
  }
  char centre[24];
  std::snprintf(centre, sizeof centre, "%.2f, %.2f", static_cast<double>(traits.centre_x),
                static_cast<double>(traits.centre_y));
  TextIn(theme.body, centre,
         {at.x + ColumnLeft(theme, kTraits.size()), at.y, Px(theme, kCentre), height},
         Align::kRight, theme.text);
  ImGui::Dummy(ImVec2(TableWidth(theme), height));
}

// A line between groups.
void Groups(const Theme& theme, const Pane& pane, const ViewState& state) {
  const std::vector<HeadGroup> groups = HeadGroups(pane, state);
  for (size_t i = 0; i < groups.size(); ++i) {
    if (i > 0) {
      Gap(theme, 3);
      const ImVec2 at = ImGui::GetCursorScreenPos();
      ImGui::GetWindowDrawList()->AddRectFilled(
          at, ImVec2(at.x + TableWidth(theme), at.y + Px(theme, 1)), theme.line);
      Gap(theme, 4);
    }
    for (const int head : groups[i].heads) Row(theme, pane, state, head);
  }
}

// Below each column its trait over the layers, a line a head.
void Charts(const Theme& theme, const Pane& pane, const ViewState& state) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const int layers = pane.heads.layers, shown = ShownLayer(state, layers);
  std::vector<float> values(static_cast<size_t>(layers));
  for (size_t column = 0; column < kTraits.size(); ++column) {
    const TraitWords& words = WordsOf(kTraits[column]);
    const Box box{at.x + ColumnLeft(theme, column) + Px(theme, 8), at.y, Px(theme, kColumn - 8),
                  Px(theme, kChart)};
    for (int head = 0; head < pane.heads.heads; ++head) {
      for (int layer = 0; layer < layers; ++layer) {
        values[static_cast<size_t>(layer)] = TraitOf(TraitsIn(pane, layer, head), kTraits[column]);
      }
      DrawLine(theme, box, values, words.low, words.high, shown,
               ToImColour(ColourOfHead(state, head), 1));
    }
  }
  TextIn(theme.small, "Layers", {at.x, at.y, Px(theme, kHead), Px(theme, kChart)}, Align::kLeft,
         theme.muted);
  ImGui::Dummy(ImVec2(TableWidth(theme), Px(theme, kChart)));
}

}  // namespace

void DrawTraits(Panel* panel, const Theme& theme, const Layout& layout, std::span<const Pane> panes,
                ViewState* state) {
  if (!panel->traits_open || !HasMaps(panes[0].heads)) return;
  const Pane& pane = panes[0];
  const Box& area = layout.area;
  const float bottom = layout.narrow ? layout.panel.y + layout.panel.height : area.y + area.height;
  BeginOverlay(theme, {area.x, layout.tabs.y, area.width, bottom - layout.tabs.y}, "traits");
  const int layer = ShownLayer(*state, pane.heads.layers) + 1;
  const std::string title = "Heads of layer " + std::to_string(layer);
  Title(theme, title.c_str(), "", TableWidth(theme));
  Gap(theme, 8);
  Names(theme, state);
  Groups(theme, pane, *state);
  Gap(theme, 14);
  Charts(theme, pane, *state);
  ScrollByDrag(theme, &panel->overlay_scroll);
  if (!EndOverlay()) panel->traits_open = false;
}

}  // namespace headlens
