#include "vit/attention.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "random_vit.h"
#include "reference_vit.h"
#include "vit/attention_int8.h"

namespace headlens {
namespace {

reference::Values Doubles(const std::vector<float>& values) {
  return {values.begin(), values.end()};
}

std::vector<float> Attended(const HeadShape& shape, const std::vector<float>& qkv, int threads) {
  const ThreadPool pool = MakeThreadPool(threads);
  std::vector<float> scratch(AttentionScratch(shape, ThreadCount(pool)), NAN);
  std::vector<float> out(shape.tokens * shape.width(), NAN);
  Attend(shape, {0, shape.heads}, qkv.data(), scratch.data(), out.data(), pool);
  return out;
}

void ExpectAsReference(const HeadShape& shape, const std::vector<float>& qkv, double bound) {
  const reference::Values weights =
      reference::Attention(Doubles(qkv), shape.tokens, shape.heads, shape.head_size);
  const reference::Values expected =
      reference::Average(weights, Doubles(qkv), shape.tokens, shape.heads, shape.head_size);
  for (int threads : {1, 2}) {
    const std::vector<float> out = Attended(shape, qkv, threads);
    double largest = 0;
    for (size_t i = 0; i < out.size(); ++i) {
      const double difference = std::abs(out[i] - expected[i]);
      largest = std::isnan(difference) ? INFINITY : std::max(largest, difference);
    }
    EXPECT_LE(largest, bound) << shape.tokens << " tokens, " << shape.heads << " heads of "
                              << shape.head_size << ", " << threads << " threads";
  }
}

TEST(Attention, AgreesWithTheReferenceAtAnySize) {
  Random random(11);
  // Around one vector, one panel, one tile of queries and one block of keys.
  for (int tokens : {1, 2, 5, 17, 36, 95, 97, 197, 255, 257, 290}) {
    for (int head_size : {4, 16, 20, 32, 64}) {
      const HeadShape shape = {tokens, 2, head_size};
      ExpectAsReference(shape, random.Floats(3 * tokens * shape.width(), 1.0f), 2e-6);
    }
  }
}

TEST(Attention, TakesManyHeads) {
  const HeadShape shape = {50, 6, 64};
  ExpectAsReference(shape, Random(12).Floats(3 * 50 * shape.width(), 1.5f), 4e-6);
}

TEST(Attention, TakesExtremeScores) {
  // Queries and keys of size 30: scores of hundreds, one key takes nearly everything.
  const HeadShape shape = {300, 1, 64};
  std::vector<float> qkv = Random(13).Floats(3 * 300 * 64, 1.0f);
  for (int token = 0; token < 300; ++token) {
    for (int i = 0; i < 128; ++i) qkv[token * 192 + i] *= 30;
  }
  // A score of s rounds by about s * 1e-7, and so does the share of the runner-up: 1e3 * 1e-7.
  ExpectAsReference(shape, qkv, 1e-3);
}

TEST(Attention, AveragesTheValuesWhereScoresAreEqual) {
  const HeadShape shape = {300, 1, 16};
  std::vector<float> qkv(300 * 48, 0.0f);
  for (int token = 0; token < 300; ++token) qkv[token * 48 + 32] = static_cast<float>(token);
  const std::vector<float> out = Attended(shape, qkv, 1);
  for (int token = 0; token < 300; ++token) EXPECT_NEAR(out[token * 16], 149.5, 1e-4);
}

TEST(AttentionRow, IsARowOfTheAttentionMatrix) {
  const HeadShape shape = {83, 2, 32};
  const std::vector<float> qkv = Random(14).Floats(3 * 83 * 64, 1.5f);
  const reference::Values expected = reference::Attention(Doubles(qkv), 83, 2, 32);
  std::vector<float> weights(83);
  const size_t stride = 3 * shape.width();
  for (int head : {0, 1}) {
    for (int query : {0, 40, 82}) {
      const float* const row = qkv.data() + query * stride + head * 32;
      AttentionRow(row, {qkv.data() + shape.width() + head * 32, stride}, 83, 32, weights.data());
      for (int key = 0; key < 83; ++key) {
        EXPECT_NEAR(weights[key], expected[(head * 83 + query) * 83 + key], 1e-6);
      }
    }
  }
}

double RelativeErrorOfInt8(const HeadShape& shape, const IntegerKernels& kernels,
                           const std::vector<float>& qkv, int threads) {
  const ThreadPool pool = MakeThreadPool(threads);
  std::vector<float> scratch(AttentionInt8Scratch(shape, kernels, ThreadCount(pool)), NAN);
  std::vector<float> out(shape.tokens * shape.width(), NAN);
  AttendInt8(shape, {0, shape.heads}, kernels, qkv.data(), scratch.data(), out.data(), pool);
  const reference::Values weights =
      reference::Attention(Doubles(qkv), shape.tokens, shape.heads, shape.head_size);
  const reference::Values expected =
      reference::Average(weights, Doubles(qkv), shape.tokens, shape.heads, shape.head_size);
  double error = 0, power = 0;
  for (size_t i = 0; i < out.size(); ++i) {
    error += (out[i] - expected[i]) * (out[i] - expected[i]);
    power += expected[i] * expected[i];
  }
  return std::sqrt(error / power);
}

// Averages of random values are small beside the values, so that these errors are on the large
// side.
TEST(AttentionInt8, AgreesWithTheReferenceAtAnySize) {
  Random random(11);
  for (int tokens : {1, 2, 5, 17, 36, 95, 97, 197, 255, 257, 290, 600}) {
    for (int head_size : {4, 16, 20, 32, 64}) {
      const HeadShape shape = {tokens, 2, head_size};
      const auto qkv = random.Floats(3 * tokens * shape.width(), 1.0f);
      for (int threads : {1, 2}) {
        EXPECT_LE(RelativeErrorOfInt8(shape, BestKernels().words, qkv, threads), 0.04)
            << tokens << " tokens, heads of " << head_size << ", " << threads << " threads";
        EXPECT_LE(RelativeErrorOfInt8(shape, BestKernels().integer, qkv, threads), 0.07)
            << tokens << " tokens, heads of " << head_size << ", " << threads << " threads";
      }
    }
  }
}

}  // namespace
}  // namespace headlens
