// Where the patches of a map lie on its photo.
#ifndef HEADLENS_MAPS_GRID_H_
#define HEADLENS_MAPS_GRID_H_

namespace headlens {

// The patches and the share of the photo's height and width that they cover, from the top left; the
// rest was cut off to a multiple of the patch.
struct PatchGrid {
  int rows = 0;
  int cols = 0;
  float covered_height = 1;
  float covered_width = 1;
};

}  // namespace headlens

#endif  // HEADLENS_MAPS_GRID_H_
