// From a photo to the network's input.
#ifndef HEADLENS_IMAGE_PREPROCESS_H_
#define HEADLENS_IMAGE_PREPROCESS_H_

#include <array>
#include <vector>

#include "base/result.h"
#include "image/image.h"

namespace headlens {

// The network's input: (3, height, width), normalised.
struct Pixels {
  int height = 0;
  int width = 0;
  std::vector<float> values;
};

struct ChannelNormalisation {
  std::array<float, 3> mean{0.485f, 0.456f, 0.406f};  // ImageNet
  std::array<float, 3> std{0.229f, 0.224f, 0.225f};
};

// How a photo is brought to size. Exactly one of: the short side in pixels with the aspect ratio
// kept, or both sides (which may squash, as the authors' code does).
struct SizeRule {
  int short_side = 224;
  int height = 0;  // both above 0: exact size
  int width = 0;
};

// Where the photo goes: resized to (resized_height, resized_width), then cropped at the bottom and
// the right to (height, width), multiples of the patch. The share of the photo that the patches
// cover is height / resized_height by width / resized_width.
struct Placement {
  int resized_height = 0;
  int resized_width = 0;
  int height = 0;
  int width = 0;
};

// Fails if less than one patch would be left or the grid would have over kMaxPatches patches.
Result<Placement> PlacePhoto(int photo_height, int photo_width, const SizeRule& rule, int patch);
inline constexpr int kMaxPatches = 16384;

// Resize, crop, scale to [0, 1], subtract the mean, divide by std.
Pixels Preprocess(const Image& image, const Placement& placement,
                  const ChannelNormalisation& normalisation,
                  ResizeFilter filter = ResizeFilter::kBilinear);

}  // namespace headlens

#endif  // HEADLENS_IMAGE_PREPROCESS_H_
