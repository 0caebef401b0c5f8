#include "maps/sampling.h"

#include <algorithm>
#include <cmath>

namespace headlens {

std::vector<Tap> NearestTaps(int pixels, double covered, int cells) {
  std::vector<Tap> taps;
  for (int pixel = 0; pixel < pixels && pixel + 0.5 < covered; ++pixel) {
    const int cell = std::min(static_cast<int>((pixel + 0.5) / covered * cells), cells - 1);
    taps.push_back({cell, cell, 0.0f});
  }
  return taps;
}

std::vector<Tap> LinearTaps(int pixels, double covered, int cells) {
  std::vector<Tap> taps;
  for (int pixel = 0; pixel < pixels && pixel + 0.5 < covered; ++pixel) {
    const double at = std::clamp((pixel + 0.5) / covered * cells - 0.5, 0.0, cells - 1.0);
    const int low = static_cast<int>(at);
    taps.push_back({low, std::min(low + 1, cells - 1), static_cast<float>(at - low)});
  }
  return taps;
}

}  // namespace headlens
