#include "maps/traits.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "photo_files.h"

namespace headlens {
namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

std::vector<float> NoiseScores(size_t count, uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<float> scores(count);
  for (float& score : scores) score = std::exp(static_cast<float>(random() % 1000) / 125) * 1e-5f;
  return scores;
}

HeadTraits TraitsOf(const std::vector<float>& scores, int rows, int cols,
                    std::span<const float> gradient = {}) {
  return TraitsOfHeads(scores, 1, 1, rows, cols, gradient)[0];
}

// traits.h's words, read literally: over all patches and all pairs of patches.
HeadTraits ExpectedTraits(const std::vector<float>& scores, int rows, int cols,
                          const std::vector<float>& gradient) {
  const int n = rows * cols;
  double sum = 0, mean_gradient = 0;
  for (int i = 0; i < n; ++i) sum += scores[i], mean_gradient += double{gradient[i]} / n;
  double entropy = 0, x = 0, y = 0, squares = 0, even_squares = 0;
  double covariance = 0, variance = 0, gradient_variance = 0;
  for (int i = 0; i < n; ++i) {
    const double p = scores[i] / sum;
    entropy -= p * std::log(p) / std::log(n);
    x += p * (i % cols + 0.5) / cols;
    y += p * (i / cols + 0.5) / rows;
    for (int j = 0; j < n; ++j) {
      const double square = std::pow(i / cols - j / cols, 2) + std::pow(i % cols - j % cols, 2);
      squares += p * scores[j] / sum * square;
      even_squares += square / n / n;
    }
    const double off = scores[i] - sum / n, gradient_off = gradient[i] - mean_gradient;
    covariance += off * gradient_off;
    variance += off * off;
    gradient_variance += gradient_off * gradient_off;
  }
  HeadTraits traits;
  traits.entropy = static_cast<float>(entropy);
  traits.compactness = static_cast<float>(std::max(0.0, 1 - std::sqrt(squares / even_squares)));
  traits.centre_x = static_cast<float>(x);
  traits.centre_y = static_cast<float>(y);
  traits.edges = static_cast<float>(covariance / std::sqrt(variance * gradient_variance));
  traits.prefix = static_cast<float>(1 - sum);
  return traits;
}

void ExpectNear(const HeadTraits& a, const HeadTraits& b) {
  EXPECT_NEAR(a.entropy, b.entropy, 1e-6);
  EXPECT_NEAR(a.compactness, b.compactness, 1e-5);
  EXPECT_NEAR(a.centre_x, b.centre_x, 1e-6);
  EXPECT_NEAR(a.centre_y, b.centre_y, 1e-6);
  EXPECT_NEAR(a.edges, b.edges, 1e-5);
  EXPECT_NEAR(a.overlap, b.overlap, 1e-6);
  EXPECT_NEAR(a.prefix, b.prefix, 1e-6);
}

TEST(TraitsOfHeads, FollowTheirDefinitions) {
  for (const auto& [rows, cols] : {std::pair(7, 11), std::pair(11, 7), std::pair(1, 9)}) {
    for (uint32_t seed = 0; seed < 5; ++seed) {
      std::vector<float> scores = NoiseScores(size_t{1} * rows * cols, seed);
      if (seed > 2) scores[scores.size() / 2] += 0.3f;  // in one place
      const std::vector<float> gradient = NoiseScores(scores.size(), seed + 100);
      ExpectNear(TraitsOf(scores, rows, cols, gradient),
                 ExpectedTraits(scores, rows, cols, gradient));
    }
  }
}

TEST(TraitsOfHeads, TellOnePatchFromAllPatches) {
  std::vector<float> scores(15, 0.0f);
  scores[7] = 0.25f;  // the middle of 3 x 5
  ExpectNear(TraitsOf(scores, 3, 5),
             {.entropy = 0, .compactness = 1, .centre_x = 0.5f, .centre_y = 0.5f, .prefix = 0.75f});
  ExpectNear(TraitsOf(std::vector(15, 0.02f), 3, 5),
             {.entropy = 1, .compactness = 0, .centre_x = 0.5f, .centre_y = 0.5f, .prefix = 0.7f});
}

TEST(TraitsOfHeads, FindTheCentreOfMassInSharesOfTheGrid) {
  std::vector<float> scores(8, 0.0f);
  scores[7] = 1;  // the last of 2 x 4
  EXPECT_FLOAT_EQ(TraitsOf(scores, 2, 4).centre_x, 3.5f / 4);
  EXPECT_FLOAT_EQ(TraitsOf(scores, 2, 4).centre_y, 1.5f / 2);
}

TEST(TraitsOfHeads, AreNoMoreThanSpreadAtTwoOppositeCorners) {
  std::vector<float> scores(25, 0.0f);
  scores[0] = scores[24] = 0.5f;
  EXPECT_EQ(TraitsOf(scores, 5, 5).compactness, 0);
}

TEST(TraitsOfHeads, FollowTheGradientAndItsOpposite) {
  const std::vector<float> gradient{1, 2, 3, 4, 5, 6};
  EXPECT_NEAR(TraitsOf({0.1f, 0.2f, 0.3f, 0.4f, 0.5f, 0.6f}, 2, 3, gradient).edges, 1, 1e-6);
  EXPECT_NEAR(TraitsOf({0.6f, 0.5f, 0.4f, 0.3f, 0.2f, 0.1f}, 2, 3, gradient).edges, -1, 1e-6);
  EXPECT_EQ(TraitsOf(std::vector(6, 0.1f), 2, 3, gradient).edges, 0);
  EXPECT_EQ(TraitsOf({0.1f, 0.2f, 0.3f, 0.4f, 0.5f, 0.6f}, 2, 3, std::vector(6, 2.0f)).edges, 0);
  EXPECT_EQ(TraitsOf({0.1f, 0.2f, 0.3f, 0.4f, 0.5f, 0.6f}, 2, 3).edges, 0);
}

TEST(TraitsOfHeads, ComeByLayerAndHead) {
  std::vector<float> scores = NoiseScores(2 * 3 * 4, 1);
  const std::vector<HeadTraits> traits = TraitsOfHeads(scores, 2, 3, 2, 2, {});
  ASSERT_EQ(traits.size(), 6u);
  for (int i = 0; i < 6; ++i) {
    HeadTraits alone = TraitsOf({scores.begin() + 4 * i, scores.begin() + 4 * i + 4}, 2, 2);
    alone.overlap = traits[i].overlap;
    ExpectNear(traits[i], alone);
  }
}

TEST(TraitsOfHeads, MeanTheOverlapWithTheOtherHeadsOfTheLayer) {
  // Shares (1, 0), (0.5, 0.5), (0, 1): overlaps of 0.5, 0.5 and 0.
  const std::vector<float> scores{0.4f, 0, 0.3f, 0.3f, 0, 0.1f};
  const std::vector<HeadTraits> traits = TraitsOfHeads(scores, 1, 3, 1, 2, {});
  EXPECT_FLOAT_EQ(traits[0].overlap, 0.25f);
  EXPECT_FLOAT_EQ(traits[1].overlap, 0.5f);
  EXPECT_FLOAT_EQ(traits[2].overlap, 0.25f);
  EXPECT_EQ(TraitsOf({0.4f, 0}, 1, 2).overlap, 0);
}

TEST(TraitsOfHeads, AreZeroWithoutMass) {
  ExpectNear(TraitsOf(std::vector(6, 0.0f), 2, 3, std::vector(6, 1.0f)), {.prefix = 1});
  ExpectNear(TraitsOf(std::vector(6, kNan), 2, 3, std::vector(6, 1.0f)), {.prefix = 1});
  EXPECT_TRUE(TraitsOfHeads({}, 0, 0, 0, 0, {}).empty());
}

TEST(TraitsOfHeads, CountWhatIsNotFiniteAsNothing) {
  ExpectNear(TraitsOf({0.1f, kNan, 0.3f, 0}, 2, 2), TraitsOf({0.1f, 0, 0.3f, 0}, 2, 2));
}

TEST(TraitsOfHeads, TakeOnePatchForCompact) {
  ExpectNear(TraitsOf({0.4f}, 1, 1),
             {.compactness = 1, .centre_x = 0.5f, .centre_y = 0.5f, .prefix = 0.6f});
}

TEST(OverlapOfMaps, IsOneForTheSameMapAndZeroForDisjointOnes) {
  EXPECT_FLOAT_EQ(OverlapOfMaps(std::vector{1.0f, 3.0f}, std::vector{2.0f, 6.0f}), 1);
  EXPECT_FLOAT_EQ(OverlapOfMaps(std::vector{1.0f, 0.0f}, std::vector{0.0f, 1.0f}), 0);
  EXPECT_FLOAT_EQ(OverlapOfMaps(std::vector{1.0f, 3.0f}, std::vector{3.0f, 1.0f}), 0.5f);
  EXPECT_FLOAT_EQ(OverlapOfMaps(std::vector{0.0f, 0.0f}, std::vector{3.0f, 1.0f}), 0);
}

// traits.h's words in double, pixel by pixel.
std::vector<double> ExpectedGradient(const Image& photo, int rows, int cols) {
  const auto luma = [&](int y, int x) {
    y = std::clamp(y, 0, photo.height - 1);
    x = std::clamp(x, 0, photo.width - 1);
    const uint8_t* rgb = &photo.rgb[3 * (size_t{1} * y * photo.width + x)];
    return (0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2]) / 255;
  };
  constexpr int kSmooth[] = {1, 2, 1}, kDifference[] = {-1, 0, 1};
  std::vector<double> sums(rows * cols), pixels(rows * cols);
  for (int y = 0; y < photo.height; ++y) {
    for (int x = 0; x < photo.width; ++x) {
      double across = 0, down = 0;
      for (int i = -1; i <= 1; ++i) {
        for (int j = -1; j <= 1; ++j) {
          across += kSmooth[i + 1] * kDifference[j + 1] * luma(y + i, x + j);
          down += kDifference[i + 1] * kSmooth[j + 1] * luma(y + i, x + j);
        }
      }
      const int patch = y * rows / photo.height * cols + x * cols / photo.width;
      sums[patch] += std::sqrt(across * across + down * down);
      pixels[patch] += 1;
    }
  }
  for (size_t i = 0; i < sums.size(); ++i) sums[i] /= pixels[i];
  return sums;
}

