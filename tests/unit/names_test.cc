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

std::vector<std::string> Canonicalised(const std::vector<std::string>& names,
                                       const std::string& network = "") {
  Checkpoint checkpoint = CheckpointWithNames(names);
  const Status status = CanonicaliseNames(checkpoint, network);
  EXPECT_EQ(MessageOf(status), "");
  return NamesOf(checkpoint);
}

Origin OriginOf(const std::vector<std::string>& names, const std::string& network = "") {
  Checkpoint checkpoint = CheckpointWithNames(names);
  EXPECT_EQ(MessageOf(CanonicaliseNames(checkpoint, network)), "");
  return checkpoint.origin;
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
  for (const char* prefix : {"_orig_mod.", "module._orig_mod.", "deit.", "dinov2.", "encoder.",
                             "dinov2_with_registers.", "model.encoder.backbone."}) {
    EXPECT_THAT(Canonicalised({std::string(prefix) + "cls_token"}), ElementsAre("cls_token"))
        << prefix;
  }
  EXPECT_NE(ErrorOf({"decoder.cls_token"}), "");
}

TEST(Names, ReadsTheNamesOfHuggingFace) {
  const std::string layer = "vit.encoder.layer.3.";
  EXPECT_THAT(
      Canonicalised({"vit.embeddings.cls_token", "vit.embeddings.distillation_token",
                     "vit.embeddings.position_embeddings",
                     "vit.embeddings.patch_embeddings.projection.weight",
                     layer + "layernorm_before.weight", layer + "layernorm_after.bias",
                     layer + "attention.output.dense.weight", layer + "intermediate.dense.bias",
                     layer + "output.dense.weight", "vit.layernorm.weight",
                     "vit.pooler.dense.weight", "classifier.bias"}),
      ElementsAre("blocks.3.attn.proj.weight", "blocks.3.mlp.fc1.bias", "blocks.3.mlp.fc2.weight",
                  "blocks.3.norm1.weight", "blocks.3.norm2.bias", "cls_token", "dist_token",
                  "norm.weight", "patch_embed.proj.weight", "pos_embed"));
  EXPECT_THAT(
      Canonicalised({"embeddings.register_tokens", "encoder.layer.0.norm1.bias",
                     "encoder.layer.0.norm2.bias", "encoder.layer.0.mlp.fc1.weight",
                     "encoder.layer.0.mlp.fc2.weight", "encoder.layer.0.layer_scale1.lambda1",
                     "encoder.layer.0.layer_scale2.lambda1", "embeddings.mask_token"}),
      ElementsAre("blocks.0.ls1.gamma", "blocks.0.ls2.gamma", "blocks.0.mlp.fc1.weight",
                  "blocks.0.mlp.fc2.weight", "blocks.0.norm1.bias", "blocks.0.norm2.bias",
                  "register_tokens"));
}

constexpr char kAttention[] = "encoder.layer.0.attention.attention.";

TEST(Names, MakesOneOfQueriesKeysAndValues) {
  Checkpoint checkpoint;
  const std::string at = kAttention;
  AddTensor<uint16_t>(checkpoint, at + "value.weight", DType::kF16, {2, 3}, {5, 5, 5, 5, 5, 6});
  AddTensor<uint16_t>(checkpoint, at + "query.weight", DType::kF16, {2, 3}, {1, 1, 1, 1, 1, 2});
  AddTensor<uint16_t>(checkpoint, at + "key.weight", DType::kF16, {2, 3}, {3, 3, 3, 3, 3, 4});
  ASSERT_EQ(MessageOf(CanonicaliseNames(checkpoint)), "");
  JoinParts(checkpoint);
  const Tensor* qkv = checkpoint.Find("blocks.0.attn.qkv.weight");
  ASSERT_NE(qkv, nullptr);
  EXPECT_EQ(checkpoint.tensors.size(), 1);
  EXPECT_EQ(qkv->dtype, DType::kF16);
  EXPECT_EQ(qkv->shape, (std::vector<uint64_t>{6, 3}));
  const std::vector<uint16_t> expected = {1, 1, 1, 1, 1, 2, 3, 3, 3, 3, 3, 4, 5, 5, 5, 5, 5, 6};
  ASSERT_EQ(qkv->bytes.size(), 36);
  EXPECT_EQ(std::memcmp(qkv->bytes.data(), expected.data(), 36), 0);
}

TEST(Names, NamesThePartOfQueriesKeysAndValuesThatIsMissing) {
  const std::string at = std::string("vit.") + kAttention;
  EXPECT_THAT(ErrorOf({at + "query.weight", at + "value.weight"}),
              HasSubstr("no tensor \"" + at + "key.weight\""));
  EXPECT_THAT(ErrorOf({at + "key.bias", at + "value.bias"}),
              HasSubstr("no tensor \"" + at + "query.bias\""));
  EXPECT_THAT(ErrorOf({at + "query.bias"}), HasSubstr("no tensor \"" + at + "key.bias\""));
}

