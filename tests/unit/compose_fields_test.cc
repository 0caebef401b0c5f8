// ComposeField and ComposeRgb: rollout, similarity and PCA over the photo.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "compose_oracle.h"
#include "maps/compose.h"
#include "photo_files.h"

namespace headlens {
namespace {

using ::testing::Each;
using ::testing::FloatNear;
using ::testing::Pointwise;

constexpr PatchGrid kWhole{.rows = 5, .cols = 7};
constexpr PatchGrid kPart{.rows = 5, .cols = 7, .covered_height = 0.8f, .covered_width = 0.6f};
constexpr size_t kPatches = 35;

class ComposeFieldTest : public ::testing::Test {
 protected:
  // compose.h's formula, read literally and in double.
  void ExpectField(const PatchGrid& grid, ScoreRange range, const OverlayStyle& style) {
    std::vector<float> shares;
    for (const float value : values_) {
      shares.push_back(std::clamp((value - range.low) / (range.high - range.low), 0.0f, 1.0f));
    }
    const Image picture = ComposeField(photo_, values_, grid, range, style);
    ExpectPicture(picture, photo_, [&](int row, int col) {
      Rgb pixel = BackdropAt(photo_, row, col, style.opacity);
      const double v = MapAt(shares, grid, photo_, row, col, style.smooth);
      if (v < 0) return pixel;
      const Colour colour = ScaleColour(static_cast<float>(v), style.colormap);
      pixel[0] += style.opacity * (colour.r - pixel[0]);
      pixel[1] += style.opacity * (colour.g - pixel[1]);
      pixel[2] += style.opacity * (colour.b - pixel[2]);
      return pixel;
    });
  }

  const Image photo_ = NoisePhoto(31, 47);
  const std::vector<float> values_ = NoiseScores(kPatches);
  const ScoreRange range_ = RangeOfField(FieldKind::kRollout, values_);
};

TEST_F(ComposeFieldTest, FollowsTheFormula) {
  for (const PatchGrid& grid : {kWhole, kPart}) {
    for (const bool smooth : {false, true}) {
      ExpectField(grid, range_, {.smooth = smooth});
      ExpectField(grid, range_, {.opacity = 0.4f, .smooth = smooth, .colormap = Colormap::kTurbo});
    }
  }
  ExpectField(kWhole, {0.01f, 0.05f}, {});  // cuts off at both ends
}

TEST_F(ComposeFieldTest, ShowsThePhotoAtOpacityZero) {
  EXPECT_EQ(MaxLevels(ComposeField(photo_, values_, kWhole, range_, {.opacity = 0}), photo_), 0);
}

TEST_F(ComposeFieldTest, ColoursEveryPatchEvenTheLeast) {
  const Image picture =
      ComposeField(photo_, std::vector(kPatches, 0.5f), kPart, {0.5f, 1}, {.opacity = 1});
  EXPECT_EQ(picture.rgb[2], 4);  // inferno's lowest: 0, 0, 4
  EXPECT_EQ(picture.rgb[0], 0);
}

TEST(RangeOfField, EndsACosineAtOneAndARolloutAtItsLargest) {
  const std::vector values{0.2f, NAN, -0.1f, 0.6f};
  EXPECT_EQ(RangeOfField(FieldKind::kRollout, values), (ScoreRange{-0.1f, 0.6f}));
  EXPECT_EQ(RangeOfField(FieldKind::kSimilarity, values), (ScoreRange{-0.1f, 1.0f}));
}

TEST(FieldWeights, AreSharesOfTheRange) {
  EXPECT_THAT(FieldWeights(std::vector{-1.0f, 0.0f, 0.25f, 1.0f, 2.0f, NAN}, {0, 1}),
              Pointwise(FloatNear(1e-7f), {0.0f, 0.0f, 0.25f, 1.0f, 1.0f, 0.0f}));
  EXPECT_THAT(FieldWeights(std::vector(4, 0.3f), {0.3f, 0.3f}), Each(0.0f));
}

class ComposeRgbTest : public ::testing::Test {
 protected:
  void ExpectColours(const PatchGrid& grid, const OverlayStyle& style) {
    std::array<std::vector<float>, 3> channels;
    for (size_t i = 0; i < rgb_.size(); ++i) channels[i % 3].push_back(rgb_[i]);
    ExpectPicture(ComposeRgb(photo_, rgb_, grid, style), photo_, [&](int row, int col) {
      Rgb pixel = BackdropAt(photo_, row, col, style.opacity);
      for (int c = 0; c < 3; ++c) {
        const double at = MapAt(channels[c], grid, photo_, row, col, style.smooth);
        if (at >= 0) pixel[c] += style.opacity * (at - pixel[c]);
      }
      return pixel;
    });
  }

  const Image photo_ = NoisePhoto(31, 47);
  const std::vector<float> rgb_ = FieldWeights(NoiseScores(3 * kPatches), {0, 0.15f});
};

TEST_F(ComposeRgbTest, FollowsTheFormula) {
  for (const PatchGrid& grid : {kWhole, kPart}) {
    for (const bool smooth : {false, true}) ExpectColours(grid, {.smooth = smooth});
    ExpectColours(grid, {.opacity = 0.4f});
  }
}

TEST_F(ComposeRgbTest, TakesWhatIsNotFiniteForBlack) {
  const Image picture = ComposeRgb(photo_, std::vector(3 * kPatches, NAN), kWhole, {.opacity = 1});
  EXPECT_THAT(picture.rgb, Each(0));
}

}  // namespace
}  // namespace headlens
