// Where a map has its mass, in words. tests/browser/bake.test.js compares them with the page's.
#include "maps/describe.h"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace headlens {
namespace {

// A map of 12 x 12 patches with these scores and nothing else.
std::string Words(const std::vector<std::pair<int, float>>& scores) {
  std::vector<float> map(144, 0.0f);
  for (const auto& [patch, score] : scores) map[patch] = score;
  return DescribeMap(map, 12, 12);
}

constexpr int At(int row, int col) { return 12 * row + col; }

TEST(DescribeMap, NamesOneOrTwoPartsOfThePhoto) {
  EXPECT_EQ(Words({{At(0, 0), 1}}), "upper left, 100 % of its mass in 1 of 144 patches");
  EXPECT_EQ(Words({{At(6, 6), 2}, {At(11, 6), 1.9f}, {At(0, 0), 0.1f}}),
            "centre to bottom, 97 % of its mass in 2 of 144 patches");
  EXPECT_EQ(Words({{At(0, 0), 2}, {At(11, 11), 1.9f}}),
            "upper left and lower right, 100 % of its mass in 2 of 144 patches");
}

TEST(DescribeMap, NamesThreePartsInALineByIt) {
  EXPECT_EQ(Words({{At(0, 0), 1}, {At(0, 6), 1}, {At(0, 11), 1}, {At(11, 0), 0.5f}}),
            "along the top, 86 % of its mass in 3 of 144 patches");
}

TEST(DescribeMap, NamesAHalfForManyParts) {
  std::vector<std::pair<int, float>> scores = {
      {At(0, 0), 1}, {At(0, 6), 1}, {At(0, 11), 1}, {At(4, 0), 1}, {At(4, 6), 1}};
  for (int patch = At(8, 0); patch < At(8, 0) + 33; ++patch) scores.emplace_back(patch, 0.1f);
  EXPECT_EQ(Words(scores), "over the upper half, 60 % of its mass in 5 of 144 patches");
  scores[0].first = At(11, 0);
  scores[1].first = At(7, 11);
  scores[2].first = At(11, 11);
  EXPECT_EQ(Words(scores),
            "in several places, most at the left, 60 % of its mass in 5 of 144 patches");
}

TEST(DescribeMap, SaysWhereThereIsNothingToName) {
  EXPECT_EQ(Words({}), "nothing on the photo");
  EXPECT_EQ(DescribeMap(std::vector<float>(144, 0.01f), 12, 12), "spread over the whole photo");
  EXPECT_EQ(DescribeMap({}, 0, 0), "nothing on the photo");
}

}  // namespace
}  // namespace headlens
