// Where the pixels of one axis fall between the patches of a map.
#ifndef HEADLENS_MAPS_SAMPLING_H_
#define HEADLENS_MAPS_SAMPLING_H_

#include <vector>

namespace headlens {

// The value at a pixel is cell `low` + share * (cell `high` - cell `low`).
struct Tap {
  int low = 0;
  int high = 0;
  float share = 0;
};

// One tap a pixel, for as many of the axis's `pixels` as have their centre within the first
// `covered` pixels, over which the `cells` are spread evenly. OpenGL ES 3.0, 3.8.9, with
// CLAMP_TO_EDGE and the same names of filters.
std::vector<Tap> NearestTaps(int pixels, double covered, int cells);
std::vector<Tap> LinearTaps(int pixels, double covered, int cells);

}  // namespace headlens

#endif  // HEADLENS_MAPS_SAMPLING_H_
