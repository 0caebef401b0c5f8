// The kernels of linear layers in whole numbers, exact and rough, for every instruction set that
// this machine can run. The oracle sums up in 64 bits.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "random_vit.h"
#include "vit/kernels.h"
#include "vit/panels.h"

namespace headlens {
namespace {

struct LinearKind {
  std::string name;
  const Kernels* kernels;
  const LinearKernels* linear;
};

std::vector<LinearKind> UsableLinearKinds() {
  std::vector<LinearKind> kinds;
  for (const Kernels* kernels : UsableKernels()) {
    std::string name = kernels->name;
    std::replace(name.begin(), name.end(), '-', '_');
    kinds.push_back({name + "_exact", kernels, &kernels->exact_linear});
    kinds.push_back({name + "_rough", kernels, &kernels->rough_linear});
  }
  return kinds;
}

constexpr uint32_t kUntouched = 0xA5A5A5A5;

class LinearKernelsTest : public testing::TestWithParam<LinearKind> {
 protected:
  const LinearKernels& kernels = *GetParam().linear;
  const int panel_cols = GetParam().kernels->panel_cols;
  const bool bytes = kernels.group == 4;
  const int levels = bytes ? 127 : 2047;
  Random random{7};

  // Without the offset.
  int Left(const uint32_t* row, int k) const {
    const uint32_t group = row[k / kernels.group];
    if (bytes) return static_cast<int>(group >> (k % 4 * 8) & 0xFF) - 128;
    return static_cast<int16_t>(group >> (k % 2 * 16));
  }
  void ExpectOutputs(int rows, int cols, int depth, const std::vector<float>& x,
                     const std::vector<int8_t>& weights);
};

TEST_P(LinearKernelsTest, QuantiseRowIsWithinHalfAStep) {
  for (int count : {1, 2, 5, 31, 64, 127, 390}) {
    for (float shift : {0.0f, -3.0f, 1000.0f}) {
      std::vector<float> x = random.Floats(count, 1.0f);
      for (float& value : x) value += shift;
      std::vector<uint32_t> groups(GroupCount(count, kernels) + panel_cols, kUntouched);
      const RowSteps row = kernels.quantise_row(x.data(), count, groups.data());
      const auto [least, most] = std::minmax_element(x.begin(), x.end());
      EXPECT_NEAR(row.step, (*most - *least) / 2 / levels, 1e-4 * std::abs(shift) / levels + 1e-7);
      for (int i = 0; i < count; ++i) {
        const int factor = Left(groups.data(), i);
        EXPECT_NEAR(factor, (x[i] - row.middle) / row.step, 0.501) << count << " " << i;
        EXPECT_LE(std::abs(factor), levels);
      }
      EXPECT_EQ(groups[GroupCount(count, kernels)], kUntouched) << "wrote past the row";
    }
  }
}

TEST_P(LinearKernelsTest, QuantiseRowTakesConstants) {
  for (float value : {0.0f, 5.5f, -1e6f}) {
    const std::vector<float> x(37, value);
    std::vector<uint32_t> groups(GroupCount(37, kernels));
    const RowSteps row = kernels.quantise_row(x.data(), 37, groups.data());
    for (int i = 0; i < 37; ++i) {
      EXPECT_EQ(row.middle + row.step * static_cast<float>(Left(groups.data(), i)), value);
    }
  }
}

// x: (rows, depth), weights: (cols, depth).
void LinearKernelsTest::ExpectOutputs(int rows, int cols, int depth, const std::vector<float>& x,
                                      const std::vector<int8_t>& weights) {
  const int groups = GroupCount(depth, kernels), stride = cols + 3;
  const int padded_rows = CeilDiv(rows, kTileRows) * kTileRows, panels = CeilDiv(cols, panel_cols);
  const size_t panel = size_t{1} * PanelRows(depth, kernels) * panel_cols;
  std::vector<uint32_t> a(padded_rows * groups, kUntouched), b(panels * panel, 0);
  std::vector<RowSteps> steps(padded_rows);
  for (int i = 0; i < rows; ++i) {
    steps[i] = kernels.quantise_row(&x[i * depth], depth, &a[i * groups]);
  }
  for (int j = 0; j < cols; ++j) {
    kernels.pack_weights(&weights[j * depth], depth, &b[j / panel_cols * panel + j % panel_cols]);
  }
  const auto col_scale = random.Floats(panels * panel_cols, 1.0f);
  const auto col_sum = random.Floats(panels * panel_cols, 1.0f);
  const auto base = random.Floats(panels * panel_cols, 1.0f);
  const std::vector<float> before = random.Floats((rows + 2) * stride, 1.0f);
  std::vector<float> c = before;
  kernels.outputs({a.data(), size_t(groups), rows, cols, groups, {b.data(), panel}}, steps.data(),
                  col_scale.data(), col_sum.data(), base.data(), c.data(), stride);
  for (int i = 0; i < rows + 2; ++i) {
    for (int j = 0; j < stride; ++j) {
      if (i >= rows || j >= cols) {
        EXPECT_EQ(c[i * stride + j], before[i * stride + j]) << i << " " << j;
        continue;
      }
      int64_t sum = 0;
      for (int k = 0; k < depth; ++k) sum += Left(&a[i * groups], k) * weights[j * depth + k];
      const double product = double{steps[i].step} * col_scale[j] * static_cast<double>(sum);
      const double middle = double{steps[i].middle} * col_sum[j];
      const double size = std::abs(product) + std::abs(middle) + std::abs(base[j]);
      ASSERT_NEAR(c[i * stride + j], product + middle + base[j], 0x1p-21 * size)
          << i << " " << j << " of " << rows << " x " << cols << ", depth " << depth;
    }
  }
}

TEST_P(LinearKernelsTest, OutputsAreExactSumsAtEveryEdge) {
  for (int depth : {1, 20, 64, 65, 192}) {
    for (int rows : {1, kTileRows, 2 * kTileRows + 1, 3 * kTileRows - 1}) {
      for (int cols : {1, panel_cols - 1, panel_cols, 2 * panel_cols + 1}) {
        std::vector<int8_t> weights;
        for (float weight : random.Floats(cols * depth, 1.0f)) {
          weights.push_back(static_cast<int8_t>(weight * (bytes ? 32 : 127)));
        }
        ExpectOutputs(rows, cols, depth, random.Floats(rows * depth, 1.0f), weights);
      }
    }
  }
}

// In one 16-bit lane of a chunk: factors 0, 1, 4, 5, 8, 9, 12 and 13 of 16.
TEST_P(LinearKernelsTest, OutputsOfTheLargestSumsDoNotOverflow) {
  const int depth = 64;
  const int lane[16] = {64, 64, 64, 64, 64, 64, 64, 64, 1, 1, 1, 1, 0, 0, 0, 0};
  const int apart[16] = {127, -127, -127, 127, 2, -2, -2, 2};
  for (const auto& pattern : {lane, apart}) {
    for (int sign : {-1, 1}) {
      for (float input : {-1.0f, 1.0f}) {
        std::vector<int8_t> weights;
        for (int i = 0; i < panel_cols * depth; ++i) {
          weights.push_back(static_cast<int8_t>(sign * pattern[i % 16]));
        }
        std::vector<float> ones, turning;
        for (int i = 0; i < kTileRows * depth; ++i) {
          ones.push_back(i % depth == 63 ? -input : input);
          turning.push_back(pattern[i % 16] < 0 ? -input : input);
        }
        ExpectOutputs(kTileRows, panel_cols, depth, ones, weights);
        ExpectOutputs(kTileRows, panel_cols, depth, turning, weights);
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Usable, LinearKernelsTest, testing::ValuesIn(UsableLinearKinds()),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace headlens
