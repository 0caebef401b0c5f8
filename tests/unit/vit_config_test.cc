#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "random_vit.h"
#include "vit/config.h"
#include "vit_fixtures.h"

namespace headlens {
namespace {

using testing::HasSubstr;

constexpr VitConfig kConfig = {.patch = 4,
                               .width = 64,
                               .depth = 2,
                               .heads = 2,
                               .mlp = 100,
                               .registers = 3,
                               .grid_rows = 5,
                               .grid_cols = 5,
                               .layer_scale = true};

TEST(InferConfig, ReadsEverythingFromNamesAndShapes) {
  const auto config = InferConfig(RandomVit(kConfig, 1));
  ASSERT_TRUE(config.ok()) << config.error().message;
  EXPECT_EQ(config->patch, 4);
  EXPECT_EQ(config->width, 64);
  EXPECT_EQ(config->depth, 2);
  EXPECT_EQ(config->heads, 2);
  EXPECT_EQ(config->mlp, 100);
  EXPECT_EQ(config->registers, 3);
  EXPECT_EQ(config->grid_rows, 5);
  EXPECT_EQ(config->grid_cols, 5);
  EXPECT_TRUE(config->layer_scale);
  EXPECT_EQ(config->prefix_positions, 1);
  EXPECT_EQ(config->head_size(), 32);
  EXPECT_EQ(DescribeConfig(*config), "ViT, patch 4, width 64, 2 blocks, 2 heads, 3 registers");
}

TEST(InferConfig, SeesWhichTokensHaveAPosition) {
  for (const int positions : {0, 1, 4}) {  // none, [CLS], [CLS] and 3 registers
    VitConfig other = kConfig;
    other.prefix_positions = positions;
    const auto config = InferConfig(RandomVit(other, 1));
    ASSERT_TRUE(config.ok());
    EXPECT_EQ(config->prefix_positions, positions);
    EXPECT_EQ(config->grid_rows, 5);
  }
}

TEST(InferConfig, CountsTheDistillationTokenAsTheFirstRegister) {
  VitConfig distilled = kConfig;
  distilled.distilled = true;
  distilled.prefix_positions = 4;
  auto config = InferConfig(RandomVit(distilled, 1));
  ASSERT_TRUE(config.ok()) << config.error().message;
  EXPECT_TRUE(config->distilled);
  EXPECT_EQ(config->registers, 3);
  EXPECT_THAT(DescribeConfig(*config), HasSubstr("1 distillation token, 2 registers"));
  distilled.registers = 1;
  distilled.prefix_positions = 2;
  config = InferConfig(RandomVit(distilled, 1));
  ASSERT_TRUE(config.ok()) << config.error().message;
  EXPECT_EQ(config->prefix_positions, 2);
  EXPECT_EQ(DescribeConfig(*config),
            "ViT, patch 4, width 64, 2 blocks, 2 heads, 1 distillation token");
}

TEST(InferConfig, SaysThatAPooledNetworkHasNoClsToken) {
  Checkpoint checkpoint = RandomVit(kConfig, 1);
  checkpoint.tensors.erase("cls_token");
  const auto config = InferConfig(checkpoint);
  ASSERT_FALSE(config.ok());
  EXPECT_THAT(config.error().message, HasSubstr("has no [CLS] token"));
}

TEST(InferConfig, TakesHeadsFromTheCallerThenTheMetadataThenTheWidth) {
  Checkpoint checkpoint = RandomVit(kConfig, 1);
  EXPECT_EQ(InferConfig(checkpoint, {.heads = 4})->heads, 4);
  EXPECT_EQ(InferConfig(checkpoint)->heads, 2);
  checkpoint.metadata.clear();
  EXPECT_EQ(InferConfig(checkpoint)->heads, 1);
}

std::string ErrorOf(const Checkpoint& checkpoint, int heads = 0) {
  const auto config = InferConfig(checkpoint, {.heads = heads});
  return config.ok() ? "no error" : config.error().message;
}

TEST(InferConfig, RefusesHeadsThatDoNotDivideTheWidth) {
  Checkpoint checkpoint = RandomVit(kConfig, 1);
  EXPECT_THAT(ErrorOf(checkpoint, 3), HasSubstr("64 does not divide into 3 heads"));
  EXPECT_THAT(ErrorOf(checkpoint, -1), HasSubstr("heads"));
  for (const char* heads : {"two", "", "2.5", "-2", "0", "99999999999"}) {
    checkpoint.metadata["heads"] = heads;
    EXPECT_THAT(ErrorOf(checkpoint), HasSubstr("metadata")) << heads;
  }
  VitConfig narrow = kConfig;
  narrow.width = 48;
  checkpoint = RandomVit(narrow, 1);
  checkpoint.metadata.clear();
  EXPECT_THAT(ErrorOf(checkpoint), HasSubstr("heads of 64 channels"));
}

TEST(InferConfig, NamesEveryTensorThatIsMissing) {
  const Checkpoint whole = RandomVit(kConfig, 1);
  for (const auto& [name, tensor] : whole.tensors) {
    if (name == "register_tokens" || name == "blocks.0.ls1.gamma") continue;  // may be absent
    Checkpoint checkpoint = RandomVit(kConfig, 1);
    checkpoint.tensors.erase(name);
    EXPECT_THAT(ErrorOf(checkpoint), HasSubstr(name));
  }
}

TEST(InferConfig, NamesEveryTensorThatIsMisshapen) {
  const Checkpoint whole = RandomVit(kConfig, 1);
  for (const auto& [name, tensor] : whole.tensors) {
    for (const uint64_t side : {uint64_t{0}, uint64_t{7}, uint64_t{1} << 40}) {
      Checkpoint checkpoint = RandomVit(kConfig, 1);
      checkpoint.tensors[name].shape.back() = side;
      EXPECT_NE(ErrorOf(checkpoint), "no error") << name << " " << side;
    }
    Checkpoint checkpoint = RandomVit(kConfig, 1);
    checkpoint.tensors[name].shape.push_back(1);
    EXPECT_NE(ErrorOf(checkpoint), "no error") << name;
    checkpoint.tensors[name].shape.clear();
    EXPECT_NE(ErrorOf(checkpoint), "no error") << name;
  }
  Checkpoint checkpoint = RandomVit(kConfig, 1);
  checkpoint.tensors["blocks.1.mlp.fc2.weight"].shape = {64, 99};
  EXPECT_THAT(ErrorOf(checkpoint), testing::AllOf(HasSubstr("blocks.1.mlp.fc2.weight"),
                                                  HasSubstr("(64, 99)"), HasSubstr("(64, 100)")));
}

TEST(InferConfig, RefusesGapsBetweenBlocksAndNoBlocks) {
  Checkpoint checkpoint = RandomVit(kConfig, 1);
  checkpoint.tensors["blocks.5.norm1.weight"] = checkpoint.tensors["blocks.0.norm1.weight"];
  EXPECT_THAT(ErrorOf(checkpoint), HasSubstr("blocks.2.norm1.weight"));
  std::erase_if(checkpoint.tensors, [](const auto& t) { return t.first.starts_with("blocks."); });
  EXPECT_THAT(ErrorOf(checkpoint), HasSubstr("blocks"));
}

TEST(InferConfig, RefusesPositionsThatAreNoSquare) {
  Checkpoint checkpoint = RandomVit(kConfig, 1);
  checkpoint.tensors["pos_embed"].shape = {1, 24, 64};
  EXPECT_THAT(ErrorOf(checkpoint), HasSubstr("24 rows"));
}

}  // namespace
}  // namespace headlens
