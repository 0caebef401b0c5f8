// Maps of patches at the pixels of a photo, made row by row.
#ifndef HEADLENS_MAPS_PIXEL_ROWS_H_
#define HEADLENS_MAPS_PIXEL_ROWS_H_

#include <vector>

#include "image/image.h"
#include "maps/grid.h"
#include "maps/sampling.h"

namespace headlens {

// Bilinear between patch centres where smooth, else nearest.
class PixelRows {
 public:
  // maps: (rows, cols) each.
  PixelRows(const Image& photo, const PatchGrid& grid, bool smooth,
            std::vector<std::vector<float>> maps);

  // Makes `row` the one that At reads.
  void MoveTo(int row);

  // How many pixels of that row, from the left, lie on patches.
  int covered() const { return covered_; }

  size_t maps() const { return maps_.size(); }
  float At(size_t map, int pixel) const {
    const float* line = &line_[map * static_cast<size_t>(cols_)];
    const Tap& tap = across_[static_cast<size_t>(pixel)];
    return line[tap.low] + tap.share * (line[tap.high] - line[tap.low]);
  }

 private:
  std::vector<std::vector<float>> maps_;
  int cols_ = 0;
  std::vector<Tap> down_;    // a pixel row each
  std::vector<Tap> across_;  // a pixel column each
  std::vector<float> line_;  // (maps, cols): the maps at the height of one pixel row
  int covered_ = 0;
};

}  // namespace headlens

#endif  // HEADLENS_MAPS_PIXEL_ROWS_H_
