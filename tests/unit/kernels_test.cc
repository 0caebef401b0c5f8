// The inner loops, for every instruction set that this machine can run.
#include "vit/kernels.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "fp16.h"
#include "random_vit.h"
#include "reference_vit.h"
#include "vit/panels.h"

namespace headlens {
namespace {

reference::Values Doubles(const std::vector<float>& values) {
  return {values.begin(), values.end()};
}

class KernelsTest : public testing::TestWithParam<const Kernels*> {
 protected:
  const Kernels& kernels = *GetParam();
  Random random{7};
};

TEST_P(KernelsTest, NormRowIsLayerNormAtEveryWidth) {
  for (size_t width : {1, 3, 16, 48, 61, 192, 384, 390}) {
    std::vector<float> x = random.Floats(width, 3.0f);
    for (float& value : x) value += 5;
    const std::vector<float> gamma = random.Floats(width, 1.0f);
    const std::vector<float> beta = random.Floats(width, 1.0f);
    std::vector<float> out(width + 1, 99.0f);
    kernels.norm_row(x.data(), gamma.data(), beta.data(), width, out.data());
    const auto expected = reference::LayerNorm(Doubles(x), Doubles(gamma), Doubles(beta));
    for (size_t i = 0; i < width; ++i) EXPECT_NEAR(out[i], expected[i], 4e-6) << width << " " << i;
    EXPECT_EQ(out[width], 99.0f) << "wrote past the row";
  }
}

TEST_P(KernelsTest, NormRowOfEqualValuesIsBeta) {
  const std::vector<float> x(21, 1e4f), gamma(21, 2.0f), beta(21, 0.5f);
  std::vector<float> out(21);
  kernels.norm_row(x.data(), gamma.data(), beta.data(), 21, out.data());
  for (float value : out) EXPECT_EQ(value, 0.5f);
}

TEST_P(KernelsTest, AddScaledTouchesCountElements) {
  std::vector<float> x(20, 1.0f);
  const std::vector<float> delta(20, 3.0f);
  kernels.add_scaled(delta.data(), 2.0f, 19, x.data());
  for (int i = 0; i < 19; ++i) EXPECT_EQ(x[i], 7.0f);
  EXPECT_EQ(x[19], 1.0f);
}

// As near as 1 + erf can be in f32 where erf is near -1, times x: the error is relative to x, not
// to the result, and stays within four times 2^-24.
TEST_P(KernelsTest, GeluIsTheExactOne) {
  std::vector<float> x;
  for (float value = -12; value <= 12; value += 0.0037f) x.push_back(value);
  for (float value : {0.0f, 1e-6f, -1e-6f, 1e4f, -1e4f}) x.push_back(value);
  std::vector<float> y = x;
  kernels.gelu(y.data(), y.size());
  double worst = 0;
  for (size_t i = 0; i < x.size(); ++i) {
    const double error = std::abs(y[i] - reference::Gelu(x[i]));
    worst = std::max(worst, error / std::max(1.0f, std::abs(x[i])));
  }
  EXPECT_LE(worst, 0x1p-22);
}

TEST_P(KernelsTest, MultiplyAndMultiplyAddArePlainProducts) {
  const int rows = 2 * kTileRows, depth = 37, panels = 3, cols = panels * kernels.panel_cols;
  const std::vector<float> a = random.Floats(rows * depth, 1.0f);
  const std::vector<float> b = random.Floats(depth * cols, 1.0f);  // in panels
  const size_t panel = size_t{1} * depth * kernels.panel_cols;
  std::vector<float> c(rows * cols);
  kernels.multiply(a.data(), depth, rows, depth, {b.data(), panel, panels}, c.data(), cols);
  std::vector<float> twice = c;
  kernels.multiply_add(a.data(), depth, rows, depth, {b.data(), panel, panels}, twice.data(), cols);
  for (int i = 0; i < rows; ++i) {
    for (int j = 0; j < cols; ++j) {
      double sum = 0;
      for (int k = 0; k < depth; ++k) {
        sum += double{a[i * depth + k]} *
               b[j / kernels.panel_cols * panel + k * kernels.panel_cols + j % kernels.panel_cols];
      }
      EXPECT_NEAR(c[i * cols + j], sum, 2e-5) << i << " " << j;
      EXPECT_NEAR(twice[i * cols + j], 2 * sum, 4e-5) << i << " " << j;
    }
  }
}

TEST_P(KernelsTest, SoftmaxIsExactToAFewRoundings) {
  for (int cols : {1, 2, 15, 16, 17, 197, 785}) {
    std::vector<float> scores = random.Floats(cols, 8.0f);
    const std::vector<float> given = scores;
    kernels.softmax_rows(scores.data(), cols, 1, cols);
    double sum = 0;
    const double largest = *std::max_element(given.begin(), given.end());
    for (float score : given) sum += std::exp(score - largest);
    for (int i = 0; i < cols; ++i) {
      const double expected = std::exp(given[i] - largest) / sum;
      // The difference to the largest rounds by 2^-24 of itself, and exp makes that relative.
      const double bound = 5e-7 + 0x1p-24 * (largest - given[i]);
      EXPECT_NEAR(scores[i], expected, bound * expected) << cols << " " << i;
    }
  }
}

TEST_P(KernelsTest, SoftmaxTakesExtremeScores) {
  std::vector<float> scores = {1e30f, -1e30f, 1e30f, -std::numeric_limits<float>::infinity(), 0};
  kernels.softmax_rows(scores.data(), 5, 1, 5);
  EXPECT_FLOAT_EQ(scores[0], 0.5f);
  EXPECT_FLOAT_EQ(scores[2], 0.5f);
  for (int i : {1, 3, 4}) EXPECT_LT(scores[i], 1e-37f);
}

TEST_P(KernelsTest, RunningSoftmaxOverBlocksIsSoftmaxOverAll) {
  const int cols = 83, block = 32;
  const std::vector<float> scores = random.Floats(cols, 6.0f);
  const std::vector<float> values = random.Floats(cols, 1.0f);
  float largest = std::numeric_limits<float>::lowest(), sum = 0, out = 0;
  for (int first = 0; first < cols; first += block) {
    const int count = std::min(block, cols - first);
    std::vector<float> part(scores.begin() + first, scores.begin() + first + count);
    kernels.running_softmax(part.data(), count, 1, count, {&largest, &sum}, &out, 1);
    for (int i = 0; i < count; ++i) out += part[i] * values[first + i];
  }
  double expected_sum = 0, expected = 0;
  for (int i = 0; i < cols; ++i) expected_sum += std::exp(double{scores[i]});
  for (int i = 0; i < cols; ++i) expected += std::exp(double{scores[i]}) / expected_sum * values[i];
  EXPECT_NEAR(out / sum, expected, 1e-6);
  EXPECT_EQ(largest, *std::max_element(scores.begin(), scores.end()));
}

TEST_P(KernelsTest, DotRowsAreScaledDotProducts) {
  for (int size : {4, 16, 20, 64}) {
    const int count = 5, stride = size + 3;
    const std::vector<float> query = random.Floats(size, 1.0f);
    const std::vector<float> keys = random.Floats(count * stride, 1.0f);
    std::vector<float> scores(count);
    kernels.dot_rows(query.data(), keys.data(), stride, count, size, 0.25f, scores.data());
    for (int i = 0; i < count; ++i) {
      double sum = 0;
      for (int k = 0; k < size; ++k) sum += double{query[k]} * keys[i * stride + k];
      EXPECT_NEAR(scores[i], 0.25 * sum, 4e-6) << size << " " << i;
    }
  }
}

TEST_P(KernelsTest, HalfRoundsAsTheFormatSays) {
  std::vector<float> values = {0.0f,     -0.0f,           1.0f,           -2.5f,   65504.0f,
                               65519.0f, 65520.0f,        1e10f,          6.1e-5f, 5.96e-8f,
                               2.9e-8f,  1.0f + 0x1p-11f, 1.0f + 0x3p-11f};
  for (float value : random.Floats(1000, 4.0f)) values.push_back(value);
  std::vector<uint16_t> halves(values.size());
  std::vector<float> back(values.size());
  kernels.to_half(values.data(), values.size(), halves.data());
  kernels.from_half(halves.data(), values.size(), back.data());
  for (size_t i = 0; i < values.size(); ++i) {
    EXPECT_EQ(halves[i], fp16_ieee_from_fp32_value(values[i])) << values[i];
    EXPECT_EQ(back[i], fp16_ieee_to_fp32_value(halves[i])) << values[i];
  }
}

INSTANTIATE_TEST_SUITE_P(Usable, KernelsTest, testing::ValuesIn(UsableKernels()),
                         [](const auto& info) {
                           std::string name = info.param->name;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

TEST(Panels, KeysBecomeColumnsAndWhatIsMissingZero) {
  const int cols = BestKernels().panel_cols, depth = 5, count = cols - 1;
  const std::vector<float> keys = Random(1).Floats(count * 7, 1.0f);
  std::vector<float> panel(depth * cols, 99.0f);
  PackKeyPanel({keys.data(), 7}, count, depth, panel.data());
  for (int k = 0; k < depth; ++k) {
    for (int i = 0; i < cols; ++i) {
      EXPECT_EQ(panel[k * cols + i], i < count ? keys[i * 7 + k] : 0.0f);
    }
  }
}

TEST(Panels, ValuesKeepTheirRowsInEachPanel) {
  const int cols = BestKernels().panel_cols, width = cols + 4, count = 3, stride = 10 * cols;
  const std::vector<float> values = Random(1).Floats(count * width, 1.0f);
  std::vector<float> panels(2 * stride, 99.0f);
  PackValueRows({values.data(), static_cast<size_t>(width)}, count, width, stride, panels.data());
  for (int i = 0; i < count; ++i) {
    for (int c = 0; c < 2 * cols; ++c) {
      EXPECT_EQ(panels[c / cols * stride + i * cols + c % cols],
                c < width ? values[i * width + c] : 0.0f);
    }
  }
}

}  // namespace
}  // namespace headlens
