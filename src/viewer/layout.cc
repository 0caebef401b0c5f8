#include "viewer/layout.h"

#include <algorithm>
#include <cmath>

namespace headlens {
namespace {

// CSS pixels.
constexpr float kNarrowWidth = 700;
constexpr float kPanelWidth = 320;
constexpr float kTabs = 36, kNarrowTabs = 40, kBar = 32;  // heights
constexpr float kMargin = 24, kNarrowMargin = 12;  // at the left and right of all
constexpr float kEdge = 12, kNarrowEdge = 6;       // above the tabs and below the bar
constexpr float kAbove = 12, kNarrowAbove = 8;     // between tabs and area
constexpr float kBelow = 8, kNarrowBelow = 4;      // between area and bar
constexpr float kPaneGap = 16, kNarrowPaneGap = 10;
constexpr float kCaption = 32;

// Equal cells for the photo, with room for a caption above each.
struct Cells {
  int rows = 1;
  int cols = 1;
  float gap = 0;
  float caption = 0;
};

// How large a photo can be in each; 0 or less where there is no room.
float ZoomIn(const Box& area, const Cells& cells, int photo_height, int photo_width) {
  const float rows = static_cast<float>(cells.rows), cols = static_cast<float>(cells.cols);
  const float width = (area.width - (cols - 1) * cells.gap) / cols;
  const float height = (area.height - (rows - 1) * cells.gap) / rows - cells.caption;
  return std::min(width / static_cast<float>(photo_width),
                  height / static_cast<float>(photo_height));
}

// The photo in every cell, all of them together in the middle of the area.
std::vector<Box> FitPhotos(const Box& area, const Cells& cells, int photo_height, int photo_width) {
  std::vector<Box> photos(static_cast<size_t>(cells.rows * cells.cols));
  if (photo_height <= 0 || photo_width <= 0) return photos;
  const float zoom = ZoomIn(area, cells, photo_height, photo_width);
  if (zoom <= 0) return photos;
  const float width = std::max(1.0f, std::round(static_cast<float>(photo_width) * zoom));
  const float height = std::max(1.0f, std::round(static_cast<float>(photo_height) * zoom));
  const float right = width + cells.gap, down = cells.caption + height + cells.gap;
  const float rows = static_cast<float>(cells.rows), cols = static_cast<float>(cells.cols);
  const float left = std::floor(area.x + (area.width - (cols * right - cells.gap)) / 2);
  const float top = std::floor(area.y + (area.height - (rows * down - cells.gap)) / 2);
  for (size_t i = 0; i < photos.size(); ++i) {
    const float row = static_cast<float>(i / static_cast<size_t>(cells.cols));
    const float col = static_cast<float>(i % static_cast<size_t>(cells.cols));
    photos[i] = {left + col * right, top + row * down + cells.caption, width, height};
  }
  return photos;
}

Cells CellsFor(const Layout& layout, float scale, int photo_height, int photo_width, int panes) {
  if (panes == 1) return {};
  const float gap = std::round((layout.narrow ? kNarrowPaneGap : kPaneGap) * scale);
  const float caption = std::round(kCaption * scale);
  const Cells row{1, panes, gap, caption}, column{panes, 1, gap, caption};
  const float beside = ZoomIn(layout.area, row, photo_height, photo_width);
  const float below = ZoomIn(layout.area, column, photo_height, photo_width);
  return beside >= below ? row : column;
}

// Tabs, area and bar, one above the other, in what is free of the panel.
void PlaceBars(const Box& free, float scale, Layout* layout) {
  const auto px = [&](float wide, float narrow) {
    return std::round((layout->narrow ? narrow : wide) * scale);
  };
  const float left = free.x + px(kMargin, kNarrowMargin);
  const float width = std::max(0.0f, free.width - 2 * px(kMargin, kNarrowMargin));
  const float edge = px(kEdge, kNarrowEdge), bar = px(kBar, kBar);
  layout->tabs = {left, free.y + edge, width, px(kTabs, kNarrowTabs)};
  layout->bar = {left, free.y + free.height - edge - bar, width, bar};
  const float top = layout->tabs.y + layout->tabs.height + px(kAbove, kNarrowAbove);
  const float bottom = layout->bar.y - px(kBelow, kNarrowBelow);
  layout->area = {left, top, width, std::max(0.0f, bottom - top)};
}

void PlacePhotos(float scale, int photo_height, int photo_width, int panes, Layout* layout) {
  const Cells cells = CellsFor(*layout, scale, photo_height, photo_width, panes);
  layout->photos = FitPhotos(layout->area, cells, photo_height, photo_width);
  if (panes == 1) return;
  for (const Box& photo : layout->photos) {
    layout->captions.push_back({photo.x, photo.y - cells.caption, photo.width, cells.caption});
  }
}

int Among(float position, int count) {
  return std::clamp(static_cast<int>(std::floor(position)), 0, count - 1);
}

}  // namespace

Layout PlaceScene(const Window& window, int photo_height, int photo_width, int panes,
                  int sheet_height) {
  Layout layout;
  const float width = static_cast<float>(window.width);
  const float height = static_cast<float>(window.height);
  layout.narrow = width < kNarrowWidth * window.scale;

  Box free{0, static_cast<float>(window.inset_top), width, 0};
  if (layout.narrow) {
    const float sheet = std::min(static_cast<float>(sheet_height), height);
    layout.panel = {0, height - sheet, width, sheet};
    free.height = layout.panel.y - free.y - window.inset_bottom;
  } else {
    const float column = std::round(kPanelWidth * window.scale);
    layout.panel = {width - column, 0, column, height};
    free.width = layout.panel.x;
    free.height = height - free.y - window.inset_bottom;
  }

  PlaceBars(free, window.scale, &layout);
  PlacePhotos(window.scale, photo_height, photo_width, panes, &layout);
  return layout;
}

Layout PlaceSavedView(int height, int width, float scale, const PhotoSize& photo, int panes,
                      const SavedMargins& margins) {
  const float around = std::round(margins.around * scale), bar = std::round(margins.bar * scale);
  const float inside = static_cast<float>(width) - 2 * around;
  const float down = static_cast<float>(height) - 2 * around - bar;
  Layout layout;
  layout.area = {around, around, std::max(0.0f, inside), std::max(0.0f, down)};
  const float edge = std::max(around, std::round(8 * scale));
  layout.bar = {edge, static_cast<float>(height) - around - bar + std::round(8 * scale),
                static_cast<float>(width) - 2 * edge, std::round(kBar * scale)};
  PlacePhotos(scale, photo.height, photo.width, panes, &layout);
  return layout;
}

std::optional<Patch> PatchAt(const Box& photo, const PatchGrid& grid, float x, float y) {
  const float width = photo.width * grid.covered_width;
  const float height = photo.height * grid.covered_height;
  if (grid.rows <= 0 || grid.cols <= 0 || width <= 0 || height <= 0) return std::nullopt;
  const float col = (x - photo.x) / width * static_cast<float>(grid.cols);
  const float row = (y - photo.y) / height * static_cast<float>(grid.rows);
  // Negated so that NaN and the pointer that is nowhere are outside too.
  if (!(col >= 0 && row >= 0 && col < static_cast<float>(grid.cols) &&
        row < static_cast<float>(grid.rows))) {
    return std::nullopt;
  }
  return Patch{static_cast<int>(row), static_cast<int>(col)};
}

Box PatchBox(const Box& photo, const PatchGrid& grid, Patch patch) {
  const float width = photo.width * grid.covered_width / static_cast<float>(grid.cols);
  const float height = photo.height * grid.covered_height / static_cast<float>(grid.rows);
  return {photo.x + static_cast<float>(patch.col) * width,
          photo.y + static_cast<float>(patch.row) * height, width, height};
}

Patch SamePlace(Patch patch, const PatchGrid& from, const PatchGrid& to) {
  const float y = (static_cast<float>(patch.row) + 0.5f) / static_cast<float>(from.rows);
  const float x = (static_cast<float>(patch.col) + 0.5f) / static_cast<float>(from.cols);
  const float row = y * from.covered_height / to.covered_height * static_cast<float>(to.rows);
  const float col = x * from.covered_width / to.covered_width * static_cast<float>(to.cols);
  return {Among(row, to.rows), Among(col, to.cols)};
}

}  // namespace headlens
