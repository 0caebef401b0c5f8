#include "maps/compose.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "maps/heads.h"
#include "photo_files.h"

namespace headlens {
namespace {

Image NoisePhoto(int height, int width) {
  std::mt19937 random(3);
  Image photo{height, width, std::vector<uint8_t>(size_t{3} * height * width)};
  for (uint8_t& level : photo.rgb) level = static_cast<uint8_t>(random());
  return photo;
}

std::vector<float> NoiseScores(size_t count) {
  std::mt19937 random(4);
  std::vector<float> scores(count);
  for (float& score : scores) score = std::exp(static_cast<float>(random() % 1000) / 200.0f) / 1e3f;
  return scores;
}

// The weight of one head at a pixel, from the patches around it: 0 where no patch lies.
double WeightAt(const std::vector<float>& patches, const LayerMaps& maps, const Image& photo,
                int row, int col, bool smooth) {
  const double down = (row + 0.5) / (photo.height * double{maps.covered_height}) * maps.rows;
  const double across = (col + 0.5) / (photo.width * double{maps.covered_width}) * maps.cols;
  if (down >= maps.rows || across >= maps.cols) return 0;
  const auto patch = [&](double r, double c) {
    const int patch_row = std::clamp(static_cast<int>(r), 0, maps.rows - 1);
    const int patch_col = std::clamp(static_cast<int>(c), 0, maps.cols - 1);
    return double{patches[patch_row * maps.cols + patch_col]};
  };
  if (!smooth) return patch(down, across);
  const double top = std::floor(down - 0.5), left = std::floor(across - 0.5);
  const double v = down - 0.5 - top, u = across - 0.5 - left;
  return (1 - v) * ((1 - u) * patch(top, left) + u * patch(top, left + 1)) +
         v * ((1 - u) * patch(top + 1, left) + u * patch(top + 1, left + 1));
}

// compose.h's formula for one pixel, read literally and in double.
std::array<double, 3> ExpectedPixel(const Image& photo, const LayerMaps& maps,
                                    const OverlayStyle& style, int row, int col) {
  const size_t patches = size_t{1} * maps.rows * maps.cols;
  double max = 0, sum = 0, power_sum = 0, on = 0;
  std::array<double, 3> mixed{};
  for (int head = 0; head < maps.heads; ++head) {
    if (!(style.heads_on >> head & 1)) continue;
    const double w =
        WeightAt(HeadWeights(maps.scores.subspan(head * patches, patches), style.keep_mass), maps,
                 photo, row, col, style.smooth);
    const Colour colour = style.colours.empty() ? HeadColour(head) : style.colours[head];
    max = std::max(max, w);
    sum += w;
    on += 1;
    power_sum += std::pow(w, 4);
    mixed[0] += std::pow(w, 4) * colour.r;
    mixed[1] += std::pow(w, 4) * colour.g;
    mixed[2] += std::pow(w, 4) * colour.b;
  }
  double alpha = max;
  if (style.mode == Mode::kMean) alpha = on > 0 ? sum / on : 0;
  if (style.mode == Mode::kHeads) {
    if (power_sum < 1e-12) alpha = 0;
    for (double& channel : mixed) channel /= std::max(power_sum, 1e-12);
  } else {
    const Colour colour = ScaleColour(static_cast<float>(alpha));
    mixed = {colour.r, colour.g, colour.b};
  }
  const uint8_t* rgb = &photo.rgb[3 * (size_t{1} * row * photo.width + col)];
  const double luma = (0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2]) / 255.0;
  std::array<double, 3> pixel{};
  for (int c = 0; c < 3; ++c) {
    const double level = rgb[c] / 255.0;
    const double backdrop = level + style.opacity * (kBackdropLuma * luma - level);
    pixel[c] = 255 * (backdrop + style.opacity * alpha * (mixed[c] - backdrop));
  }
  return pixel;
}

void ExpectFormula(const Image& photo, const LayerMaps& maps, const OverlayStyle& style) {
  const Image overlay = ComposeOverlay(photo, maps, style);
  ASSERT_EQ(overlay.rgb.size(), photo.rgb.size());
  for (int row = 0; row < photo.height; ++row) {
    for (int col = 0; col < photo.width; ++col) {
      const auto expected = ExpectedPixel(photo, maps, style, row, col);
      for (int c = 0; c < 3; ++c) {
        ASSERT_NEAR(overlay.rgb[3 * (row * photo.width + col) + c], expected[c], 0.51)
            << row << ", " << col;
      }
    }
  }
}

class ComposeOverlayTest : public ::testing::Test {
 protected:
  const Image photo_ = NoisePhoto(31, 47);
  const std::vector<float> scores_ = NoiseScores(3 * 5 * 7);
  const LayerMaps maps_{.scores = scores_, .heads = 3, .rows = 5, .cols = 7};
};

TEST_F(ComposeOverlayTest, FollowsTheFormulaInEveryMode) {
  for (Mode mode : {Mode::kHeads, Mode::kMean, Mode::kMax}) {
    for (bool smooth : {false, true}) {
      ExpectFormula(photo_, maps_, {.mode = mode, .smooth = smooth});
    }
  }
}

TEST_F(ComposeOverlayTest, FollowsTheFormulaForMasksColoursAndHeads) {
  ExpectFormula(photo_, maps_, {.keep_mass = 0.6f});
  ExpectFormula(photo_, maps_, {.opacity = 0.3f, .heads_on = 0b101});
  ExpectFormula(photo_, maps_, {.mode = Mode::kMean, .keep_mass = 0.4f, .heads_on = 0b010});
  ExpectFormula(photo_, maps_, {.colours = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}});
}

