// Arbitrary bytes as a photo: they are refused in a sentence, or make a picture of the size it
// says.
#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

#include "image/image.h"

namespace {

// Small, so that a minute of fuzzing sees many files rather than a few large ones.
constexpr int64_t kMaxPixels = 1 << 16;

void TryFile(std::span<const uint8_t> file) {
  const auto image = headlens::DecodeImage(file, kMaxPixels);
  if (!image.ok()) {
    if (image.error().message.empty()) std::abort();
    return;
  }
  const int64_t pixels = int64_t{1} * image->height * image->width;
  if (image->height <= 0 || image->width <= 0 || pixels > kMaxPixels) std::abort();
  if (image->rgb.size() != 3 * static_cast<size_t>(pixels)) std::abort();
}

// Mutations rarely leave the end of a JPEG in place, without which it is refused before decoding.
std::vector<uint8_t> WithEndOfJpeg(std::span<const uint8_t> file) {
  std::vector<uint8_t> mended(file.begin(), file.end());
  mended.insert(mended.end(), {0xff, 0xd9});
  return mended;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::span file(data, size);
  TryFile(file);
  TryFile(WithEndOfJpeg(file));
  return 0;
}
