#include "maps/groups.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

namespace headlens {
namespace {

double SpreadOf(const std::vector<float>& values, size_t first, size_t end) {
  double mean = 0, spread = 0;
  for (size_t i = first; i < end; ++i) mean += static_cast<double>(values[i]);
  mean /= static_cast<double>(end - first);
  for (size_t i = first; i < end; ++i) {
    spread += (static_cast<double>(values[i]) - mean) * (static_cast<double>(values[i]) - mean);
  }
  return spread;
}

double SpreadOf(const std::vector<float>& values, const std::vector<int>& sizes) {
  double spread = 0;
  size_t first = 0;
  for (const int size : sizes) {
    spread += SpreadOf(values, first, first + static_cast<size_t>(size));
    first += static_cast<size_t>(size);
  }
  return spread;
}

// The least spread of any cut into so many groups: bit i of `cuts` cuts before number i + 1.
double LeastSpread(const std::vector<float>& values, int groups) {
  const size_t count = values.size();
  double least = std::numeric_limits<double>::infinity();
  for (unsigned cuts = 0; cuts < 1u << (count - 1); ++cuts) {
    if (std::popcount(cuts) != groups - 1) continue;
    double spread = 0;
    size_t first = 0;
    for (size_t end = 1; end <= count; ++end) {
      if (end < count && (cuts >> (end - 1) & 1u) == 0) continue;
      spread += SpreadOf(values, first, end);
      first = end;
    }
    least = std::min(least, spread);
  }
  return least;
}

TEST(Groups, AreTheBestOfAllCutsAndAsFewAsNeeded) {
  std::mt19937 random(7);
  std::uniform_real_distribution<float> uniform(-1, 1);
  for (int round = 0; round < 60; ++round) {
    std::vector<float> values(1 + static_cast<size_t>(round) % 10);
    for (float& value : values) value = uniform(random);
    std::ranges::sort(values);
    const double all = SpreadOf(values, 0, values.size());
    const std::vector<int> sizes = NaturalGroups(values, 0.2, 4);
    const int groups = static_cast<int>(sizes.size());
    const double spread = SpreadOf(values, sizes);
    EXPECT_NEAR(spread, LeastSpread(values, groups), 1e-9) << round;
    if (groups < 4) {
      EXPECT_LE(spread, 0.2 * all + 1e-9) << round;
    }
    if (groups > 1) {
      EXPECT_GT(LeastSpread(values, groups - 1), 0.2 * all) << round;
    }
  }
}

TEST(Groups, OfClearClustersAreThese) {
  const std::vector<float> values = {0.10f, 0.11f, 0.12f, 0.50f, 0.52f, 0.90f};
  EXPECT_EQ(NaturalGroups(values, 0.2, 4), (std::vector<int>{3, 3}));
  EXPECT_EQ(NaturalGroups(values, 0.05, 4), (std::vector<int>{3, 2, 1}));
}

TEST(Groups, OfNumbersThatAreAlikeAreOne) {
  EXPECT_EQ(NaturalGroups(std::vector<float>(6, 0.3f), 0.2, 4), (std::vector<int>{6}));
  EXPECT_EQ(NaturalGroups(std::vector<float>{0.3f}, 0.2, 4), (std::vector<int>{1}));
  EXPECT_TRUE(NaturalGroups({}, 0.2, 4).empty());
}

TEST(Groups, AreNeverMoreThanAllowed) {
  const std::vector<float> values = {0, 1, 2, 3, 4, 5, 6, 7};
  EXPECT_EQ(NaturalGroups(values, 0, 3).size(), 3u);
  EXPECT_EQ(NaturalGroups(values, 0, 1), (std::vector<int>{8}));
}

}  // namespace
}  // namespace headlens
