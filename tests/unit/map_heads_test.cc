#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>

#include "maps/heads.h"

namespace headlens {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::FloatEq;

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

TEST(NormaliseMinMax, SpansZeroToOne) {
  EXPECT_THAT(NormaliseMinMax(std::vector{2.0f, 4.0f, 3.0f}), ElementsAre(0.0f, 1.0f, 0.5f));
}

TEST(NormaliseMinMax, MakesAUniformMapEmpty) {
  EXPECT_THAT(NormaliseMinMax(std::vector{0.25f, 0.25f, 0.25f}), Each(0.0f));
  EXPECT_THAT(NormaliseMinMax(std::vector{0.25f}), Each(0.0f));
  EXPECT_TRUE(NormaliseMinMax({}).empty());
}

TEST(NormaliseMinMax, LeavesOutWhatIsNotFinite) {
  EXPECT_THAT(NormaliseMinMax(std::vector{1.0f, kNan, 3.0f, kInfinity, -kInfinity}),
              ElementsAre(0.0f, 0.0f, 1.0f, 0.0f, 0.0f));
  EXPECT_THAT(NormaliseMinMax(std::vector{kNan, kNan}), Each(0.0f));
  // Their difference is above the largest float.
  EXPECT_THAT(NormaliseMinMax(std::vector{-3e38f, 3e38f}), Each(0.0f));
}

// The shares are 0.1, 0.2, 0.3, 0.4; ascending they add up to 0.1, 0.3, 0.6, 1.
TEST(KeepMass, KeepsTheHighestThatCarryTheMass) {
  const std::vector scores{3.0f, 1.0f, 4.0f, 2.0f};
  EXPECT_THAT(KeepMass(scores, 0.3f), ElementsAre(0, 0, 1, 0));
  EXPECT_THAT(KeepMass(scores, 0.5f), ElementsAre(1, 0, 1, 0));
  EXPECT_THAT(KeepMass(scores, 0.75f), ElementsAre(1, 0, 1, 1));
  EXPECT_THAT(KeepMass(scores, 1.0f), Each(1));
  EXPECT_THAT(KeepMass(scores, 0.0f), Each(0));
}

TEST(KeepMass, TakesTheLaterOfEqualScores) {
  EXPECT_THAT(KeepMass(std::vector(4, 0.25f), 0.5f), ElementsAre(0, 0, 1, 1));
}

TEST(KeepMass, KeepsNothingWhereThereIsNoMass) {
  EXPECT_THAT(KeepMass(std::vector(4, 0.0f), 0.6f), Each(0));
  EXPECT_THAT(KeepMass(std::vector{1.0f, kNan, 2.0f}, 0.6f), Each(0));
  EXPECT_TRUE(KeepMass({}, 0.6f).empty());
}

// 0, 1, .. 400: the median is 200, the 99.5th percentile 398.
TEST(HeadWeights, RiseFromTheMedianToTheTopPercentile) {
  std::vector<float> scores(401);
  std::iota(scores.begin(), scores.end(), 0.0f);
  const std::vector<float> weights = HeadWeights(scores, 1.0f);
  EXPECT_EQ(weights[0], 0.0f);
  EXPECT_EQ(weights[200], 0.0f);
  EXPECT_THAT(weights[299], FloatEq(std::pow(0.5f, 0.8f)));
  EXPECT_EQ(weights[398], 1.0f);
  EXPECT_EQ(weights[400], 1.0f);
}

TEST(HeadWeights, AreZeroForDroppedPatches) {
  const std::vector scores{3.0f, 1.0f, 4.0f, 2.0f};
  const std::vector<float> all = HeadWeights(scores, 1.0f);
  const std::vector<float> kept = HeadWeights(scores, 0.3f);
  EXPECT_GT(all[0], 0.0f);
  EXPECT_EQ(kept[0], 0.0f);
  EXPECT_EQ(kept[2], all[2]);
}

TEST(HeadWeights, ShowASinglePatchThatHasEverything) {
  std::vector<float> scores(1000, 0.0f);
  scores[123] = 1.0f;
  const std::vector<float> weights = HeadWeights(scores, 1.0f);
  EXPECT_EQ(weights[123], 1.0f);
  EXPECT_EQ(std::accumulate(weights.begin(), weights.end(), 0.0f), 1.0f);
}

TEST(HeadWeights, AreZeroForUniformAndBrokenMaps) {
  EXPECT_THAT(HeadWeights(std::vector(9, 0.1f), 1.0f), Each(0.0f));
  EXPECT_THAT(HeadWeights(std::vector(9, 0.1f), 0.6f), Each(0.0f));
  EXPECT_THAT(HeadWeights(std::vector(9, kNan), 0.6f), Each(0.0f));
  EXPECT_THAT(HeadWeights(std::vector(9, 0.0f), 1.0f), Each(0.0f));
}

TEST(UpsampleNearest, RepeatsPatches) {
  EXPECT_THAT(UpsampleNearest(std::vector{1.0f, 2.0f}, 1, 2, 2, 4),
              ElementsAre(1, 1, 2, 2, 1, 1, 2, 2));
  // Pixel centres 0.33, 1, 1.67 of two patches: the middle one lies at the second's start.
  EXPECT_THAT(UpsampleNearest(std::vector{1.0f, 2.0f}, 1, 2, 1, 3), ElementsAre(1, 2, 2));
}

TEST(UpsampleBilinear, IsLinearBetweenPatchCentres) {
  EXPECT_THAT(UpsampleBilinear(std::vector{0.0f, 1.0f}, 1, 2, 1, 4),
              ElementsAre(0.0f, 0.25f, 0.75f, 1.0f));
  EXPECT_THAT(UpsampleBilinear(std::vector{0.0f, 1.0f}, 2, 1, 4, 1),
              ElementsAre(0.0f, 0.25f, 0.75f, 1.0f));
  EXPECT_THAT(UpsampleBilinear(std::vector{7.0f}, 1, 1, 2, 3), Each(7.0f));
}

TEST(UpsampleBilinear, KeepsAPatchAtItsOwnSize) {
  const std::vector map{0.0f, 1.0f, 2.0f, 3.0f, 5.0f, 8.0f};
  EXPECT_EQ(UpsampleBilinear(map, 2, 3, 2, 3), map);
}

}  // namespace
}  // namespace headlens