TEST(GradientOfPatches, IsTheMeanSobelMagnitude) {
  const Image photo = Resize(TestPhoto("photos/chelsea.jpg"), 48, 64, ResizeFilter::kBilinear);
  const std::vector<float> gradient = GradientOfPatches(photo, 6, 8);
  const std::vector<double> expected = ExpectedGradient(photo, 6, 8);
  ASSERT_EQ(gradient.size(), expected.size());
  for (size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(gradient[i], expected[i], 1e-5) << i;
}

TEST(GradientOfPatches, SeesOneEdgeWhereItIs) {
  Image photo{16, 16, std::vector<uint8_t>(3 * 16 * 16)};
  for (int i = 0; i < 16 * 16; ++i) {
    if (i % 16 >= 6) std::fill_n(&photo.rgb[3 * i], 3, 255);  // white from column 6 on
  }
  const std::vector<float> gradient = GradientOfPatches(photo, 4, 4);
  for (int i = 0; i < 16; ++i) EXPECT_NEAR(gradient[i], i % 4 == 1 ? 2 : 0, 1e-5) << i;
}

TEST(GradientOfPatches, IsZeroOfAnEvenPhoto) {
  const Image photo{5, 5, std::vector<uint8_t>(75, 99)};
  for (float gradient : GradientOfPatches(photo, 2, 2)) EXPECT_EQ(gradient, 0);
  EXPECT_EQ(GradientOfPatches(Image{1, 1, {1, 2, 3}}, 2, 2).size(), 4u);
}

}  // namespace
}  // namespace headlens