TEST(Names, RefusesPartsThatDoNotBelongTogether) {
  const std::string at = kAttention;
  const std::vector<std::string> names = {at + "query.bias", at + "key.bias", at + "value.bias"};
  Checkpoint checkpoint = CheckpointWithNames(names);
  checkpoint.tensors[at + "key.bias"].shape = {2};
  EXPECT_THAT(MessageOf(CanonicaliseNames(checkpoint)), HasSubstr("do not belong together"));
  checkpoint = CheckpointWithNames(names);
  checkpoint.tensors[at + "value.bias"].dtype = DType::kBF16;
  EXPECT_THAT(MessageOf(CanonicaliseNames(checkpoint)), HasSubstr("BF16 (1)"));
  checkpoint = CheckpointWithNames(names);
  for (auto& [name, tensor] : checkpoint.tensors) tensor.shape = {};
  EXPECT_NE(MessageOf(CanonicaliseNames(checkpoint)), "");
  EXPECT_THAT(ErrorOf({at + "query.bias", "blocks.0.attn.qkv.bias"}),
              HasSubstr("both the network's \"blocks.0.attn.qkv.bias\""));
  EXPECT_NE(ErrorOf({at + "query.bias", "model." + at + "query.bias"}), "");
}

TEST(Names, ReadsBlocksThatWereTrainedInChunks) {
  EXPECT_THAT(Canonicalised({"blocks.0.0.norm1.bias", "blocks.1.7.norm1.bias"}),
              ElementsAre("blocks.0.norm1.bias", "blocks.7.norm1.bias"));
}

TEST(Names, ReadsTheLayerScaleOfDeit3) {
  EXPECT_THAT(Canonicalised({"blocks.4.gamma_1", "blocks.4.gamma_2"}),
              ElementsAre("blocks.4.ls1.gamma", "blocks.4.ls2.gamma"));
}

TEST(Names, TakesTheTeacherWhereThereIsOne) {
  EXPECT_THAT(
      Canonicalised({"student.module.backbone.cls_token", "teacher.module.backbone.cls_token",
                     "teacher.backbone.norm.bias", "norm.weight", "teacher.head.mlp.0.weight"}),
      ElementsAre("cls_token", "norm.bias"));
}

TEST(Names, TakesTheOnlyNetworkThereIs) {
  EXPECT_THAT(Canonicalised({"state_dict.model.cls_token", "optimizer.state.0.exp_avg"}),
              ElementsAre("cls_token"));
  EXPECT_THAT(Canonicalised({"student.cls_token", "dino_loss.center"}), ElementsAre("cls_token"));
  EXPECT_EQ(OriginOf({"student.cls_token"}).network, "student");
  EXPECT_EQ(OriginOf({"model.cls_token"}).network, "model");
  EXPECT_THAT(OriginOf({"model.cls_token"}).networks, ElementsAre("model"));
  EXPECT_EQ(OriginOf({"module.cls_token"}).network, "");
  EXPECT_THAT(OriginOf({"module.cls_token"}).networks, ElementsAre());
}

TEST(Names, TakesTheNetworkThatIsAskedFor) {
  const std::vector<std::string> names = {"teacher.cls_token", "student.pos_embed",
                                          "model_ema.norm.bias"};
  EXPECT_THAT(Canonicalised(names), ElementsAre("cls_token"));
  EXPECT_THAT(Canonicalised(names, "student"), ElementsAre("pos_embed"));
  EXPECT_THAT(Canonicalised(names, "model_ema"), ElementsAre("norm.bias"));
  EXPECT_EQ(OriginOf(names).network, "teacher");
  EXPECT_EQ(OriginOf(names, "student").network, "student");
  EXPECT_THAT(OriginOf(names).networks, ElementsAre("model_ema", "student", "teacher"));
}

TEST(Names, FindsTheNetworkDeepInAPath) {
  EXPECT_THAT(Canonicalised({"model.teacher.backbone.cls_token", "model.student.backbone.cls_token",
                             "model.teacher.dino_head.mlp.0.weight"}),
              ElementsAre("cls_token"));
}

std::vector<std::string> ChoicesOf(const std::vector<std::string>& names,
                                   const std::string& network = "") {
  Checkpoint checkpoint = CheckpointWithNames(names);
  const Status status = CanonicaliseNames(checkpoint, network);
  EXPECT_FALSE(status.ok());
  for (const std::string& choice : status.error().choices) {
    EXPECT_THAT(status.error().message, HasSubstr(choice));
  }
  return status.error().choices;
}

