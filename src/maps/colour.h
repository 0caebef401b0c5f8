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

// The colour of a head: distinguishable on a photo, also for colour-blind readers; repeats after
// the palette's end.
Colour HeadColour(int head);

// The sequential scale for mean, max and single-head maps; value in [0, 1].
Colour ScaleColour(float value);

// "#rrggbb,#rrggbb": one colour a head.
Result<std::vector<Colour>> ParseColours(std::string_view text);

}  // namespace headlens

#endif  // HEADLENS_MAPS_COLOUR_H_
