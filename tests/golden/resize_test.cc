// Resize against Pillow's own results (make_resize.py), and photos against the pixels that
// PyTorch was given for the fixtures.
#include <gtest/gtest.h>

#include <filesystem>

#include "image/preprocess.h"
#include "photo_files.h"
#include "vit_fixtures.h"

namespace headlens {
namespace {

void ExpectPillows(const std::string& ending, ResizeFilter filter) {
  int compared = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(HEADLENS_TESTS_DIR "/golden/resize")) {
    std::string stem = entry.path().filename().string();
    if (!stem.ends_with(ending) || stem.ends_with("cubic.png") != (ending == "-cubic.png"))
      continue;
    stem.resize(stem.size() - ending.size());
    const size_t dash = stem.find('-');
    if (dash == std::string::npos) continue;
    const Image source = TestPhoto("golden/resize/" + stem.substr(0, dash) + ".png");
    const Image expected = DecodeFile(ReadPhotoFile(entry.path().string()));
    const Image resized = Resize(source, expected.height, expected.width, filter);
    EXPECT_EQ(MaxLevels(resized, expected), 0) << stem;
    ++compared;
  }
  EXPECT_EQ(compared, 14);
}

TEST(Resize, EqualsPillowsBilinearInEveryLevel) { ExpectPillows(".png", ResizeFilter::kBilinear); }

TEST(Resize, EqualsPillowsBicubicInEveryLevel) {
  ExpectPillows("-cubic.png", ResizeFilter::kBicubic);
}

TEST(Preprocess, GivesThePixelsOfTheFixtures) {
  const ChannelNormalisation normalisation;
  int compared = 0;
  for (const std::string& path : ExpectedFixtures()) {
    const Expected expected = ReadExpected(path);
    const Result<Checkpoint> file = ReadSafetensors(FileBytes(path));
    ASSERT_TRUE(file.ok());
    std::string photo = file->metadata.at("photo");
    const Image image =
        TestPhoto("photos/" + std::filesystem::path(photo).stem().string() + ".jpg");
    const int height = expected.height, width = expected.width;
    const Pixels pixels = Preprocess(image, {height, width, height, width}, normalisation);
    ASSERT_EQ(pixels.values.size(), expected.pixels.size()) << path;
    double largest = 0, sum = 0;
    for (size_t i = 0; i < pixels.values.size(); ++i) {
      const float std = normalisation.std[i / (size_t{1} * height * width)];
      const double levels = std::abs(pixels.values[i] - expected.pixels[i]) * std * 255.0;
      largest = std::max(largest, levels);
      sum += levels;
    }
    EXPECT_LT(largest, 2.01) << path;
    EXPECT_LT(sum / static_cast<double>(pixels.values.size()), 0.4) << path;
    ++compared;
  }
  EXPECT_GE(compared, 10);
}

}  // namespace
}  // namespace headlens
