// The network against PyTorch: every expected file of tests/fixtures, from the pixels it holds.
#include "vit/vit.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "fp16.h"
#include "random_vit.h"
#include "vit_fixtures.h"

namespace headlens {
namespace {

constexpr double kBound = 1e-5;  // of the largest difference; PyTorch itself moves by 1e-6

void CheckAgainst(const Expected& expected, const std::string& weights, ModelChoices choices = {}) {
  const ThreadPool pool = MakeThreadPool(2);
  choices.heads = expected.heads;
  const auto vit = LoadVit(weights, {Precision::kF32, choices}, pool);
  ASSERT_NE(vit, nullptr);
  EXPECT_EQ(vit->precision(), Precision::kF32);
  RunThrough(*vit, expected.pixels, expected.height, expected.width);

  EXPECT_LE(MaxDifference(vit->cls_attention(), expected.cls_attention), kBound);
  const auto query = vit->QueryAttention(expected.query_row, expected.query_col);
  ASSERT_TRUE(query.ok());
  EXPECT_LE(MaxDifference(*query, expected.query_attention), kBound);
  const auto rollout = vit->Rollout();
  ASSERT_TRUE(rollout.ok());
  EXPECT_LE(MaxDifference(*rollout, expected.rollout), kBound);
  std::printf("largest difference: cls %.1e, query %.1e, rollout %.1e\n",
              MaxDifference(vit->cls_attention(), expected.cls_attention),
              MaxDifference(*query, expected.query_attention),
              MaxDifference(*rollout, expected.rollout));
}

std::vector<std::string> ExpectedFiles() {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(kFixtures)) {
    const std::string path = entry.path().string();
    if (path.ends_with(".expected.safetensors")) files.push_back(path);
  }
  const std::string tiny =
      kSharedFixtures + "deit-tiny-patch16-224--chelsea-224x224.expected.safetensors";
  if (std::filesystem::exists(tiny)) files.push_back(tiny);
  std::sort(files.begin(), files.end());
  return files;
}

std::string TestName(const testing::TestParamInfo<std::string>& info) {
  std::string name = std::filesystem::path(info.param).filename().string();
  name.resize(name.find(".expected"));
  std::erase_if(name, [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); });
  return name;
}

class Golden : public testing::TestWithParam<std::string> {};

TEST_P(Golden, MapsAreThoseOfPyTorch) {
  const Expected expected = ReadExpected(GetParam());
  const std::string weights = WeightsPath(expected.model);
  if (weights.empty()) GTEST_SKIP() << "no weights of " << expected.model << " here";
  CheckAgainst(expected, weights);
}

TEST_P(Golden, OneThreadAndTwoAgree) {
  const Expected expected = ReadExpected(GetParam());
  const std::string weights = WeightsPath(expected.model);
  if (weights.empty()) GTEST_SKIP() << "no weights of " << expected.model << " here";
  const ThreadPool one = MakeThreadPool(1);
  const ThreadPool two = MakeThreadPool(2);
  ASSERT_EQ(ThreadCount(two), 2);
  const auto a = LoadVit(weights, {Precision::kF32, {.heads = expected.heads}}, one);
  const auto b = LoadVit(weights, {Precision::kF32, {.heads = expected.heads}}, two);
  RunThrough(*a, expected.pixels, expected.height, expected.width);
  RunThrough(*b, expected.pixels, expected.height, expected.width);
  EXPECT_LE(MaxDifference(a->cls_attention(), b->cls_attention()), 1e-7);
  EXPECT_EQ(*a->Rollout(), *b->Rollout());  // its sums have one order
}

INSTANTIATE_TEST_SUITE_P(Photos, Golden, testing::ValuesIn(ExpectedFiles()), TestName);

// The same weights under the names of others, who would resample the positions otherwise.
void CheckUnderOtherNames(const std::string& model, const std::string& photo,
                          const std::string& weights) {
  CheckAgainst(ReadExpected(kFixtures + model + "--" + photo + ".expected.safetensors"),
               WeightsPath(weights), {.position = PositionRule::kDino});
}

TEST(GoldenNames, TimmNamesGiveTheSameMaps) {
  for (const char* photo : {"astronaut-140x140", "raccoon-126x210"}) {
    CheckUnderOtherNames("dinov2-micro-reg", photo, "dinov2-micro-reg-timm");
  }
}

TEST(GoldenNames, HuggingFaceNamesGiveTheSameMaps) {
  for (const char* photo : {"astronaut-112x112", "chelsea-96x144", "coffee-60x44"}) {
    CheckUnderOtherNames("dino-micro", photo, "dino-micro-huggingface");
  }
}

TEST(GoldenNames, PthFilesGiveTheSameMaps) {
  for (const char* photo : {"astronaut-112x112", "chelsea-96x144", "coffee-60x44"}) {
    const Expected expected =
        ReadExpected(kFixtures + "dino-micro--" + photo + ".expected.safetensors");
    for (const char* weights : {"dino-micro.pth", "dino-micro-training-checkpoint.pth"}) {
      CheckAgainst(expected, kFixtures + weights);
    }
  }
}

// The f16 file holds the f32 file's values rounded to half precision. What that alone does to the
// maps is found by rounding the f32 file here; the f16 file must do the same and no more.
TEST(GoldenPrecision, HalfWeightsOnlyRound) {
  const ThreadPool pool = MakeThreadPool(1);
  auto rounded = ReadCheckpoint(FileBytes(WeightsPath("dino-micro")));
  ASSERT_TRUE(rounded.ok());
  for (auto& [name, tensor] : rounded->tensors) {
    std::vector<float> values = *ReadFloats(*rounded, name, tensor.shape);
    for (float& value : values) {
      value = fp16_ieee_to_fp32_value(fp16_ieee_from_fp32_value(value));
    }
    AddFloatTensor(*rounded, name, tensor.shape, values);
  }
  const auto expected_vit = Vit::Load(*rounded, {Precision::kF32, {.heads = 3}}, pool);
  const auto vit = LoadVit(WeightsPath("dino-micro-f16"), {Precision::kF32, {.heads = 3}}, pool);
  const Expected expected =
      ReadExpected(kFixtures + "dino-micro--chelsea-96x144.expected.safetensors");
  RunThrough(**expected_vit, expected.pixels, expected.height, expected.width);
  RunThrough(*vit, expected.pixels, expected.height, expected.width);
  EXPECT_LE(MaxDifference(vit->cls_attention(), (*expected_vit)->cls_attention()), 1e-7);
  const double rounding = MaxDifference(vit->cls_attention(), expected.cls_attention);
  std::printf("half precision moves the maps by %.1e\n", rounding);
  EXPECT_GT(rounding, kBound);
  EXPECT_LE(rounding, 0x1p-9);  // one weight rounds by up to 2^-11 of itself
}

}  // namespace
}  // namespace headlens
