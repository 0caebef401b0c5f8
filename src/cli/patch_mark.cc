#include "cli/patch_mark.h"

#include <algorithm>
#include <cmath>

namespace headlens {
namespace {

// Pixels [top, bottom) x [left, right).
struct PixelBox {
  int top = 0;
  int left = 0;
  int bottom = 0;
  int right = 0;
};

PixelBox Grown(const PixelBox& box, int by) {
  return {box.top - by, box.left - by, box.bottom + by, box.right + by};
}

bool Contains(const PixelBox& box, int y, int x) {
  return y >= box.top && y < box.bottom && x >= box.left && x < box.right;
}

// Paints what lies in `outer` and not in `inner`.
void PaintFrame(Image& picture, const PixelBox& outer, const PixelBox& inner, uint8_t grey) {
  for (int y = std::max(outer.top, 0); y < std::min(outer.bottom, picture.height); ++y) {
    for (int x = std::max(outer.left, 0); x < std::min(outer.right, picture.width); ++x) {
      if (Contains(inner, y, x)) continue;
      std::fill_n(&picture.rgb[3 * (size_t{1} * y * picture.width + x)], 3, grey);
    }
  }
}

}  // namespace

void MarkPatch(Image& picture, const PatchGrid& grid, int row, int col) {
  const float patch_height =
      grid.covered_height * static_cast<float>(picture.height) / static_cast<float>(grid.rows);
  const float patch_width =
      grid.covered_width * static_cast<float>(picture.width) / static_cast<float>(grid.cols);
  const auto edge = [](int index, float size) {
    return static_cast<int>(std::lround(static_cast<float>(index) * size));
  };
  const PixelBox patch{edge(row, patch_height), edge(col, patch_width), edge(row + 1, patch_height),
                       edge(col + 1, patch_width)};
  const int line = std::max(1, std::min(picture.height, picture.width) / 250);
  PaintFrame(picture, Grown(patch, 2 * line), Grown(patch, line), 0);
  PaintFrame(picture, Grown(patch, line), patch, 255);
}

}  // namespace headlens
