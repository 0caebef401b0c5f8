// Photos as 8-bit RGB.
#ifndef HEADLENS_IMAGE_IMAGE_H_
#define HEADLENS_IMAGE_IMAGE_H_

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"

namespace headlens {

struct Image {
  int height = 0;
  int width = 0;
  std::vector<uint8_t> rgb;  // (height, width, 3)
};

inline constexpr int64_t kMaxPhotoPixels = 120'000'000;

// JPEG, PNG, BMP, GIF (first frame), as stb_image reads them; EXIF orientation applied, 16-bit
// reduced to 8, alpha laid over white. Refuses in one sentence what is empty, cut off, no picture,
// or above max_pixels.
Result<Image> DecodeImage(std::span<const uint8_t> file, int64_t max_pixels = kMaxPhotoPixels);

// From RGBA (height, width, 4), as a browser's canvas gives it; alpha laid over white.
Result<Image> ImageFromRgba(std::span<const uint8_t> rgba, int height, int width);

// Antialiased, 8-bit between the passes: as PIL's Image.resize(BILINEAR) and (BICUBIC) do (Pillow,
// src/libImaging/Resample.c), rounding included.
enum class ResizeFilter { kBilinear, kBicubic };
Image Resize(const Image& image, int height, int width, ResizeFilter filter);

// The top left height x width of an image.
Image Crop(const Image& image, int height, int width);

}  // namespace headlens

#endif  // HEADLENS_IMAGE_IMAGE_H_
