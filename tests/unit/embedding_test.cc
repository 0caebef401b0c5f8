// From pixels to tokens: patches, positions; and the normalisation of tokens.
#include <gtest/gtest.h>

#include <vector>

#include "random_vit.h"
#include "reference_vit.h"
#include "vit/layer_norm.h"
#include "vit/patches.h"
#include "vit/position.h"

namespace headlens {
namespace {

reference::Values Doubles(const std::vector<float>& values) {
  return {values.begin(), values.end()};
}

TEST(Patches, AreCutInRowsAndTheRestLeftOut) {
  const int height = 11, width = 17, patch = 3;  // 3 x 5 patches
  const std::vector<float> pixels = Random(31).Floats(3 * height * width, 1.0f);
  const reference::Values expected = reference::Patches(Doubles(pixels), height, width, patch);
  ASSERT_EQ(expected.size(), size_t{15} * 27);
  for (int threads : {1, 2}) {
    std::vector<float> out(expected.size());
    CutPatches(pixels.data(), height, width, patch, out.data(), MakeThreadPool(threads));
    EXPECT_EQ(Doubles(out), expected);
  }
}

void ExpectPositions(int grid_rows, int grid_cols, int rows, int cols) {
  const int width = 20;
  const std::vector<float> grid = Random(32).Floats(grid_rows * grid_cols * width, 1.0f);
  const reference::Values expected =
      reference::Positions(Doubles(grid), grid_rows, grid_cols, rows, cols);
  for (int threads : {1, 2}) {
    std::vector<float> tokens(rows * cols * width, 0.25f);
    AddPositions({grid.data(), grid_rows, grid_cols, width}, PositionRule::kDino, rows, cols,
                 tokens.data(), MakeThreadPool(threads));
    for (size_t i = 0; i < tokens.size(); ++i) {
      ASSERT_NEAR(tokens[i], 0.25 + expected[i], 2e-6) << rows << " x " << cols << ", " << i;
    }
  }
}

TEST(Positions, OfTheLearnedGridAreTakenAsTheyAre) { ExpectPositions(7, 7, 7, 7); }

TEST(Positions, OfOtherGridsAreBicubic) {
  ExpectPositions(14, 14, 28, 42);
  ExpectPositions(14, 14, 7, 5);
  ExpectPositions(14, 14, 14, 15);  // one side equal
  ExpectPositions(3, 5, 11, 2);
  ExpectPositions(1, 1, 4, 4);
}

TEST(LayerNormRows, SumFirstAndNormaliseEachToken) {
  const size_t tokens = 77, width = 48;
  Random random(33);
  const LayerNorm norm = {random.Floats(width, 1.0f), random.Floats(width, 1.0f)};
  const std::vector<float> x = random.Floats(tokens * width, 2.0f);
  const std::vector<float> delta = random.Floats(tokens * width, 2.0f);
  std::vector<float> sum(x.size());
  for (size_t i = 0; i < x.size(); ++i) sum[i] = x[i] + delta[i];
  const auto expected = reference::LayerNorm(Doubles(sum), Doubles(norm.gamma), Doubles(norm.beta));

  for (int threads : {1, 2}) {
    const ThreadPool pool = MakeThreadPool(threads);
    std::vector<float> added = x, out(x.size()), in_place = delta;
    AddRows(delta.data(), tokens, width, added.data(), pool);
    EXPECT_EQ(added, sum);
    NormRows(norm, added.data(), tokens, out.data(), pool);
    added = x;
    AddThenNormRows(norm, in_place.data(), tokens, added.data(), in_place.data(), pool);
    EXPECT_EQ(added, sum);
    EXPECT_EQ(in_place, out);
    for (size_t i = 0; i < out.size(); ++i) ASSERT_NEAR(out[i], expected[i], 4e-6) << i;
  }
}

}  // namespace
}  // namespace headlens
