// Mode figure against a few lines of numpy, on maps of real weights by PyTorch.
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <fstream>

#include "maps/compose.h"
#include "maps/export.h"
#include "photo_files.h"
#include "vit_fixtures.h"

namespace headlens {
namespace {

// What figure.py prints of a picture of the last layer's maps, in levels.
double DifferenceToNumpy(const Expected& expected, const std::string& photo_name, int patch,
                         bool smooth) {
  const int rows = expected.height / patch, cols = expected.width / patch;
  const size_t layer_size = size_t{1} * expected.heads * rows * cols;
  const int layers = static_cast<int>(expected.cls_attention.size() / layer_size);
  const LayerMaps maps{{expected.cls_attention, layers, expected.heads, rows * cols, layers - 1},
                       {.rows = rows, .cols = cols}};
  const Image photo = Resize(TestPhoto("photos/" + photo_name), expected.height, expected.width,
                             ResizeFilter::kBilinear);
  const Image picture = ComposeOverlay(photo, maps, {.mode = Mode::kFigure, .smooth = smooth});

  // The six colours of the authors, 0..255.
  constexpr std::array kColours = {std::array{0, 160, 215},  std::array{220, 55, 60},
                                   std::array{245, 180, 0},  std::array{10, 120, 190},
                                   std::array{40, 150, 100}, std::array{135, 75, 145}};
  std::vector<float> colours;
  for (int head = 0; head < expected.heads; ++head) {
    for (const int level : kColours[head % 6]) colours.push_back(static_cast<float>(level) / 255);
  }
  const std::vector<uint8_t> smooth_flag = {smooth};
  const std::vector<NpyArray> arrays = {
      {"photo", {photo.height, photo.width, 3}, std::span<const uint8_t>(photo.rgb)},
      {"picture", {photo.height, photo.width, 3}, std::span<const uint8_t>(picture.rgb)},
      {"maps", {expected.heads, rows, cols}, maps.scores.Layer()},
      {"colours", {expected.heads, 3}, std::span<const float>(colours)},
      {"smooth", {1}, std::span<const uint8_t>(smooth_flag)}};
  const std::string path = testing::TempDir() + "headlens_figure_test.npz";
  const std::vector<uint8_t> file = EncodeNpz(arrays);
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(file.data()), static_cast<std::streamsize>(file.size()));
  const std::string command =
      "python3 " HEADLENS_TESTS_DIR "/golden/figure.py " + path + " > " + path + ".txt";
  if (std::system(command.c_str()) != 0) return INFINITY;
  double difference = INFINITY;
  std::ifstream(path + ".txt") >> difference;
  return difference;
}

class FigureTest : public testing::TestWithParam<bool> {};

TEST_P(FigureTest, IsTheAuthorsRecipeOnRealMaps) {
  if (std::system("python3 -c 'import numpy' 2>/dev/null") != 0) GTEST_SKIP() << "no numpy";
  for (const auto& [fixture, photo] :
       {std::pair("dino-vitt8-reg4--chelsea-224x224", "chelsea.jpg"),
        std::pair("dino-vitt8-reg4--raccoon-240x320", "raccoon.jpg")}) {
    const Expected expected = ReadExpected(kFixtures + fixture + ".expected.safetensors");
    EXPECT_LE(DifferenceToNumpy(expected, photo, 8, GetParam()), 1) << fixture;
  }
}

INSTANTIATE_TEST_SUITE_P(Golden, FigureTest, testing::Bool(),
                         [](const auto& info) { return info.param ? "Smooth" : "Nearest"; });

}  // namespace
}  // namespace headlens
