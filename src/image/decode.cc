#include <cstdlib>
#include <limits>
#include <memory>
#include <string>

#include "image/exif.h"
#include "image/format.h"
#include "image/image.h"
#include "image/structure.h"

namespace {

// No decodable photo needs a larger block than 8 bytes a pixel (16-bit RGBA) and the filter bytes
// of its rows; without a bound a few MB of PNG could ask for 4 GB.
constexpr size_t kMaxBlock = size_t{1} << 30;
static_assert(kMaxBlock > size_t{8} * headlens::kMaxPhotoPixels);

// Zeroed: what a damaged file leaves undecoded shows as black, not as old memory.
void* AllocateBlock(size_t size) { return size > kMaxBlock ? nullptr : std::calloc(1, size); }

void* ResizeBlock(void* block, size_t size) {
  return size > kMaxBlock ? nullptr : std::realloc(block, size);
}

}  // namespace

#define STBI_MALLOC(size) AllocateBlock(size)
#define STBI_REALLOC(block, size) ResizeBlock(block, size)
#define STBI_FREE(block) std::free(block)
#define STB_IMAGE_STATIC
#define STB_IMAGE_IMPLEMENTATION
#define STBI_ONLY_JPEG
#define STBI_ONLY_PNG
#define STBI_ONLY_BMP
#define STBI_ONLY_GIF
#define STBI_NO_STDIO
#define STBI_NO_LINEAR
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#include "stb_image.h"
#pragma GCC diagnostic pop

namespace headlens {
namespace {

struct FreeBlock {
  void operator()(uint8_t* block) const { std::free(block); }
};
using Block = std::unique_ptr<uint8_t, FreeBlock>;

// stb_image names its reason in a few words: good for a bug report, not for the person alone.
Error CannotDecode(PhotoFormat format) {
  const std::string_view reason = stbi_failure_reason();
  if (reason == "outofmem") {
    return NoMemory("There is not enough memory for this photo: choose a smaller one.");
  }
  return Invalid("The " + std::string(FormatName(format)) + " is damaged or of a rare kind (" +
                 std::string(reason) + "): save it again as an ordinary JPEG or PNG.");
}

Status CheckSize(int64_t height, int64_t width, int64_t max_pixels) {
  if (height <= 0 || width <= 0) return Invalid("The photo has no pixels: choose another one.");
  if (height <= max_pixels / width) return {};
  return Invalid("The photo is " + std::to_string(width) + " x " + std::to_string(height) +
                 " pixels (width x height), more than the " +
                 std::to_string(max_pixels / 1'000'000) +
                 " megapixels that headlens takes: make it smaller first.");
}

uint8_t OverWhite(int value, int alpha) {
  return static_cast<uint8_t>((value * alpha + 255 * (255 - alpha) + 127) / 255);
}

// pixels: (count, channels), channels 1 (grey), 2 (grey, alpha), 3 (RGB) or 4 (RGBA).
std::vector<uint8_t> RgbOverWhite(const uint8_t* pixels, int channels, size_t count) {
  if (channels == 3) return std::vector<uint8_t>(pixels, pixels + 3 * count);
  std::vector<uint8_t> rgb(3 * count);
  const int colours = channels <= 2 ? 1 : 3;
  for (size_t i = 0; i < count; ++i, pixels += channels) {
    const int alpha = channels == colours ? 255 : pixels[colours];
    for (int c = 0; c < 3; ++c) {
      rgb[3 * i + c] = OverWhite(pixels[colours == 1 ? 0 : c], alpha);
    }
  }
  return rgb;
}

Result<Image> DecodePixels(std::span<const uint8_t> file, PhotoFormat format, int64_t max_pixels) {
  if (file.size() > size_t{std::numeric_limits<int>::max()}) {
    return Invalid("The file is larger than 2 GB: choose a smaller one.");
  }
  const int size = static_cast<int>(file.size());
  int width = 0, height = 0, channels = 0;
  if (!stbi_info_from_memory(file.data(), size, &width, &height, &channels)) {
    return CannotDecode(format);
  }
  // A BMP stored top down has a negative height.
  const Status fits = CheckSize(std::abs(int64_t{height}), width, max_pixels);
  if (!fits.ok()) return fits.error();
  const Block pixels(stbi_load_from_memory(file.data(), size, &width, &height, &channels, 0));
  if (!pixels) return CannotDecode(format);
  const size_t count = size_t{1} * height * width;
  return Image{height, width, RgbOverWhite(pixels.get(), channels, count)};
}

}  // namespace

Result<Image> DecodeImage(std::span<const uint8_t> file, int64_t max_pixels) {
  const Result<PhotoFormat> format = DetectFormat(file);
  if (!format.ok()) return format.error();
  const Result<PhotoStructure> structure = ReadStructure(file, *format);
  if (!structure.ok()) return structure.error();
  if (structure->height > 0) {
    const Status fits = CheckSize(structure->height, structure->width, max_pixels);
    if (!fits.ok()) return fits.error();
  }
  Result<Image> image = DecodePixels(file, *format, max_pixels);
  if (!image.ok()) return image;
  return ApplyOrientation(std::move(*image), ExifOrientation(structure->exif));
}

Result<Image> ImageFromRgba(std::span<const uint8_t> rgba, int height, int width) {
  const Status fits = CheckSize(height, width, kMaxPhotoPixels);
  if (!fits.ok()) return fits.error();
  const size_t count = size_t{1} * height * width;
  if (rgba.size() != 4 * count) {
    return Invalid("The picture's data are " + std::to_string(rgba.size()) + " bytes, but " +
                   std::to_string(width) + " x " + std::to_string(height) + " RGBA pixels are " +
                   std::to_string(4 * count) + ".");
  }
  return Image{height, width, RgbOverWhite(rgba.data(), 4, count)};
}

}  // namespace headlens
