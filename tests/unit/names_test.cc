#include "checkpoint/names.h"

#include <gmock/gmock.h>

#include "unit/checkpoint_files.h"

namespace headlens {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> NamesOf(const Checkpoint& checkpoint) {
  std::vector<std::string> names;
  for (const auto& [name, tensor] : checkpoint.tensors) names.push_back(name);
  return names;
}

std::vector<std::string> Canonicalised(const std::vector<std::string>& names) {
  Checkpoint checkpoint = CheckpointWithNames(names);
  const Status status = CanonicaliseNames(checkpoint);
  EXPECT_EQ(MessageOf(status), "");
  return NamesOf(checkpoint);
}

std::string ErrorOf(const std::vector<std::string>& names) {
  Checkpoint checkpoint = CheckpointWithNames(names);
  return MessageOf(CanonicaliseNames(checkpoint));
}

TEST(Names, KeepsTheCanonicalOnes) {
  const std::vector<std::string> names = {"blocks.0.attn.proj.bias",
                                          "blocks.0.attn.proj.weight",
                                          "blocks.0.attn.qkv.bias",
                                          "blocks.0.attn.qkv.weight",
                                          "blocks.0.ls1.gamma",
                                          "blocks.0.ls2.gamma",
                                          "blocks.0.mlp.fc1.bias",
                                          "blocks.0.mlp.fc1.weight",
                                          "blocks.0.mlp.fc2.bias",
                                          "blocks.0.mlp.fc2.weight",
                                          "blocks.0.norm1.bias",
                                          "blocks.0.norm1.weight",
                                          "blocks.0.norm2.bias",
                                          "blocks.0.norm2.weight",
                                          "cls_token",
                                          "norm.bias",
                                          "norm.weight",
                                          "patch_embed.proj.bias",
                                          "patch_embed.proj.weight",
                                          "pos_embed",
                                          "register_tokens"};
  EXPECT_EQ(Canonicalised(names), names);
}

TEST(Names, StripsPrefixesRepeatedly) {
  EXPECT_THAT(Canonicalised({"module.backbone.cls_token", "model.vit.norm.bias", "pos_embed",
                             "module.module.blocks.11.norm1.bias"}),
              ElementsAre("blocks.11.norm1.bias", "cls_token", "norm.bias", "pos_embed"));
}

TEST(Names, TakesTheTeacherWhereThereIsOne) {
  EXPECT_THAT(
      Canonicalised({"student.module.backbone.cls_token", "teacher.module.backbone.cls_token",
                     "teacher.backbone.norm.bias", "norm.weight", "teacher.head.mlp.0.weight"}),
      ElementsAre("cls_token", "norm.bias"));
}

TEST(Names, DropsWhatTheMapsDoNotNeed) {
  EXPECT_THAT(Canonicalised({"cls_token", "head.weight", "head.bias", "fc_norm.weight",
                             "mask_token", "dino_head.mlp.0.weight", "optimizer.state.0.exp_avg",
                             "decoder_blocks.0.norm1.weight", "patch_embed.norm.weight", "epoch"}),
              ElementsAre("cls_token"));
}

TEST(Names, CallsTimmsRegTokenRegisterTokens) {
  EXPECT_THAT(Canonicalised({"model.reg_token"}), ElementsAre("register_tokens"));
}

TEST(Names, LetsTheScaleFollowItsMatrix) {
  EXPECT_THAT(Canonicalised({"module.blocks.0.mlp.fc1.weight",
                             "module.blocks.0.mlp.fc1.weight.scale", "head.weight.scale"}),
              ElementsAre("blocks.0.mlp.fc1.weight", "blocks.0.mlp.fc1.weight.scale"));
}

TEST(Names, DropsAScaleWithoutItsMatrix) {
  EXPECT_THAT(Canonicalised({"cls_token", "blocks.0.mlp.fc1.weight.scale"}),
              ElementsAre("cls_token"));
  EXPECT_NE(ErrorOf({"blocks.0.mlp.fc1.weight.scale"}), "");
}

TEST(Names, RefusesTwoTensorsOfOneName) {
  const std::string error = ErrorOf({"module.cls_token", "cls_token"});
  EXPECT_THAT(error, HasSubstr("\"module.cls_token\""));
  EXPECT_THAT(error, HasSubstr("\"cls_token\""));
  EXPECT_NE(ErrorOf({"reg_token", "register_tokens"}), "");
}

TEST(Names, RefusesNetworksThatComputeSomethingElse) {
  for (const char* name : {"blocks.0.attn.q_norm.weight", "blocks.3.attn.rel_pos_h", "dist_token",
                           "module.blocks.0.gamma_1", "norm_pre.weight"}) {
    EXPECT_THAT(ErrorOf({"cls_token", name}), HasSubstr(name));
  }
}

TEST(Names, RefusesAFileWithoutATransformer) {
  EXPECT_THAT(ErrorOf({"conv1.weight", "fc.bias"}), HasSubstr("vision transformer"));
  EXPECT_NE(ErrorOf({}), "");
}

TEST(Names, ChangesNothingWhenItFails) {
  Checkpoint checkpoint = CheckpointWithNames({"module.cls_token", "cls_token", "head.bias"});
  ASSERT_FALSE(CanonicaliseNames(checkpoint).ok());
  EXPECT_THAT(NamesOf(checkpoint), ElementsAre("cls_token", "head.bias", "module.cls_token"));
}

TEST(Names, SplitsTheNameOfABlocksTensor) {
  const std::optional<BlockTensor> split = SplitBlockName("blocks.12.attn.qkv.weight");
  ASSERT_TRUE(split.has_value());
  EXPECT_EQ(split->block, 12);
  EXPECT_EQ(split->part, "attn.qkv.weight");
  for (const char* name : {"cls_token", "blocks", "blocks.", "blocks.1", "blocks.x.y",
                           "blocks.01.y", "blocks.-1.y", "blocks.99999999999.y", "blocks..y"}) {
    EXPECT_FALSE(SplitBlockName(name).has_value()) << name;
  }
}

TEST(Names, CountsBlocks) {
  EXPECT_EQ(CountBlocks(CheckpointWithNames({"cls_token"})), 0);
  EXPECT_EQ(CountBlocks(CheckpointWithNames({"blocks.9.norm1.bias", "blocks.10.norm1.bias"})), 11);
}

}  // namespace
}  // namespace headlens
