// Colours of heads and colour scales of scores.
#ifndef HEADLENS_MAPS_COLOUR_H_
#define HEADLENS_MAPS_COLOUR_H_

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace headlens {

struct Colour {
  float r = 0;  // 0..1, sRGB
  float g = 0;
  float b = 0;
};

// Colours of heads; beyond its last one a palette begins again.
enum class Palette {
  // 12 that stand out on a photo, ordered so that the first 3, 6 and 12 stay as far apart in OKLab
  // as a search could bring them, both as they are and as protanopes, deuteranopes and tritanopes
  // see them (Machado et al. 2009).
  kHeadlens,
  kOkabeIto,  // Okabe and Ito 2008, Color Universal Design; 7 without black
  kDino,      // the six of the DINO paper's figure 3 (github.com/facebookresearch/dino, issue 92)
};
Colour HeadColour(int head, Palette palette = Palette::kHeadlens);

// Sequential scales of scores.
enum class Colormap { kInferno, kViridis, kTurbo, kGrey };

// value in [0, 1]. Inferno and viridis (van der Walt and Smith 2015, CC0) and turbo (Mikhailov
// 2019, Apache-2.0) at 24 points, linear between them.
Colour ScaleColour(float value, Colormap colormap = Colormap::kInferno);

// "#rrggbb,#rrggbb": one colour a head.
Result<std::vector<Colour>> ParseColours(std::string_view text);

// "#rrggbb", to the nearest level.
std::string ColourToHex(Colour colour);

}  // namespace headlens

#endif  // HEADLENS_MAPS_COLOUR_H_
