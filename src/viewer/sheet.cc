#include "viewer/sheet.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace headlens {

SheetHeights LimitedTo(const SheetHeights& wanted, float most) {
  SheetHeights heights = wanted;
  for (float& height : heights) height = std::round(std::min(height, std::max(most, wanted[0])));
  return heights;
}

float HeightOf(const Sheet& sheet, const SheetHeights& heights) {
  if (sheet.held > 0) return std::round(std::clamp(sheet.held, heights[0], heights[2]));
  return heights[static_cast<size_t>(sheet.stop)];
}

void DragSheet(float height, const SheetHeights& heights, Sheet* sheet) {
  sheet->held = std::clamp(height, heights[0], heights[2]);
}

void DropSheet(const SheetHeights& heights, Sheet* sheet) {
  const float held = HeightOf(*sheet, heights);
  const auto nearest = std::min_element(heights.begin(), heights.end(), [held](float a, float b) {
    return std::abs(a - held) < std::abs(b - held);
  });
  sheet->stop = static_cast<SheetStop>(nearest - heights.begin());
  sheet->held = 0;
}

void TapSheet(Sheet* sheet) {
  sheet->stop = static_cast<SheetStop>((static_cast<int>(sheet->stop) + 1) % 3);
  sheet->held = 0;
}

}  // namespace headlens
