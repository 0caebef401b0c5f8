// Lines over the pictures: contours, the divider; and the bar of colours.
#include <algorithm>
#include <cmath>
#include <string>

#include "viewer/labels.h"
#include "viewer/widgets.h"

namespace headlens {
namespace {

constexpr ImU32 kWhite = IM_COL32(255, 255, 255, 255);
constexpr ImU32 kShade = IM_COL32(0, 0, 0, 190);

// CSS pixels.
constexpr float kHandle = 15;  // radius
constexpr float kRamp = 8;     // height
constexpr float kWidestRamp = 360;
constexpr float kBarGap = 20;

void Trace(ImDrawList* draw, const Theme& theme, const Tile& tile, const PatchGrid& grid,
           const Outline& outline, ImU32 colour) {
  const float right = tile.place.width * grid.covered_width / static_cast<float>(grid.cols);
  const float down = tile.place.height * grid.covered_height / static_cast<float>(grid.rows);
  std::vector<ImVec2> points;
  points.reserve(outline.size());
  for (const GridPoint& point : outline) {
    points.emplace_back(tile.place.x + point.x * right, tile.place.y + point.y * down);
  }
  const int count = static_cast<int>(points.size());
  const float line = std::max(1.0f, Px(theme, 2));
  draw->AddPolyline(points.data(), count, kShade, ImDrawFlags_Closed, line + 2 * Px(theme, 1));
  draw->AddPolyline(points.data(), count, colour, ImDrawFlags_Closed, line);
}

void TileContours(ImDrawList* draw, const Theme& theme, const Tile& tile, const PatchGrid& grid,
                  std::span<const HeadContour> contours, const ViewState& state) {
  draw->PushClipRect(ImVec2(tile.clip.x, tile.clip.y),
                     ImVec2(tile.clip.x + tile.clip.width, tile.clip.y + tile.clip.height), true);
  for (const HeadContour& contour : contours) {
    const bool together = contour.head == kAllTogether;
    if (!together && (tile.heads >> contour.head & 1) == 0) continue;
    const ImU32 colour = together ? kWhite : ToImColour(ColourOfHead(state, contour.head), 1);
    for (const Outline& outline : contour.outlines) {
      Trace(draw, theme, tile, grid, outline, colour);
    }
  }
  draw->PopClipRect();
}

void Ramp(ImDrawList* draw, const Box& box, Colormap colormap) {
  constexpr int kSteps = 32;
  for (int i = 0; i < kSteps; ++i) {
    const float from = static_cast<float>(i) / kSteps, to = static_cast<float>(i + 1) / kSteps;
    const ImU32 low = ToImColour(ScaleColour(from, colormap), 1);
    const ImU32 high = ToImColour(ScaleColour(to, colormap), 1);
    draw->AddRectFilledMultiColor(ImVec2(box.x + from * box.width, box.y),
                                  ImVec2(box.x + to * box.width, box.y + box.height), low, high,
                                  high, low);
  }
}

// Those of the ends stay within the scale; one that would touch the one before is left out.
void Ticks(ImDrawList* draw, const Theme& theme, const Box& ramp, std::span<const BarTick> ticks) {
  const ImFont* font = theme.small;
  const float top = ramp.y + ramp.height + Px(theme, 3), apart = Px(theme, 8);
  const auto left_of = [&](const BarTick& tick) {
    const float width = TextWidth(font, tick.text.c_str());
    return std::floor(
        std::clamp(ramp.x + tick.at * ramp.width - width / 2, ramp.x, ramp.x + ramp.width - width));
  };
  const float last = left_of(ticks.back());
  float free = ramp.x;
  for (const BarTick& tick : ticks) {
    const float left = left_of(tick), width = TextWidth(font, tick.text.c_str());
    const bool is_last = &tick == &ticks.back();
    if (left < free || (!is_last && left + width + apart > last)) continue;
    draw->AddText(font, font->FontSize, ImVec2(left, top), theme.muted, tick.text.c_str());
    free = left + width + apart;
  }
}

void RgbKey(ImDrawList* draw, const Theme& theme, const Box& box) {
  constexpr ImU32 kInks[] = {IM_COL32(235, 70, 70, 255), IM_COL32(60, 200, 90, 255),
                             IM_COL32(80, 120, 245, 255)};
  const float side = box.width / 3;
  for (int i = 0; i < 3; ++i) {
    const float left = box.x + static_cast<float>(i) * side;
    draw->AddRectFilled(ImVec2(left, box.y), ImVec2(left + side, box.y + box.height), kInks[i]);
    const std::string name = std::to_string(i + 1);
    draw->AddText(theme.small, theme.small->FontSize,
                  ImVec2(std::floor(left + (side - TextWidth(theme.small, name.c_str())) / 2),
                         box.y + box.height + Px(theme, 3)),
                  theme.muted, name.c_str());
  }
}

}  // namespace

void DrawContours(ImDrawList* draw, const Theme& theme, const Tiles& tiles,
                  std::span<const Pane> panes, const ViewState& state,
                  std::vector<LayerContours>* known) {
  for (const Tile& tile : tiles.list) {
    if (tile.what != TileKind::kAttention || state.view == View::kAtlas) continue;
    TileContours(draw, theme, tile, panes[tile.pane].heads.grid,
                 ContoursOf(known, panes, tile.pane, tile.layer, state), state);
  }
}

void DrawDivider(ImDrawList* draw, const Theme& theme, const Tiles& tiles, const ViewState& state) {
  if (state.view != View::kSlider) return;
  for (size_t i = 0; i < tiles.list.size(); i += 2) {  // a left and a right tile each
    const Tile& tile = tiles.list[i];
    const float at = DividerAt(tile, state), line = Px(theme, 2);
    const Box shown = Intersection(tile.place, tile.zoomed.frame);
    const ImVec2 top(at, shown.y), bottom(at, shown.y + shown.height);
    draw->AddLine(top, bottom, kShade, line + 2 * Px(theme, 1));
    draw->AddLine(top, bottom, kWhite, line);
    const ImVec2 middle(at, std::floor(shown.y + shown.height / 2));
    const float radius = Px(theme, kHandle), tip = Px(theme, 8), half = Px(theme, 4);
    draw->AddCircleFilled(middle, radius + Px(theme, 1), kShade, 48);
    draw->AddCircleFilled(middle, radius, kWhite, 48);
    for (const float way : {-1.0f, 1.0f}) {  // arrows, counter-clockwise alike
      const ImVec2 a(middle.x + way * tip, middle.y);
      const ImVec2 b(middle.x + way * Px(theme, 3), middle.y - half);
      const ImVec2 c(middle.x + way * Px(theme, 3), middle.y + half);
      draw->AddTriangleFilled(a, b, c, IM_COL32(30, 31, 34, 255));
    }
  }
}

void DrawColourBar(ImDrawList* draw, const Theme& theme, const Box& box, const ColourBar& bar,
                   Colormap colormap) {
  if (bar.kind == BarKind::kNone || box.width <= 0) return;
  const float width =
      std::min(Px(theme, bar.kind == BarKind::kRgb ? 120 : kWidestRamp), std::floor(box.width / 2));
  const Box ramp{box.x + box.width - width, box.y + Px(theme, 3), width, Px(theme, kRamp)};
  const float text = box.width - width - Px(theme, kBarGap);
  const std::string title = FittedText(theme.small, bar.title, text);
  const std::string detail = FittedText(theme.small, bar.detail, text);
  const float line = theme.small->FontSize;
  draw->AddText(theme.small, line, ImVec2(box.x, box.y), theme.text, title.c_str());
  draw->AddText(theme.small, line, ImVec2(box.x, box.y + line), theme.muted, detail.c_str());
  if (bar.kind == BarKind::kRgb) return RgbKey(draw, theme, ramp);
  Ramp(draw, ramp, colormap);
  Ticks(draw, theme, ramp, bar.ticks);
}

}  // namespace headlens