TEST_F(ComposeOverlayTest, FollowsTheFormulaWherePatchesEndBeforeThePhoto) {
  LayerMaps maps = maps_;
  maps.covered_height = 0.8f;
  maps.covered_width = 0.6f;
  ExpectFormula(photo_, maps, {});
  ExpectFormula(photo_, maps, {.smooth = false});
}

TEST_F(ComposeOverlayTest, ShowsThePhotoAtOpacityZero) {
  EXPECT_EQ(MaxLevels(ComposeOverlay(photo_, maps_, {.opacity = 0}), photo_), 0);
}

TEST_F(ComposeOverlayTest, DrawsUniformMapsAsBackdropOnly) {
  const std::vector<float> uniform(scores_.size(), 0.02f);
  LayerMaps maps = maps_;
  maps.scores = uniform;
  const Image backdrop = ComposeOverlay(photo_, maps_, {.heads_on = 0});
  EXPECT_GT(MaxLevels(backdrop, photo_), 50);
  for (Mode mode : {Mode::kHeads, Mode::kMean, Mode::kMax}) {
    EXPECT_EQ(MaxLevels(ComposeOverlay(photo_, maps, {.mode = mode}), backdrop), 0);
    EXPECT_EQ(MaxLevels(ComposeOverlay(photo_, maps_, {.mode = mode, .heads_on = 0}), backdrop), 0);
  }
}

TEST_F(ComposeOverlayTest, DrawsBrokenMapsAsBackdropOnly) {
  const std::vector<float> broken(scores_.size(), NAN);
  LayerMaps maps = maps_;
  maps.scores = broken;
  const Image backdrop = ComposeOverlay(photo_, maps_, {.heads_on = 0});
  EXPECT_EQ(MaxLevels(ComposeOverlay(photo_, maps, {.keep_mass = 0.6f}), backdrop), 0);
}

TEST_F(ComposeOverlayTest, PaintsAHeadAloneInItsOwnColour) {
  std::vector<float> scores(scores_.size(), 0.01f);
  scores[5 * 7 + 2 * 7 + 3] = 1.0f;  // head 1, patch (2, 3)
  LayerMaps maps = maps_;
  maps.scores = scores;
  const Image overlay = ComposeOverlay(photo_, maps, {.opacity = 1.0f, .smooth = false});
  const uint8_t* pixel = &overlay.rgb[3 * (15 * 47 + 23)];  // in the patch's middle
  EXPECT_NEAR(pixel[0], 255 * HeadColour(1).r, 1);
  EXPECT_NEAR(pixel[1], 255 * HeadColour(1).g, 1);
  EXPECT_NEAR(pixel[2], 255 * HeadColour(1).b, 1);
}

// The whole picture against UpsampleBilinear, which has been tested by itself.
TEST_F(ComposeOverlayTest, ComposeHeadIsTheScaleOfTheMinMaxMap) {
  const int head = 2;
  const std::span<const float> scores = maps_.scores.subspan(head * 35, 35);
  const std::vector<float> values = UpsampleBilinear(NormaliseMinMax(scores), maps_.rows,
                                                     maps_.cols, photo_.height, photo_.width);
  const Image picture = ComposeHead(photo_, maps_, head, {});
  ASSERT_EQ(picture.rgb.size(), 3 * values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    const Colour colour = ScaleColour(values[i]);
    ASSERT_NEAR(picture.rgb[3 * i], 255 * colour.r, 0.51);
    ASSERT_NEAR(picture.rgb[3 * i + 1], 255 * colour.g, 0.51);
    ASSERT_NEAR(picture.rgb[3 * i + 2], 255 * colour.b, 0.51);
  }
}

TEST_F(ComposeOverlayTest, ComposeHeadIsBlackWhereTheMaskDropsThePatch) {
  const Image picture = ComposeHead(photo_, maps_, 0, {.keep_mass = 0.2f, .smooth = false});
  const std::vector<uint8_t> kept = KeepMass(maps_.scores.first(35), 0.2f);
  const std::vector<float> kept_at =
      UpsampleNearest(std::vector<float>(kept.begin(), kept.end()), 5, 7, 31, 47);
  for (size_t i = 0; i < kept_at.size(); ++i) {
    EXPECT_EQ(kept_at[i] == 0, picture.rgb[3 * i] == 0) << i;
  }
}

}  // namespace
}  // namespace headlens
