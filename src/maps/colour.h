// Colours of heads and colour scales of scores.
#ifndef HEADLENS_MAPS_COLOUR_H_
#define HEADLENS_MAPS_COLOUR_H_

#include <array>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace headlens {

struct Colour {
  float r = 0;  // 0..1, sRGB
  float g = 0;
  float b = 0;
};

// The colour of a head. 12 that stand out on a photo, ordered so that the first 3, 6 and 12 stay as
// far apart in OKLab as a search could bring them, both as they are and as protanopes, deuteranopes
// and tritanopes see them (Machado et al. 2009); then they repeat.
Colour HeadColour(int head);

// The sequential scale for mean, max and single-head maps, value in [0, 1]: inferno (van der Walt
// and Smith 2015, CC0) at 9 points, linear between them. Lightness rises evenly.
Colour ScaleColour(float value);

// "#rrggbb,#rrggbb": one colour a head.
Result<std::vector<Colour>> ParseColours(std::string_view text);

}  // namespace headlens

#endif  // HEADLENS_MAPS_COLOUR_H_
