// Softmax weights in whole numbers and their sums over blocks, for every instruction set that this
// machine can run, each with both kinds of factors.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "integer_kinds.h"
#include "vit/integer_kernels.h"

namespace headlens {
namespace {

class IntegerSoftmaxTest : public EachKind {
 protected:
  // What `weigh` makes of scores: weights (rows, keys).
  struct Weighed {
    std::vector<int> weights;
    std::vector<float> largest, sum;
  };
  Weighed Weigh(const std::vector<float>& scores, const std::vector<float>& octaves,
                int keys) const;
};

// scores: (rows, keys).
IntegerSoftmaxTest::Weighed IntegerSoftmaxTest::Weigh(const std::vector<float>& scores,
                                                      const std::vector<float>& octaves,
                                                      int keys) const {
  const int rows = static_cast<int>(octaves.size());
  const int groups = RoundUp(Groups(keys), panel_cols);  // whole vectors
  std::vector<uint32_t> packed((rows + 1) * groups, kUntouched);
  Weighed weighed = {{}, std::vector<float>(rows), std::vector<float>(rows)};
  kernels.weigh(scores.data(), keys, octaves.data(), rows, keys, packed.data(), groups,
                {weighed.largest.data(), weighed.sum.data()});
  EXPECT_EQ(packed[rows * groups], kUntouched) << "wrote past the last row";
  for (int row = 0; row < rows; ++row) {
    int sum = 0;
    for (int k = 0; k < Depth(keys); ++k) {
      const int weight = Left(packed.data() + row * groups, k);
      EXPECT_LE(weight, k < keys ? range.top : 0) << row << " " << k << " of " << keys;
      EXPECT_GE(weight, 0) << row << " " << k << " of " << keys;
      if (k < keys) weighed.weights.push_back(weight);
      sum += weight;
    }
    EXPECT_EQ(weighed.sum[row], static_cast<float>(sum)) << row << " of " << keys << " keys";
  }
  return weighed;
}

// Schraudolph's line is up to 6.15% above the curve, and the exponent rounds to 1/128 octave.
TEST_P(IntegerSoftmaxTest, WeighIsWithinSixPercentAndAWholeNumber) {
  const double high = 1.0615 * std::exp2(1 / 256.0), low = std::exp2(-1 / 256.0) * 0.998;
  const double rounding = kernels.group == 4 ? 1 : 0.5;
  const int rows = 7;
  for (int keys : {1, 5, 16, 31, 64, 150, 197, 256}) {
    const std::vector<float> scores = random.Floats(rows * keys, 40.0f);
    std::vector<float> octaves;
    for (int row = 0; row < rows; ++row) octaves.push_back(0.01f * static_cast<float>(1 << row));
    const Weighed weighed = Weigh(scores, octaves, keys);
    for (int row = 0; row < rows; ++row) {
      const auto from = scores.begin() + row * keys;
      const float largest = *std::max_element(from, from + keys);
      EXPECT_EQ(weighed.largest[row], largest * octaves[row]);
      for (int k = 0; k < keys; ++k) {
        const double exact = range.top * std::exp2(octaves[row] * (double{from[k]} - largest));
        EXPECT_LE(weighed.weights[row * keys + k], exact * high + rounding) << row << " " << k;
        EXPECT_GE(weighed.weights[row * keys + k], exact * low - rounding) << row << " " << k;
      }
    }
  }
}

// At whole octaves Schraudolph's line is exact, so that all error comes from whole numbers.
TEST_P(IntegerSoftmaxTest, WeighDoesNotLoseManySmallWeights) {
  const int rows = 64, keys = 256;
  for (int octave = 1; octave <= 10; ++octave) {
    std::vector<float> scores(rows * keys, static_cast<float>(-octave));
    for (int row = 0; row < rows; ++row) scores[row * keys] = 0;
    const Weighed weighed = Weigh(scores, std::vector<float>(rows, 1.0f), keys);
    const double exact = range.top * std::exp2(-octave);
    double all = 0;
    std::vector<double> of_key(keys);
    for (int i = 0; i < rows * keys; ++i) {
      if (i % keys == 0) continue;
      all += (weighed.weights[i] - exact) / (rows * (keys - 1));
      of_key[i % keys] += (weighed.weights[i] - exact) / rows;
    }
    EXPECT_NEAR(all, 0, range.top * 5e-4) << octave;
    for (int k = 0; k < keys; ++k) EXPECT_NEAR(of_key[k], 0, range.top * 2e-3) << octave << k;
  }
}

TEST_P(IntegerSoftmaxTest, WeighTakesEqualAndExtremeScores) {
  const int keys = 197;
  for (float score : {0.0f, -1e30f, 1e30f}) {
    for (float octaves : {1e-34f, 1.0f, 1e3f}) {  // of a query of zeros, and of long ones
      const Weighed weighed = Weigh(std::vector<float>(keys, score), {octaves}, keys);
      for (int weight : weighed.weights) EXPECT_EQ(weight, range.top) << score;
    }
  }
  for (float low : {-1e3f, -1e30f, -std::numeric_limits<float>::infinity()}) {
    std::vector<float> scores(keys, low);
    scores[100] = 1;
    const Weighed weighed = Weigh(scores, {1.0f}, keys);
    for (int k = 0; k < keys; ++k) EXPECT_EQ(weighed.weights[k], k == 100 ? range.top : 0) << low;
  }
}

// Two to the difference is off by 8e-5 of itself, and by nothing where it is one.
TEST_P(IntegerSoftmaxTest, JoinOverBlocksIsTheSumOverAll) {
  const int rows = 32;
  std::vector<float> largest(rows, std::numeric_limits<float>::lowest()), sum(rows, 0.0f);
  std::vector<double> exact_largest(rows, -1e30), exact_sum(rows);
  for (float spread : {3.0f, 5.0f, 20.0f, 5.0f, 200.0f, 300.0f}) {
    std::vector<float> block_largest = random.Floats(rows, spread), block_sum(rows);
    for (float& value : block_sum) value = 1 + std::abs(random.Next(1000.0f));
    std::vector<float> shrink(rows), scale(rows);
    kernels.join(rows, {block_largest.data(), block_sum.data()}, {largest.data(), sum.data()},
                 shrink.data(), scale.data());
    for (int i = 0; i < rows; ++i) {
      const double most = std::max(exact_largest[i], double{block_largest[i]});
      const double exact_shrink = std::exp2(exact_largest[i] - most);
      const double exact_scale = std::exp2(block_largest[i] - most);
      exact_sum[i] = exact_sum[i] * exact_shrink + block_sum[i] * exact_scale;
      exact_largest[i] = most;
      EXPECT_EQ(largest[i], most);
      EXPECT_NEAR(shrink[i], exact_shrink, exact_shrink < 1 ? 8e-5 * exact_shrink + 1e-36 : 0);
      EXPECT_NEAR(scale[i], exact_scale, exact_scale < 1 ? 8e-5 * exact_scale + 1e-36 : 0);
      EXPECT_NEAR(sum[i], exact_sum[i], 5e-4 * exact_sum[i]);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Usable, IntegerSoftmaxTest, testing::ValuesIn(UsableKinds()),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace headlens
