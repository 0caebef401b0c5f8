#include "image/preprocess.h"

#include <algorithm>
#include <cstdint>
#include <string>

namespace headlens {
namespace {

struct Sides {
  int64_t height = 0;
  int64_t width = 0;
};

// "640 x 480", width first as photos' sizes are usually told.
std::string SizeText(int64_t height, int64_t width) {
  return std::to_string(width) + " x " + std::to_string(height);
}

// The long side is rounded to the nearest pixel.
Sides ResizedSides(int64_t height, int64_t width, const SizeRule& rule) {
  if (rule.height > 0 && rule.width > 0) return {rule.height, rule.width};
  const int64_t photo_short = std::min(height, width);
  const auto scaled = [&](int64_t side) {
    return (int64_t{2} * rule.short_side * side + photo_short) / (2 * photo_short);
  };
  return {scaled(height), scaled(width)};
}

// The network's input for each level of each channel: (level / 255 - mean) / std.
std::array<std::array<float, 256>, 3> LevelTables(const ChannelNormalisation& normalisation) {
  std::array<std::array<float, 256>, 3> tables;
  for (int channel = 0; channel < 3; ++channel) {
    for (int level = 0; level < 256; ++level) {
      tables[channel][level] = (static_cast<float>(level) / 255.0f - normalisation.mean[channel]) /
                               normalisation.std[channel];
    }
  }
  return tables;
}

}  // namespace

Result<Placement> PlacePhoto(int photo_height, int photo_width, const SizeRule& rule, int patch) {
  if (std::min(photo_height, photo_width) < patch) {
    return Invalid("The photo is " + SizeText(photo_height, photo_width) +
                   " pixels (width x height), smaller than one " + std::to_string(patch) +
                   "-pixel patch: choose a larger one.");
  }
  const Sides resized = ResizedSides(photo_height, photo_width, rule);
  if (std::min(resized.height, resized.width) < patch) {
    return Invalid("The size " + SizeText(resized.height, resized.width) +
                   " (width x height) is smaller than one " + std::to_string(patch) +
                   "-pixel patch: choose a larger size.");
  }
  const int64_t rows = resized.height / patch;
  const int64_t cols = resized.width / patch;
  if (rows > kMaxPatches / cols) {
    return Invalid("At " + SizeText(resized.height, resized.width) +
                   " pixels (width x height) the photo makes " + std::to_string(rows) + " x " +
                   std::to_string(cols) + " patches (rows x columns), more than " +
                   std::to_string(kMaxPatches) + ": choose a smaller size or crop the photo.");
  }
  return Placement{.resized_height = static_cast<int>(resized.height),
                   .resized_width = static_cast<int>(resized.width),
                   .height = static_cast<int>(rows * patch),
                   .width = static_cast<int>(cols * patch)};
}

Pixels Preprocess(const Image& image, const Placement& placement,
                  const ChannelNormalisation& normalisation, ResizeFilter filter) {
  const Image resized = Resize(image, placement.resized_height, placement.resized_width, filter);
  const auto tables = LevelTables(normalisation);
  Pixels pixels{placement.height, placement.width, {}};
  pixels.values.reserve(size_t{3} * placement.height * placement.width);
  for (int channel = 0; channel < 3; ++channel) {
    for (int row = 0; row < placement.height; ++row) {
      const uint8_t* from = &resized.rgb[size_t{3} * row * resized.width + channel];
      for (int col = 0; col < placement.width; ++col, from += 3) {
        pixels.values.push_back(tables[channel][*from]);
      }
    }
  }
  return pixels;
}

}  // namespace headlens
