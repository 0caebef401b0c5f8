#include "image/preprocess.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace headlens {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string Refusal(int height, int width, const SizeRule& rule, int patch) {
  const Result<Placement> placement = PlacePhoto(height, width, rule, patch);
  return placement.ok() ? "" : placement.error().message;
}

TEST(PlacePhoto, BringsTheShortSideToSize) {
  const Result<Placement> wide = PlacePhoto(300, 451, {.short_side = 224}, 8);
  ASSERT_TRUE(wide.ok());
  EXPECT_EQ(wide->resized_height, 224);
  EXPECT_EQ(wide->resized_width, 337);  // 224 * 451 / 300 = 336.7
  EXPECT_EQ(wide->height, 224);
  EXPECT_EQ(wide->width, 336);
  const Result<Placement> tall = PlacePhoto(451, 300, {.short_side = 224}, 16);
  ASSERT_TRUE(tall.ok());
  EXPECT_EQ(tall->resized_height, 337);
  EXPECT_EQ(tall->height, 336);
  EXPECT_EQ(tall->width, 224);
}

TEST(PlacePhoto, SquashesToAnExactSize) {
  const Result<Placement> placement = PlacePhoto(400, 600, {.height = 60, .width = 44}, 8);
  ASSERT_TRUE(placement.ok());
  EXPECT_EQ(placement->resized_height, 60);
  EXPECT_EQ(placement->resized_width, 44);
  EXPECT_EQ(placement->height, 56);
  EXPECT_EQ(placement->width, 40);
}

TEST(PlacePhoto, RefusesWhatIsSmallerThanAPatch) {
  EXPECT_EQ(Refusal(1, 3000, {}, 8),
            "The photo is 3000 x 1 pixels (width x height), smaller than one 8-pixel patch: choose "
            "a larger one.");
  EXPECT_EQ(Refusal(8, 8, {}, 8), "");
  EXPECT_THAT(Refusal(100, 100, {.short_side = 7}, 8), StartsWith("The size 7 x 7"));
  EXPECT_NE(Refusal(100, 100, {.short_side = 0}, 8), "");
  EXPECT_NE(Refusal(100, 100, {.short_side = -5}, 8), "");
  EXPECT_THAT(Refusal(100, 100, {.height = 64, .width = 4}, 8), StartsWith("The size 4 x 64"));
}

TEST(PlacePhoto, RefusesMorePatchesThanItMayHave) {
  EXPECT_EQ(Refusal(1000, 1000, {.short_side = 1024}, 8), "");  // 128 x 128
  EXPECT_THAT(Refusal(1000, 1000, {.short_side = 1032}, 8),
              AllOf(HasSubstr("129 x 129 patches"), HasSubstr("16384")));
  EXPECT_NE(Refusal(9, 30000, {.short_side = 480}, 8), "");
  EXPECT_NE(Refusal(100, 100, {.short_side = 2'000'000'000}, 8), "");
  EXPECT_NE(Refusal(100, 100, {.height = 2'147'483'647, .width = 2'147'483'647}, 8), "");
}

TEST(Preprocess, NormalisesEachChannel) {
  const Image image{1, 2, {0, 128, 255, 255, 0, 51}};
  const Pixels pixels = Preprocess(image, {1, 2, 1, 2}, {});
  ASSERT_EQ(pixels.values.size(), 6u);
  EXPECT_FLOAT_EQ(pixels.values[0], (0 - 0.485f) / 0.229f);
  EXPECT_FLOAT_EQ(pixels.values[1], (1 - 0.485f) / 0.229f);
  EXPECT_FLOAT_EQ(pixels.values[2], (128 / 255.0f - 0.456f) / 0.224f);
  EXPECT_FLOAT_EQ(pixels.values[3], (0 - 0.456f) / 0.224f);
  EXPECT_FLOAT_EQ(pixels.values[4], (1 - 0.406f) / 0.225f);
  EXPECT_FLOAT_EQ(pixels.values[5], (0.2f - 0.406f) / 0.225f);
}

TEST(Preprocess, CropsAtTheBottomAndTheRight) {
  Image image{3, 3, {}};
  for (uint8_t i = 0; i < 9; ++i) image.rgb.insert(image.rgb.end(), {i, i, i});
  const ChannelNormalisation plain{.mean = {0, 0, 0}, .std = {1, 1, 1}};
  const Pixels pixels = Preprocess(image, {3, 3, 2, 2}, plain);
  EXPECT_EQ(pixels.height, 2);
  EXPECT_EQ(pixels.width, 2);
  const std::vector<int> expected = {0, 1, 3, 4};
  ASSERT_EQ(pixels.values.size(), 12u);
  for (size_t i = 0; i < 12; ++i) EXPECT_FLOAT_EQ(pixels.values[i] * 255, expected[i % 4]);
}

TEST(Crop, KeepsTheTopLeft) {
  const Image image{2, 2, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}};
  EXPECT_THAT(Crop(image, 2, 1).rgb, ::testing::ElementsAre(1, 2, 3, 7, 8, 9));
}

}  // namespace
}  // namespace headlens
