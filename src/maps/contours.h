// Outlines of what a mask keeps.
#ifndef HEADLENS_MAPS_CONTOURS_H_
#define HEADLENS_MAPS_CONTOURS_H_

#include <cstdint>
#include <span>
#include <vector>

namespace headlens {

// In patches from the top left of the grid: (0, 0) is its corner, (cols, rows) the opposite one.
struct GridPoint {
  float x = 0;
  float y = 0;
};
using Outline = std::vector<GridPoint>;  // closed: the last point joins the first

// Along the edges of the patches that are kept. mask: (rows, cols). The kept side is at the right;
// patches that touch at a corner only are outlined apart.
std::vector<Outline> PatchOutlines(std::span<const uint8_t> mask, int rows, int cols);

// Where the mask, bilinear between patch centres and 0 outside of the grid, is 1/2: marching
// squares (Lorensen and Cline 1987, in two dimensions), closed along the border, corners cut smooth
// by Chaikin 1974.
std::vector<Outline> SmoothOutlines(std::span<const uint8_t> mask, int rows, int cols);

}  // namespace headlens

#endif  // HEADLENS_MAPS_CONTOURS_H_
