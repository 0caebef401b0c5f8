// The pictures: a photo and what a network saw in it. The one definition of the mathematics;
// shaders/overlay.frag follows it line by line and is tested against it.
//
//   w_h       weight of head h at the pixel: LayerWeights of its patches, upsampled
//   heads     alpha = max_h w_h,  colour = sum_h w_h^4 c_h / sum_h w_h^4  (the power lets the
//             strongest head keep its own colour); alpha = 0 where sum_h w_h^4 < 1e-12
//   mean      v = mean_h w_h,  alpha = v,  colour = ScaleColour(v)
//   max       v = max_h w_h,   alpha = v,  colour = ScaleColour(v)
//   field     v = clamp((f - low) / (high - low), 0, 1) of the patches' values f, upsampled,
//             alpha = 1,  colour = ScaleColour(v)
//   rgb       alpha = 1,  colour = the patches' own r, g, b from 0 to 1, upsampled
//   luma      0.2126 r + 0.7152 g + 0.0722 b
//   backdrop  photo + opacity * (kBackdropLuma * luma(photo) - photo)
//   pixel     backdrop + opacity * alpha * (colour - backdrop)
//
// h runs over the heads that are on; with none, and where no patch lies, alpha = 0.
//
//   figure    as the authors drew figure 3 of the DINO paper (github.com/facebookresearch/dino,
//             issue 92): w_h always of Normalisation::kHead; there is no backdrop, and opacity has
//             no say.
//             pixel = photo;  then for each head that is on, in order:
//             a = w_h > kFigureLeast ? kFigureAlpha * sqrt(w_h) : 0
//             pixel = pixel + a * (c_h - pixel)
//             The authors upsample before they normalise, by repeating patches, which comes to the
//             same as here with smooth = false.
//
// All in sRGB values from 0 to 1. Upsampled: bilinear between patch centres, or nearest, of what
// the patches have after all else, masks and ends of the scale included.
#ifndef HEADLENS_MAPS_COMPOSE_H_
#define HEADLENS_MAPS_COMPOSE_H_

#include <cstdint>
#include <span>
#include <vector>

#include "image/image.h"
#include "maps/colour.h"
#include "maps/grid.h"
#include "maps/weights.h"

namespace headlens {

// One colour a head; one scale for the mean or the maximum of the heads; the DINO paper's figure.
enum class Mode { kHeads, kMean, kMax, kFigure };

struct OverlayStyle {
  Mode mode = Mode::kHeads;
  float opacity = 0.85f;
  Normalisation normalisation = Normalisation::kClip;
  float keep_mass = 1.0f;  // 1: everything
  Combine combine = Combine::kEach;
  bool smooth = true;  // bilinear between patch centres, else nearest
  Palette palette = Palette::kHeadlens;
  Colormap colormap = Colormap::kInferno;
  std::vector<Colour> colours = {};  // of the first heads, over the palette's
  uint64_t heads_on = ~uint64_t{0};  // bit h: head h is drawn
};

inline constexpr float kBackdropLuma = 0.55f;
inline constexpr float kFigureLeast = 0.2f;
inline constexpr float kFigureAlpha = 0.5f;

// Maps of one layer, and of the others where they share its scale.
struct LayerMaps {
  LayerScores scores;  // its patches: grid.rows x grid.cols
  PatchGrid grid;
};

// c_h: its own of `colours`, else of the palette, which is Palette::kDino in mode figure.
Colour ColourOfHead(const OverlayStyle& style, int head);

// What LayerWeights is asked for: kHead in mode figure.
WeightStyle WeightStyleOf(const OverlayStyle& style);

// The heads over the photo, at the photo's own size.
Image ComposeOverlay(const Image& photo, const LayerMaps& maps, const OverlayStyle& style);

// One head alone as a picture of the photo's size: ScaleColour of its weight, as
// visualize_attention.py saves its maps (kClip is for overlays: kHead takes its place); of 0 where
// no patch lies.
Image ComposeHead(const Image& photo, const LayerMaps& maps, int head, const OverlayStyle& style);

// Values of patches that are no attention of heads.
enum class FieldKind { kRollout, kSimilarity };

// The ends of a field's colour scale: from its least value to its largest, but for cosines to 1,
// which is what a query patch has with itself: then the two are the same, and as dino-vit-features
// (inspect_similarity.py) has it. [CLS], like no patch, so looks like none.
ScoreRange RangeOfField(FieldKind kind, std::span<const float> values);

// v of each patch, as `field` above; 0 for a range without width and for what is not finite.
std::vector<float> FieldWeights(std::span<const float> values, ScoreRange range);

// A field over the photo. values: (rows, cols). Of the style: opacity, smooth, colormap.
Image ComposeField(const Image& photo, std::span<const float> values, const PatchGrid& grid,
                   ScoreRange range, const OverlayStyle& style);

// Colours of patches over the photo. rgb: (rows, cols, 3). Of the style: opacity, smooth.
Image ComposeRgb(const Image& photo, std::span<const float> rgb, const PatchGrid& grid,
                 const OverlayStyle& style);

}  // namespace headlens

#endif  // HEADLENS_MAPS_COMPOSE_H_
