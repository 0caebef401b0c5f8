// Factors and products of the inner loops in whole numbers, for every instruction set that this
// machine can run, each with both kinds of factors. The oracle sums up in 64 bits.
#include "vit/integer_kernels.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "integer_kinds.h"

namespace headlens {
namespace {

// A number, and by how much what is computed in f32 may differ.
struct Near {
  double value, tolerance;
};
Near Rounded(double start, double added) {
  return {start + added, 0x1p-22 * (std::abs(start) + std::abs(added))};
}

class IntegerKernelsTest : public EachKind {
 protected:
  size_t PanelWords(int depth) const { return size_t{1} * PanelRows(depth, kernels) * panel_cols; }
  int Right(const uint32_t* panels, size_t stride, int k, int col) const {
    const int group = k / kernels.group;
    const int row = group + (group / kernels.chunk + 1) * kernels.start_rows;
    return FactorOf(panels[col / panel_cols * stride + row * panel_cols + col % panel_cols],
                    k % kernels.group);
  }
  std::vector<uint32_t> PackLeft(const std::vector<int>& factors) const {
    std::vector<uint32_t> groups(factors.size() / kernels.group);
    const int bits = 32 / kernels.group;
    for (size_t i = 0; i < factors.size(); ++i) {
      const uint32_t factor = static_cast<uint32_t>(factors[i]) & ((1u << bits) - 1);
      groups[i / kernels.group] |= factor << (i % kernels.group * bits);
    }
    return groups;
  }
  void ExpectScores(int rows, int cols, int depth, const std::vector<float>& queries,
                    const std::vector<float>& keys);
  void ExpectWeightedSums(int rows, int size, int keys, const std::vector<int>& weights,
                          const std::vector<float>& values);
};

TEST_P(IntegerKernelsTest, QuantiseRowIsWithinHalfAStepAndPadsWithZeros) {
  for (int count : {1, 2, 3, 5, 20, 31, 64, 65, 127, 192, 390}) {
    std::vector<float> x = random.Floats(count, 3.0f);
    const float largest = 7.0f;
    x[count / 2] = count % 2 ? largest : -largest;
    std::vector<uint32_t> groups(Groups(count) + panel_cols, kUntouched);
    const float step = kernels.quantise_row(x.data(), count, groups.data());
    EXPECT_FLOAT_EQ(step, largest / range.levels);
    for (int i = 0; i < Depth(count); ++i) {
      const int factor = Left(groups.data(), i) - range.offset;
      EXPECT_NEAR(factor, i < count ? x[i] / step : 0.0f, i < count ? 0.501 : 0) << count << i;
    }
    EXPECT_EQ(Left(groups.data(), count / 2) - range.offset,
              count % 2 ? range.levels : -range.levels);
    EXPECT_EQ(groups[Groups(count)], kUntouched) << "wrote past the row";
  }
}

TEST_P(IntegerKernelsTest, QuantiseRowTakesZeros) {
  const std::vector<float> x(37, 0.0f);
  std::vector<uint32_t> groups(Groups(37));
  EXPECT_GT(kernels.quantise_row(x.data(), 37, groups.data()), 0.0f);
  for (int i = 0; i < Depth(37); ++i) EXPECT_EQ(Left(groups.data(), i), range.offset);
}

TEST_P(IntegerKernelsTest, PackKeyIsWithinHalfAStepInItsColumnAlone) {
  for (int size : {1, 4, 20, 33, 64, 67}) {
    const std::vector<float> key = random.Floats(size, 2.0f), mean = random.Floats(size, 1.0f);
    float largest = 0;
    for (int i = 0; i < size; ++i) largest = std::max(largest, std::abs(key[i] - mean[i]));
    const int col = panel_cols - 3;
    std::vector<uint32_t> panel(PanelWords(size), kUntouched);
    const float step = kernels.pack_key(key.data(), mean.data(), size, panel.data() + col);
    EXPECT_FLOAT_EQ(step, largest / range.levels);
    int reached = 0;
    for (int i = 0; i < Depth(size); ++i) {
      const int factor = Right(panel.data(), 0, i, col);
      reached = std::max(reached, std::abs(factor));
      EXPECT_NEAR(factor, i < size ? (key[i] - mean[i]) / step : 0, i < size ? 0.501 : 0) << i;
    }
    EXPECT_EQ(reached, range.levels);
    for (size_t i = 0; i < panel.size(); ++i) {
      EXPECT_EQ(panel[i] == kUntouched, i % panel_cols != static_cast<size_t>(col)) << i;
    }
  }
}

// Whether c (rows + 2, cols + 3) is expected(row, col) in its first rows and columns, and elsewhere
// as it was before.
template <typename Expected>
void ExpectInside(const std::vector<float>& c, const std::vector<float>& before, int rows, int cols,
                  const Expected& expected) {
  for (int i = 0; i < rows + 2; ++i) {
    for (int j = 0; j < cols + 3; ++j) {
      const int at = i * (cols + 3) + j;
      const Near near = i < rows && j < cols ? expected(i, j) : Near{before[at], 0};
      ASSERT_NEAR(c[at], near.value, near.tolerance)
          << i << " " << j << " of " << rows << " x " << cols;
    }
  }
}

// queries: (rows, depth), keys: (cols, depth).
void IntegerKernelsTest::ExpectScores(int rows, int cols, int depth,
                                      const std::vector<float>& queries,
                                      const std::vector<float>& keys) {
  const int groups = Groups(depth), padded_rows = RoundUp(rows, kTileRows);
  const int padded_cols = RoundUp(cols, panel_cols), stride = cols + 3;
  const size_t panel = PanelWords(depth);
  const std::vector<float> no_mean(depth);
  std::vector<uint32_t> a(padded_rows * groups, kUntouched);
  std::vector<uint32_t> b(padded_cols / panel_cols * panel, kUntouched);
  for (int i = 0; i < rows; ++i) {
    kernels.quantise_row(&queries[i * depth], depth, &a[i * groups]);
  }
  for (int j = 0; j < cols; ++j) {
    kernels.pack_key(&keys[j * depth], no_mean.data(), depth,
                     &b[j / panel_cols * panel + j % panel_cols]);
  }
  const auto sum = [&](int i, int j) {
    int64_t sum = 0;
    for (int k = 0; k < Depth(depth); ++k) {
      sum += int64_t{Left(&a[i * groups], k) - range.offset} * Right(b.data(), panel, k, j);
    }
    return static_cast<double>(sum);
  };
  const IntegerProduct product = {a.data(), size_t(groups), rows, cols, groups, {b.data(), panel}};
  const std::vector<float> col_scale = random.Floats(padded_cols, 1.0f);
  const std::vector<float> before = random.Floats((rows + 2) * stride, 1.0f);
  std::vector<float> c = before;
  kernels.scores(product, col_scale.data(), c.data(), stride);
  ExpectInside(c, before, rows, cols,
               [&](int i, int j) { return Near{static_cast<float>(sum(i, j)) * col_scale[j], 0}; });
}

TEST_P(IntegerKernelsTest, ScoresAreExactProductsAtEveryEdge) {
  for (int depth : {1, 20, 64, 65}) {
    for (int rows : {1, kTileRows, 2 * kTileRows + 1, 3 * kTileRows - 1}) {
      for (int cols : {1, panel_cols - 1, panel_cols, 2 * panel_cols, 2 * panel_cols + 1}) {
        ExpectScores(rows, cols, depth, random.Floats(rows * depth, 1.0f),
                     random.Floats(cols * depth, 1.0f));
      }
    }
  }
}

TEST_P(IntegerKernelsTest, ScoresOfTheLargestFactorsDoNotOverflow) {
  const int rows = kTileRows, cols = panel_cols;
  for (int depth : {64, 512}) {
    for (float query : {-1.0f, 1.0f}) {
      for (float key : {-1.0f, 1.0f}) {
        ExpectScores(rows, cols, depth, std::vector<float>(rows * depth, query),
                     std::vector<float>(cols * depth, key));
      }
    }
  }
}

TEST_P(IntegerKernelsTest, PackValuesIsWithinHalfAStepOfItsColumn) {
  const int stride = 80;
  const std::vector<float> values = random.Floats(256 * stride, 2.0f);
  const std::vector<float> mean = random.Floats(stride, 1.0f);
  for (int count : {1, 5, 33, 197, 256}) {
    for (int size : {4, 20, 64, 67}) {
      const int panels = RoundUp(size, panel_cols) / panel_cols;
      const size_t panel = PanelWords(count);
      std::vector<uint32_t> packed((panels + 1) * panel, kUntouched);
      std::vector<float> steps(panels * panel_cols), starts(panels * panel_cols);
      kernels.pack_values(values.data(), stride, count, mean.data(), size, packed.data(), panel,
                          steps.data(), starts.data());
      for (int col = 0; col < size; ++col) {
        float largest = 0;
        for (int i = 0; i < count; ++i) {
          largest = std::max(largest, std::abs(values[i * stride + col] - mean[col]));
        }
        EXPECT_FLOAT_EQ(steps[col], largest / range.value_levels);
        int sum = 0;
        for (int i = 0; i < Depth(count); ++i) {
          const int factor = Right(packed.data(), panel, i, col);
          sum += factor;
          const float exact = i < count ? values[i * stride + col] - mean[col] : 0;
          EXPECT_NEAR(factor, exact / steps[col], i < count ? 0.501 : 0) << i << " " << col;
        }
        EXPECT_EQ(starts[col], static_cast<float>(sum * range.weight_offset));
      }
      EXPECT_EQ(packed[panels * panel], kUntouched) << "wrote past the last panel";
    }
  }
}

// weights: (rows, Depth(keys)), values: (keys, size).
void IntegerKernelsTest::ExpectWeightedSums(int rows, int size, int keys,
                                            const std::vector<int>& weights,
                                            const std::vector<float>& values) {
  const int groups = Groups(keys), padded_rows = RoundUp(rows, kTileRows);
  const int padded_cols = RoundUp(size, panel_cols), stride = size + 3;
  const size_t panel = PanelWords(keys);
  const std::vector<float> no_mean(size);
  std::vector<uint32_t> a = PackLeft(weights);
  a.resize(padded_rows * groups, kUntouched);
  std::vector<uint32_t> b(padded_cols / panel_cols * panel, kUntouched);
  std::vector<float> steps(padded_cols), starts(padded_cols);
  kernels.pack_values(values.data(), size, keys, no_mean.data(), size, b.data(), panel,
                      steps.data(), starts.data());
  const std::vector<float> row_scale = random.Floats(padded_rows, 1.0f);
  const std::vector<float> before = random.Floats((rows + 2) * stride, 1.0f);
  std::vector<float> c = before;
  kernels.add({a.data(), size_t(groups), rows, size, groups, {b.data(), panel}}, row_scale.data(),
              steps.data(), starts.data(), c.data(), stride);
  ExpectInside(c, before, rows, size, [&](int i, int j) {
    int64_t sum = 0;
    for (int k = 0; k < keys; ++k) {
      sum += int64_t{weights[i * Depth(keys) + k]} * Right(b.data(), panel, k, j);
    }
    return Rounded(before[i * stride + j], double{row_scale[i]} * steps[j] * double(sum));
  });
}

TEST_P(IntegerKernelsTest, AddAddsExactWeightedSumsAtEveryEdge) {
  for (int keys : {1, 33, 197, 256}) {
    for (int rows : {1, kTileRows, 2 * kTileRows + 1}) {
      for (int size : {4, panel_cols, panel_cols + 1, 64}) {
        std::vector<int> weights(rows * Depth(keys));
        for (size_t i = 0; i < weights.size(); ++i) {
          if (static_cast<int>(i) % Depth(keys) >= keys) continue;
          weights[i] = static_cast<int>(std::abs(random.Next(0.57f)) * range.top);
        }
        ExpectWeightedSums(rows, size, keys, weights, random.Floats(keys * size, 1.0f));
      }
    }
  }
}

TEST_P(IntegerKernelsTest, AddOfTheLargestFactorsDoesNotOverflow) {
  for (int weight : {0, range.top}) {
    for (float value : {-1.0f, 1.0f}) {
      ExpectWeightedSums(kTileRows, panel_cols, 256, std::vector<int>(kTileRows * 256, weight),
                         std::vector<float>(256 * panel_cols, value));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Usable, IntegerKernelsTest, testing::ValuesIn(UsableKinds()),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace headlens
