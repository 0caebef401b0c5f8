#include "image/exif.h"

#include <algorithm>
#include <cstring>

#include "image/bytes.h"

namespace headlens {
namespace {

using namespace std::string_view_literals;

// Copies in tiles, so that a transposed photo is not read one cache line a pixel.
constexpr int kTile = 32;

// Where the upright picture's pixel (0, 0) lies in the stored one, and the steps to the next row
// and column, in bytes.
struct Walk {
  ptrdiff_t start;
  ptrdiff_t row_step;
  ptrdiff_t col_step;
};

Walk WalkFor(const Image& stored, int orientation) {
  const bool transposed = orientation >= 5;
  const bool rows_flipped =
      orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
  const bool cols_flipped =
      orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
  ptrdiff_t down = ptrdiff_t{3} * stored.width;
  ptrdiff_t right = 3;
  Walk walk{0, 0, 0};
  if (rows_flipped) {
    walk.start += down * (stored.height - 1);
    down = -down;
  }
  if (cols_flipped) {
    walk.start += right * (stored.width - 1);
    right = -right;
  }
  walk.row_step = transposed ? right : down;
  walk.col_step = transposed ? down : right;
  return walk;
}

}  // namespace

int ExifOrientation(std::span<const uint8_t> tiff) {
  constexpr uint16_t kOrientationTag = 0x0112, kShort = 3;
  constexpr size_t kHeader = 8, kEntry = 12;
  if (tiff.size() < kHeader) return 1;
  const bool big = StartsWith(tiff, "MM\0*"sv);
  if (!big && !StartsWith(tiff, "II*\0"sv)) return 1;
  const auto u16 = [&](size_t at) {
    return big ? BigEndian16(tiff.subspan(at)) : LittleEndian16(tiff.subspan(at));
  };
  const size_t directory = big ? BigEndian32(tiff.subspan(4)) : LittleEndian32(tiff.subspan(4));
  if (directory > tiff.size() - 2) return 1;
  const size_t entries_there = (tiff.size() - directory - 2) / kEntry;
  const size_t entries = std::min<size_t>(u16(directory), entries_there);
  for (size_t i = 0; i < entries; ++i) {
    const size_t entry = directory + 2 + i * kEntry;  // tag, type, count, value
    if (u16(entry) != kOrientationTag || u16(entry + 2) != kShort) continue;
    const int orientation = u16(entry + 8);
    return orientation >= 1 && orientation <= 8 ? orientation : 1;
  }
  return 1;
}

Image ApplyOrientation(Image stored, int orientation) {
  if (orientation <= 1 || orientation > 8) return stored;
  const Walk walk = WalkFor(stored, orientation);
  Image upright{stored.height, stored.width, {}};
  if (orientation >= 5) std::swap(upright.height, upright.width);
  upright.rgb.resize(stored.rgb.size());
  for (int top = 0; top < upright.height; top += kTile) {
    const int bottom = std::min(top + kTile, upright.height);
    for (int left = 0; left < upright.width; left += kTile) {
      const int right = std::min(left + kTile, upright.width);
      for (int row = top; row < bottom; ++row) {
        const uint8_t* from = stored.rgb.data() + walk.start + row * walk.row_step;
        uint8_t* to = upright.rgb.data() + size_t{3} * row * upright.width;
        for (int col = left; col < right; ++col) {
          std::memcpy(to + 3 * col, from + col * walk.col_step, 3);
        }
      }
    }
  }
  return upright;
}

}  // namespace headlens
