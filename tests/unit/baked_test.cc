#include "maps/baked.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace headlens {
namespace {

using ::testing::Each;

// The formula of maps/baked.h, in double precision.
double Decoded(const CodedMaps& coded, size_t map, size_t at) {
  const double share = coded.levels[at] / 255.0;
  return coded.low[map] + (double{coded.high[map]} - coded.low[map]) * share * share;
}

// Scores as attention has them: softmax of random logits, the more peaked the larger the scale.
std::vector<float> SoftmaxScores(size_t maps, size_t patches, double scale) {
  std::mt19937 random(7);
  std::normal_distribution<double> normal;
  std::vector<float> scores;
  for (size_t map = 0; map < maps; ++map) {
    std::vector<double> exps(patches);
    double sum = 0;
    for (double& e : exps) sum += e = std::exp(scale * normal(random));
    for (const double e : exps) scores.push_back(static_cast<float>(e / sum));
  }
  return scores;
}

TEST(BakedMaps, AreAtMostA255thOfTheirRangeOff) {
  constexpr size_t kMaps = 6, kPatches = 784;
  for (const double scale : {0.01, 1.0, 6.0}) {
    const std::vector<float> scores = SoftmaxScores(kMaps, kPatches, scale);
    const CodedMaps coded = CodeMaps(scores, kMaps);
    ASSERT_EQ(coded.levels.size(), scores.size());
    for (size_t at = 0; at < scores.size(); ++at) {
      const size_t map = at / kPatches;
      const double range = double{coded.high[map]} - coded.low[map];
      ASSERT_GT(range, 0);
      EXPECT_LE(std::abs(Decoded(coded, map, at) - scores[at]), range / 255);
    }
  }
}

TEST(BakedMaps, KeepTheOrderOfScoresAndTheirEnds) {
  std::vector<float> scores(256);
  for (size_t i = 0; i < scores.size(); ++i) {
    scores[i] = 0.25f + 0.5f * static_cast<float>(i * i) / (255.0f * 255.0f);
  }
  const CodedMaps coded = CodeMaps(scores, 1);
  EXPECT_EQ(coded.low[0], 0.25f);
  EXPECT_EQ(coded.high[0], 0.75f);
  for (size_t i = 0; i < scores.size(); ++i) EXPECT_EQ(coded.levels[i], i);
}

TEST(BakedMaps, HaveARangeEach) {
  const CodedMaps coded = CodeMaps(std::vector<float>{0, 1, 2, 10, 20, 30}, 2);
  EXPECT_EQ(coded.low, (std::vector<float>{0, 10}));
  EXPECT_EQ(coded.high, (std::vector<float>{2, 30}));
  EXPECT_EQ(coded.levels, (std::vector<uint8_t>{0, 180, 255, 0, 180, 255}));  // 255 * sqrt(1/2)
}

TEST(BakedMaps, AreLevelsOfZeroWhereUniform) {
  const CodedMaps coded = CodeMaps(std::vector<float>(9, 0.125f), 1);
  EXPECT_EQ(coded.low[0], 0.125f);
  EXPECT_EQ(coded.high[0], 0.125f);
  EXPECT_THAT(coded.levels, Each(0));
}

TEST(BakedMaps, TakeWhatIsNotFiniteForTheLeastScore) {
  const CodedMaps coded = CodeMaps(std::vector<float>{NAN, 1, INFINITY, 3}, 1);
  EXPECT_EQ(coded.low[0], 1);
  EXPECT_EQ(coded.high[0], 3);
  EXPECT_EQ(coded.levels, (std::vector<uint8_t>{0, 0, 0, 255}));
}

TEST(BakedMaps, MayBeNone) { EXPECT_TRUE(CodeMaps({}, 0).levels.empty()); }

}  // namespace
}  // namespace headlens
