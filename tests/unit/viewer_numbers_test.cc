// What the panel says of heads and of one number.
#include <gtest/gtest.h>

#include <cmath>

#include "viewer/explanation.h"
#include "viewer/trait_words.h"

namespace headlens {
namespace {

// One layer, two heads, a row of four patches. Head 1 looks at one patch, head 2 at all alike.
Heads TwoHeads() {
  Heads heads{1, 2, {1, 4, 1, 1}, {0.6f, 0, 0, 0, 0.1f, 0.1f, 0.1f, 0.1f}, {}, {}};
  return heads;
}

TEST(TraitWords, WriteSharesInPercentAndOthersAsNumbers) {
  HeadTraits traits;
  traits.entropy = 0.834f;
  traits.edges = -0.126f;
  traits.prefix = 0.117f;
  EXPECT_EQ(TraitText(traits, Order::kEntropy), "0.83");
  EXPECT_EQ(TraitText(traits, Order::kEdges),
            "\xe2\x88\x92"
            "0.13");
  EXPECT_EQ(TraitText(traits, Order::kPrefix), "12 %");
  traits.edges = -0.001f;
  EXPECT_EQ(TraitText(traits, Order::kEdges), "0.00");
}

// A row of the softmax over [CLS], one register and two patches, with d = 1.
struct Row {
  float dots[4] = {1.5f, -0.5f, 2.25f, 0.75f};
  float max = 2.25f;
  float sum = 0;
  Heads heads{1, 1, {1, 2, 1, 1}, {}, {}, {}};
  Row() {
    for (const float dot : dots) sum += std::exp(dot - max);
    const auto share = [this](int token) { return std::exp(dots[token] - max) / sum; };
    heads.cls = {share(2), share(3)};
    heads.explanation = {{}, {0, 0}, 4, {{dots[2], max, sum, share(0), share(1)}}};
  }
};

TEST(Explanation, TakesAScoreApartAndItsRowSumsToOne) {
  const Row row;
  const auto explained = ExplainScore(row.heads, {}, std::nullopt, 0, {0, 0});
  ASSERT_TRUE(explained.has_value());
  EXPECT_FLOAT_EQ(explained->dot, 2.25f);
  EXPECT_FLOAT_EQ(std::exp(explained->dot - explained->max) / explained->sum, explained->score);
  EXPECT_FLOAT_EQ(explained->cls + explained->registers + explained->patches, 1);
}

TEST(Explanation, FindsTheDotProductOfAnotherPatchFromItsScore) {
  const Row row;
  const auto explained = ExplainScore(row.heads, {}, std::nullopt, 0, {0, 1});
  ASSERT_TRUE(explained.has_value());
  EXPECT_NEAR(explained->dot, 0.75f, 1e-5);
}

TEST(Explanation, WaitsForTheRowThatIsAskedFor) {
  Row row;
  EXPECT_FALSE(ExplainScore(row.heads, {}, Patch{0, 1}, 0, {0, 0}).has_value());
  row.heads.cls[1] = 0;
  EXPECT_FALSE(ExplainScore(row.heads, {}, std::nullopt, 0, {0, 1}).has_value()) << "ln 0";
  row.heads.explanation = {};
  EXPECT_FALSE(ExplainScore(row.heads, {}, std::nullopt, 0, {0, 0}).has_value());
}

TEST(Explanation, BeginsWithTheStrongestPatch) {
  const Heads heads = TwoHeads();
  EXPECT_EQ(StrongestPatch(heads, {}, 0), (Patch{0, 0}));
  EXPECT_EQ(StrongestPatch(heads, {}, 5), std::nullopt);
}

TEST(Number, KeepsTheDigitsThatCount) {
  EXPECT_EQ(Number(3.2149f), "3.21");
  EXPECT_EQ(Number(33.24f), "33.2");
  EXPECT_EQ(Number(785.3f), "785");
  EXPECT_EQ(Number(0.01234f), "0.0123");
  EXPECT_EQ(Number(-0.89f),
            "\xe2\x88\x92"
            "0.89");
  EXPECT_EQ(Number(0), "0.00");
  EXPECT_EQ(Number(1.234e-5f),
            "1.2 \xc3\x97 10^{\xe2\x88\x92"
            "5}");
}

}  // namespace
}  // namespace headlens
