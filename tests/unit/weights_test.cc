#include "maps/weights.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "maps/heads.h"

namespace headlens {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::FloatNear;
using ::testing::Pointwise;

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr std::array kAll = {Normalisation::kClip, Normalisation::kHead, Normalisation::kHeads,
                             Normalisation::kLayers, Normalisation::kLog};

constexpr int kLayers = 3, kHeads = 4, kPatches = 60;

// As peaked as attention is: e to the power of up to 8.
std::vector<float> NoiseScores() {
  std::mt19937 random(5);
  std::vector<float> scores(size_t{1} * kLayers * kHeads * kPatches);
  for (float& score : scores) score = std::exp(static_cast<float>(random() % 1000) / 125) * 1e-5f;
  return scores;
}

LayerScores Middle(std::span<const float> scores) {
  return {.all = scores, .layers = kLayers, .heads = kHeads, .patches = kPatches, .layer = 1};
}

// One head alone.
LayerScores Alone(std::span<const float> scores) {
  return {.all = scores, .layers = 1, .heads = 1, .patches = static_cast<int>(scores.size())};
}

// weights.h's words, read literally and in double; for finite scores above 0.
double ExpectedWeight(const LayerScores& scores, int head, int patch, Normalisation normalisation) {
  std::vector<double> of;  // the scores between whose ends the weight lies
  const auto add = [&](std::span<const float> part) {
    of.insert(of.end(), part.begin(), part.end());
  };
  if (normalisation == Normalisation::kLayers) {
    add(scores.all);
  } else if (normalisation == Normalisation::kHeads) {
    add(scores.Layer());
  } else {
    add(scores.Head(head));
  }
  std::sort(of.begin(), of.end());
  const auto quantile = [&](double share) {
    const double at = share * static_cast<double>(of.size() - 1);
    const double below = of[static_cast<size_t>(at)],
                 above = of[static_cast<size_t>(std::ceil(at))];
    return below + (at - std::floor(at)) * (above - below);
  };
  const double score = scores.Head(head)[patch];
  if (normalisation == Normalisation::kClip) {
    const double share = (score - quantile(0.5)) / (quantile(0.995) - quantile(0.5));
    return std::pow(std::clamp(share, 0.0, 1.0), 0.8);
  }
  if (normalisation == Normalisation::kLog) {
    const double low = std::log(quantile(0.01));
    return std::clamp((std::log(score) - low) / (std::log(of.back()) - low), 0.0, 1.0);
  }
  return (score - of.front()) / (of.back() - of.front());
}

TEST(LayerWeights, FollowTheirDefinitionInEveryNormalisation) {
  const std::vector<float> noise = NoiseScores();
  const LayerScores scores = Middle(noise);
  for (const Normalisation normalisation : kAll) {
    const std::vector<float> weights = LayerWeights(scores, {.normalisation = normalisation});
    ASSERT_EQ(weights.size(), size_t{1} * kHeads * kPatches);
    for (int i = 0; i < kHeads * kPatches; ++i) {
      ASSERT_NEAR(weights[i], ExpectedWeight(scores, i / kPatches, i % kPatches, normalisation),
                  2e-5)
          << static_cast<int>(normalisation) << ", " << i;
    }
  }
}

TEST(LayerWeights, EqualHeadWeightsWhenClipped) {
  const std::vector<float> noise = NoiseScores();
  const LayerScores scores = Middle(noise);
  for (const float keep_mass : {1.0f, 0.6f}) {
    const std::vector<float> weights = LayerWeights(scores, {.keep_mass = keep_mass});
    std::vector<float> expected;
    for (int head = 0; head < kHeads; ++head) {
      const std::vector<float> own = HeadWeights(scores.Head(head), keep_mass);
      expected.insert(expected.end(), own.begin(), own.end());
    }
    EXPECT_EQ(weights, expected);
  }
}

TEST(LayerWeights, SpanZeroToOneOverWhatSharesThem) {
  const std::vector<float> noise = NoiseScores();
  LayerScores scores = Middle(noise);
  const auto ends = [&](Normalisation normalisation) {
    const std::vector<float> weights = LayerWeights(scores, {.normalisation = normalisation});
    const auto [low, high] = std::minmax_element(weights.begin(), weights.end());
    return std::pair(*low, *high);
  };
  EXPECT_EQ(ends(Normalisation::kHeads), std::pair(0.0f, 1.0f));
  float least = 1, largest = 0;
  for (scores.layer = 0; scores.layer < kLayers; ++scores.layer) {
    const auto [low, high] = ends(Normalisation::kLayers);
    least = std::min(least, low);
    largest = std::max(largest, high);
  }
  EXPECT_EQ(std::pair(least, largest), std::pair(0.0f, 1.0f));
}

// A head of tenths of the other's scores looks ten times as weak beside it.
TEST(LayerWeights, KeepAWeakHeadWeakWhenHeadsShareTheirScale) {
  const std::vector scores{0.0f, 0.4f, 0.2f, 0.0f, 0.04f, 0.02f};
  const LayerScores layer{.all = scores, .layers = 1, .heads = 2, .patches = 3};
  EXPECT_THAT(LayerWeights(layer, {.normalisation = Normalisation::kHeads}),
              Pointwise(FloatNear(1e-6f), {0.0f, 1.0f, 0.5f, 0.0f, 0.1f, 0.05f}));
  EXPECT_THAT(LayerWeights(layer, {.normalisation = Normalisation::kHead}),
              Pointwise(FloatNear(1e-6f), {0.0f, 1.0f, 0.5f, 0.0f, 1.0f, 0.5f}));
}

TEST(LayerWeights, AreZeroForUniformMapsAndForOnePatch) {
  for (const Normalisation normalisation : kAll) {
    const WeightStyle style{.normalisation = normalisation};
    EXPECT_THAT(LayerWeights(Alone(std::vector(9, 0.1f)), style), Each(0.0f));
    EXPECT_THAT(LayerWeights(Alone(std::vector(9, 0.0f)), style), Each(0.0f));
    EXPECT_THAT(LayerWeights(Alone(std::vector(1, 0.3f)), style), ElementsAre(0.0f));
  }
}

TEST(LayerWeights, LeaveOutWhatIsNotFinite) {
  const std::vector broken{kNan, 1.0f, 2.0f, 4.0f, kInfinity, -kInfinity};
  for (const Normalisation normalisation : kAll) {
    const std::vector<float> weights =
        LayerWeights(Alone(broken), {.normalisation = normalisation});
    EXPECT_THAT(std::vector(weights.begin() + 4, weights.end()), Each(0.0f));
    EXPECT_EQ(weights[0], 0.0f);
    EXPECT_GT(weights[3], weights[1]);
    EXPECT_THAT(LayerWeights(Alone(std::vector(4, kNan)), {.normalisation = normalisation}),
                Each(0.0f));
  }
}

TEST(LayerWeights, HaveNoLogarithmOfNothing) {
  std::vector<float> scores(201, 0.0f);  // 1, 2, .. 101 in the middle: the 1st percentile is 2
  for (int i = 0; i <= 100; ++i) scores[50 + i] = static_cast<float>(i + 1);
  scores[0] = -1;
  const std::vector<float> weights =
      LayerWeights(Alone(scores), {.normalisation = Normalisation::kLog});
  EXPECT_EQ(weights[0], 0.0f);
  EXPECT_EQ(weights[49], 0.0f);
  EXPECT_EQ(weights[51], 0.0f);
  EXPECT_NEAR(weights[50 + 19], std::log(20.0 / 2) / std::log(101.0 / 2), 1e-6);
  EXPECT_EQ(weights[150], 1.0f);
}

// Three heads of four patches; at 0.6 of the mass they keep {0}, {0, 1} and {3}.
class LayerMaskTest : public ::testing::Test {
 protected:
  const std::vector<float> scores_{7, 1, 1, 1, 4, 4, 1, 1, 1, 1, 1, 7};
  const LayerScores layer_{.all = scores_, .layers = 1, .heads = 3, .patches = 4};
};

TEST_F(LayerMaskTest, KeepsEachHeadsOwnMassUnlessCombined) {
  EXPECT_THAT(LayerMask(layer_, {.keep_mass = 0.6f}),
              ElementsAre(1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 1));
}

TEST_F(LayerMaskTest, UnitesAndIntersectsTheHeadsThatAreOn) {
  EXPECT_THAT(LayerMask(layer_, {.keep_mass = 0.6f, .combine = Combine::kUnion}),
              ElementsAre(1, 1, 0, 1, 1, 1, 0, 1, 1, 1, 0, 1));
  EXPECT_THAT(LayerMask(layer_, {.keep_mass = 0.6f, .combine = Combine::kUnion, .heads_on = 0b011}),
              ElementsAre(1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0));
  EXPECT_THAT(
      LayerMask(layer_, {.keep_mass = 0.6f, .combine = Combine::kIntersection, .heads_on = 0b011}),
      ElementsAre(1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0));
  EXPECT_THAT(LayerMask(layer_, {.keep_mass = 0.6f, .combine = Combine::kIntersection}), Each(0));
}

TEST_F(LayerMaskTest, KeepsNothingWithNoHeadOnAndAllAtFullMass) {
  for (const Combine combine : {Combine::kUnion, Combine::kIntersection}) {
    EXPECT_THAT(LayerMask(layer_, {.keep_mass = 0.6f, .combine = combine, .heads_on = 0}), Each(0));
    EXPECT_THAT(LayerMask(layer_, {.combine = combine, .heads_on = 0}), Each(1));
  }
}

TEST_F(LayerMaskTest, SilencesEveryHeadWhereTheCombinedMaskIsEmpty) {
  for (const Normalisation normalisation : kAll) {
    const WeightStyle all{.normalisation = normalisation};
    WeightStyle masked = all;
    masked.keep_mass = 0.6f;
    masked.combine = Combine::kUnion;
    const std::vector<uint8_t> mask = LayerMask(layer_, masked);
    const std::vector<float> before = LayerWeights(layer_, all);
    const std::vector<float> after = LayerWeights(layer_, masked);
    for (size_t i = 0; i < before.size(); ++i) EXPECT_EQ(after[i], mask[i] ? before[i] : 0.0f) << i;
  }
}

TEST(HeadIsOn, TakesHeadsBeyondTheBitsForOn) {
  EXPECT_TRUE(HeadIsOn(0b10, 1));
  EXPECT_FALSE(HeadIsOn(0b10, 0));
  EXPECT_FALSE(HeadIsOn(~uint64_t{0} >> 1, 63));
  EXPECT_TRUE(HeadIsOn(0, 64));
}

// A colour bar reads the scale backwards: from each weight to the score that has it.
TEST(ScoreOfWeight, UndoesTheNormalisation) {
  const std::vector<float> noise = NoiseScores();
  const LayerScores scores = Middle(noise);
  for (const Normalisation normalisation : kAll) {
    const std::vector<float> weights = LayerWeights(scores, {.normalisation = normalisation});
    int between = 0;
    for (int head = 0; head < kHeads; ++head) {
      const ScoreRange range = RangeOfHead(scores, head, normalisation);
      EXPECT_EQ(ScoreOfWeight(0, range, normalisation), range.low);
      EXPECT_FLOAT_EQ(ScoreOfWeight(1, range, normalisation), range.high);
      for (int patch = 0; patch < kPatches; ++patch) {
        const float weight = weights[head * kPatches + patch], score = scores.Head(head)[patch];
        if (weight <= 0 || weight >= 1) continue;
        ASSERT_NEAR(ScoreOfWeight(weight, range, normalisation), score, 1e-4 * score + 1e-6);
        ++between;
      }
    }
    EXPECT_GT(between, kHeads * kPatches / 3);
  }
}

TEST(RangeOfHead, IsEmptyForABrokenMap) {
  for (const Normalisation normalisation : kAll) {
    const ScoreRange range = RangeOfHead(Alone(std::vector(4, kNan)), 0, normalisation);
    EXPECT_EQ(range, ScoreRange{});
    EXPECT_EQ(ScoreOfWeight(0.5f, range, normalisation), 0.0f);
  }
}

}  // namespace
}  // namespace headlens
