#include "maps/pixel_rows.h"

#include <utility>

namespace headlens {

PixelRows::PixelRows(const Image& photo, const PatchGrid& grid, bool smooth,
                     std::vector<std::vector<float>> maps)
    : maps_(std::move(maps)), cols_(grid.cols) {
  const auto taps = smooth ? LinearTaps : NearestTaps;
  down_ = taps(photo.height, double{grid.covered_height} * photo.height, grid.rows);
  across_ = taps(photo.width, double{grid.covered_width} * photo.width, grid.cols);
  line_.resize(maps_.size() * static_cast<size_t>(cols_));
}

void PixelRows::MoveTo(int row) {
  covered_ = 0;
  if (static_cast<size_t>(row) >= down_.size()) return;
  covered_ = static_cast<int>(across_.size());
  const Tap& tap = down_[static_cast<size_t>(row)];
  float* to = line_.data();
  for (const std::vector<float>& map : maps_) {
    const float* low = map.data() + size_t{1} * tap.low * cols_;
    const float* high = map.data() + size_t{1} * tap.high * cols_;
    for (int col = 0; col < cols_; ++col) *to++ = low[col] + tap.share * (high[col] - low[col]);
  }
}

}  // namespace headlens
