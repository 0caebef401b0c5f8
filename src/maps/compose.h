// The overlay: photo and heads in one picture. The one definition of the mathematics;
// shaders/overlay.frag follows it line by line and is tested against it.
//
//   w_h       weight of head h at the pixel: HeadWeights of its patches, upsampled
//   heads     alpha = max_h w_h,  colour = sum_h w_h^4 c_h / sum_h w_h^4  (the power lets the
//             strongest head keep its own colour); alpha = 0 where sum_h w_h^4 < 1e-12
//   mean      v = mean_h w_h,  alpha = v,  colour = ScaleColour(v)
//   max       v = max_h w_h,   alpha = v,  colour = ScaleColour(v)
//   luma      0.2126 r + 0.7152 g + 0.0722 b
//   backdrop  photo + opacity * (kBackdropLuma * luma(photo) - photo)
//   pixel     backdrop + opacity * alpha * (colour - backdrop)
//
// h runs over the heads that are on; with none, and where no patch lies, alpha = 0. All in sRGB
// values from 0 to 1.
#ifndef HEADLENS_MAPS_COMPOSE_H_
#define HEADLENS_MAPS_COMPOSE_H_

#include <cstdint>
#include <span>
#include <vector>

#include "image/image.h"
#include "maps/colour.h"

namespace headlens {

// One colour a head, or one scale for the mean or the maximum of the heads.
enum class Mode { kHeads, kMean, kMax };

struct OverlayStyle {
  Mode mode = Mode::kHeads;
  float opacity = 0.85f;
  float keep_mass = 1.0f;            // 1: everything
  bool smooth = true;                // bilinear between patch centres, else nearest
  std::vector<Colour> colours = {};  // one a head; empty: HeadColour
  uint64_t heads_on = ~uint64_t{0};  // bit h: head h is drawn
};

inline constexpr float kBackdropLuma = 0.55f;

// The scores of one layer, (heads, rows, cols), and the share of the photo's height and width that
// they cover (from the top left; the rest of the photo is drawn as backdrop).
struct LayerMaps {
  std::span<const float> scores;
  int heads = 0;
  int rows = 0;
  int cols = 0;
  float covered_height = 1.0f;
  float covered_width = 1.0f;
};

// The overlay at the photo's own size.
Image ComposeOverlay(const Image& photo, const LayerMaps& maps, const OverlayStyle& style);

// One head alone as a picture of the photo's size: ScaleColour of NormaliseMinMax, linear, as
// visualize_attention.py saves its maps; black where the keep-mass mask drops the patch and where
// no patch lies.
Image ComposeHead(const Image& photo, const LayerMaps& maps, int head, const OverlayStyle& style);

}  // namespace headlens

#endif  // HEADLENS_MAPS_COMPOSE_H_