TEST(Names, AsksWhichOfSeveralNetworks) {
  EXPECT_THAT(ChoicesOf({"model.cls_token", "model_ema.cls_token"}),
              ElementsAre("model", "model_ema"));
  EXPECT_THAT(ChoicesOf({"state_dict.cls_token", "state_dict_ema.cls_token"}),
              ElementsAre("state_dict", "state_dict_ema"));
  EXPECT_THAT(ChoicesOf({"cls_token", "ema.cls_token"}), ElementsAre("ema", "model"));
  EXPECT_THAT(Canonicalised({"cls_token", "ema.pos_embed"}, "model"), ElementsAre("cls_token"));
}

TEST(Names, ListsTheNetworksWhereAnotherIsAskedFor) {
  EXPECT_THAT(ChoicesOf({"student.cls_token", "teacher.cls_token"}, "model_ema"),
              ElementsAre("student", "teacher"));
  EXPECT_THAT(ChoicesOf({"cls_token"}, "teacher"), ElementsAre());
}

TEST(Names, MindsTheNetworkInUseAlone) {
  EXPECT_THAT(Canonicalised({"teacher.cls_token", "student.blocks.0.attn.q_norm.weight"}),
              ElementsAre("cls_token"));
}

struct Rule {
  PositionRule rule;
  bool certain;
  bool operator==(const Rule&) const = default;
};

Rule RuleOf(const std::vector<std::string>& names) {
  const Origin origin = OriginOf(names);
  return {origin.position, origin.position_is_certain};
}

TEST(Names, TellTheSchemeAndTheRuleOfPositions) {
  EXPECT_EQ(OriginOf({"cls_token"}).scheme, Scheme::kDino);
  EXPECT_EQ(OriginOf({"reg_token"}).scheme, Scheme::kTimm);
  EXPECT_EQ(OriginOf({"embeddings.cls_token"}).scheme, Scheme::kHuggingFace);

  const Rule dino = {PositionRule::kDino, true}, resize = {PositionRule::kResize, true},
             antialias = {PositionRule::kAntialias, true};
  EXPECT_EQ(RuleOf({"embeddings.cls_token"}), resize);
  EXPECT_EQ(RuleOf({"embeddings.cls_token", "embeddings.register_tokens"}), antialias);
  EXPECT_EQ(RuleOf({"cls_token", "reg_token"}), antialias);
  EXPECT_EQ(RuleOf({"cls_token", "mask_token", "blocks.0.ls1.gamma"}), dino);
  EXPECT_EQ(RuleOf({"register_tokens", "mask_token", "blocks.0.ls1.gamma"}), antialias);
  EXPECT_EQ(RuleOf({"cls_token", "blocks.0.gamma_1"}), resize);
  EXPECT_EQ(RuleOf({"cls_token"}), (Rule{PositionRule::kDino, false}));
  EXPECT_EQ(RuleOf({"cls_token", "register_tokens"}), (Rule{PositionRule::kDino, false}));
  EXPECT_EQ(RuleOf({"cls_token", "mask_token"}), (Rule{PositionRule::kDino, false}));
  EXPECT_EQ(RuleOf({"cls_token", "dist_token"}), (Rule{PositionRule::kResize, false}));
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
  for (const char* name : {"blocks.0.attn.q_bias", "blocks.3.attn.rel_pos_h", "norm_pre.weight",
                           "module.blocks.0.attn.proj_l.weight", "encoder.layer.0.lambda_1",
                           "rel_pos_bias.relative_position_bias_table", "rope_embed.periods"}) {
    EXPECT_THAT(ErrorOf({"cls_token", name}), HasSubstr(name));
  }
}

TEST(Names, SaysInWordsWhatANetworkHasThatOursHasNot) {
  EXPECT_THAT(ErrorOf({"blocks.0.mlp.w12.weight"}), HasSubstr("DINOv2's ViT-g"));
  EXPECT_THAT(ErrorOf({"dinov2.encoder.layer.0.mlp.weights_in.bias"}), HasSubstr("SwiGLU"));
  EXPECT_THAT(ErrorOf({"blocks.0.attn.q_norm.weight"}), HasSubstr("norm of the queries and keys"));
  EXPECT_THAT(ErrorOf({"blocks.0.attn.relative_position_bias_table"}),
              HasSubstr("relative positions"));
  EXPECT_THAT(ErrorOf({"rope_embed.periods", "cls_token"}), HasSubstr("DINOv3"));
  EXPECT_THAT(ErrorOf({"norm_pre.bias", "cls_token"}), HasSubstr("CLIP"));
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
