// Photos from files, for the tests of image and maps.
#ifndef HEADLENS_TESTS_PHOTO_FILES_H_
#define HEADLENS_TESTS_PHOTO_FILES_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <vector>

#include "image/image.h"

namespace headlens {

inline std::vector<uint8_t> ReadPhotoFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file.good()) << path;
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// name: under tests/, as in "photos/odd/rgba.png".
inline std::vector<uint8_t> TestFile(const std::string& name) {
  return ReadPhotoFile(std::string(HEADLENS_TESTS_DIR) + "/" + name);
}

inline Image DecodeFile(std::span<const uint8_t> file) {
  const Result<Image> image = DecodeImage(file);
  EXPECT_TRUE(image.ok()) << image.error().message;
  return image.ok() ? *image : Image{};
}

inline Image TestPhoto(const std::string& name) {
  SCOPED_TRACE(name);
  return DecodeFile(TestFile(name));
}

// What DecodeImage says of a file that it refuses; "" if it takes it.
inline std::string Refusal(std::span<const uint8_t> file) {
  const Result<Image> image = DecodeImage(file);
  return image.ok() ? "" : image.error().message;
}

// The paths of all fixtures MODEL--PHOTO-HxW.expected.safetensors that are here.
inline std::vector<std::string> ExpectedFixtures() {
  std::vector<std::string> paths;
  for (const std::string folder :
       {HEADLENS_TESTS_DIR "/fixtures", HEADLENS_SHARED_DIR "/fixtures"}) {
    if (!std::filesystem::is_directory(folder)) continue;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      const std::string path = entry.path().string();
      if (path.ends_with(".expected.safetensors")) paths.push_back(path);
    }
  }
  std::ranges::sort(paths);
  return paths;
}

// The largest difference of two pictures in levels; 256 if their sizes differ.
inline int MaxLevels(const Image& a, const Image& b) {
  if (a.height != b.height || a.width != b.width || a.rgb.size() != b.rgb.size()) return 256;
  int largest = 0;
  for (size_t i = 0; i < a.rgb.size(); ++i) {
    largest = std::max(largest, std::abs(int{a.rgb[i]} - int{b.rgb[i]}));
  }
  return largest;
}

inline double MeanLevels(const Image& a, const Image& b) {
  if (a.rgb.size() != b.rgb.size() || a.rgb.empty()) return 256;
  double sum = 0;
  for (size_t i = 0; i < a.rgb.size(); ++i) sum += std::abs(int{a.rgb[i]} - int{b.rgb[i]});
  return sum / static_cast<double>(a.rgb.size());
}

}  // namespace headlens

#endif  // HEADLENS_TESTS_PHOTO_FILES_H_
