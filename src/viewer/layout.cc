#include "viewer/layout.h"

#include <algorithm>
#include <cmath>

namespace headlens {
namespace {

// CSS pixels.
constexpr float kNarrowWidth = 700;
constexpr float kPanelWidth = 300;
constexpr float kMargin = 24;
constexpr float kNarrowMargin = 12;

Box FitPhoto(const Box& area, int photo_height, int photo_width) {
  if (photo_height <= 0 || photo_width <= 0 || area.width < 1 || area.height < 1) return {};
  const float zoom = std::min(area.width / photo_width, area.height / photo_height);
  const float width = std::max(1.0f, std::round(photo_width * zoom));
  const float height = std::max(1.0f, std::round(photo_height * zoom));
  return {std::floor(area.x + (area.width - width) / 2),
          std::floor(area.y + (area.height - height) / 2), width, height};
}

}  // namespace

Layout PlaceScene(const Window& window, int photo_height, int photo_width, int sheet_height) {
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

  const float margin = std::round((layout.narrow ? kNarrowMargin : kMargin) * window.scale);
  const Box area{free.x + margin, free.y + margin, free.width - 2 * margin,
                 free.height - 2 * margin};
  layout.photo = FitPhoto(area, photo_height, photo_width);
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

}  // namespace headlens
