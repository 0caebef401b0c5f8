#include "checkpoint/pack.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>
#include <random>

#include "checkpoint/names.h"
#include "unit/checkpoint_files.h"

namespace headlens {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Checkpoint ReadFixtureCheckpoint(const std::string& name) {
  Result<Checkpoint> checkpoint = ReadCheckpoint(ReadFixture("fixtures/" + name + ".safetensors"));
  EXPECT_EQ(MessageOf(checkpoint), "");
  return checkpoint.ok() ? std::move(*checkpoint) : Checkpoint();
}

// What a packed file reads as.
Checkpoint Reread(const Result<Bytes>& file) {
  EXPECT_EQ(MessageOf(file), "");
  if (!file.ok()) return {};
  Result<Checkpoint> checkpoint = ReadCheckpoint(*file);
  EXPECT_EQ(MessageOf(checkpoint), "");
  return checkpoint.ok() ? std::move(*checkpoint) : Checkpoint();
}

std::vector<float> Floats(const Checkpoint& checkpoint, const std::string& name) {
  const Result<std::vector<float>> values =
      ReadFloats(checkpoint, name, checkpoint.tensors.at(name).shape);
  EXPECT_EQ(MessageOf(values), "");
  return values.ok() ? *values : std::vector<float>();
}

TEST(QuantiseRows, StaysWithinHalfAStepOfEachRow) {
  constexpr int kRows = 37, kCols = 53;
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  std::vector<float> matrix(kRows * kCols);
  for (int i = 0; i < kRows * kCols; ++i) {
    matrix[i] = normal(random) * std::pow(10.0f, i / kCols % 7 - 3);
  }
  const Int8Matrix packed = QuantiseRows(matrix, kRows, kCols);
  ASSERT_EQ(packed.values.size(), matrix.size());
  ASSERT_EQ(packed.scale.size(), size_t{kRows});
  for (int i = 0; i < kRows * kCols; ++i) {
    const double scale = packed.scale[i / kCols];
    const double error = std::fabs(matrix[i] - packed.values[i] * scale);
    // Half a step, and the rounding of a float division whose result is up to 127.
    ASSERT_LE(error, scale * (0.5 + 127 * 0x1p-24)) << i;
  }
}

TEST(QuantiseRows, UsesTheWholeRangeAndNoMore) {
  const std::vector<float> matrix = {-4, 1, 0, 0.001f, 0, -0.0005f};
  const Int8Matrix packed = QuantiseRows(matrix, 2, 3);
  EXPECT_THAT(packed.values, ElementsAre(-127, 32, 0, 127, 0, -64));  // 31.75; -63.5 to even
  EXPECT_THAT(packed.scale, ElementsAre(4.0f / 127, 0.001f / 127));
}

TEST(QuantiseRows, GivesRowsOfNothingTheScaleOne) {
  const float tiny = std::numeric_limits<float>::denorm_min();
  const std::vector<float> matrix = {0, -0.0f, tiny, -100 * tiny};
  const Int8Matrix packed = QuantiseRows(matrix, 2, 2);
  EXPECT_THAT(packed.values, Each(0));
  EXPECT_THAT(packed.scale, Each(1));
}

TEST(PacksToInt8, TakesTheMatricesOfTheBlocks) {
  for (const char* name :
       {"blocks.0.attn.qkv.weight", "blocks.0.mlp.fc1.weight", "blocks.1.attn.proj.weight",
        "blocks.11.attn.qkv.weight", "blocks.11.mlp.fc1.weight", "blocks.11.mlp.fc2.weight"}) {
    EXPECT_TRUE(PacksToInt8(name)) << name;
  }
  for (const char* name :
       {"patch_embed.proj.weight", "pos_embed", "blocks.0.norm1.weight", "blocks.0.attn.qkv.bias",
        "blocks.0.ls1.gamma", "norm.weight", "blocks.0.attn.qkv.weight.scale"}) {
    EXPECT_FALSE(PacksToInt8(name)) << name;
  }
}

TEST(PacksToInt8, LeavesWhatTheFirstBlockAddsInFloat) {
  EXPECT_FALSE(PacksToInt8("blocks.0.attn.proj.weight"));
  EXPECT_FALSE(PacksToInt8("blocks.0.mlp.fc2.weight"));
}

TEST(PackInt8, KeepsFloatsExactAndMatricesWithinHalfAStep) {
  const Checkpoint source = ReadFixtureCheckpoint("dinov2-micro-reg");
  const Checkpoint packed = Reread(PackInt8(source));
  int matrices = 0;
  for (const auto& [name, tensor] : source.tensors) {
    ASSERT_NE(packed.Find(name), nullptr) << name;
    const bool is_int8 = packed.Find(name)->dtype == DType::kI8;
    EXPECT_EQ(is_int8, PacksToInt8(name)) << name;
    const std::vector<float> expected = Floats(source, name);
    const std::vector<float> found = Floats(packed, name);
    if (!is_int8) {
      EXPECT_EQ(found, expected) << name;
      continue;
    }
    ++matrices;
    const std::vector<float> scale = Floats(packed, name + ".scale");
    const size_t cols = tensor.shape[1];
    for (size_t i = 0; i < found.size(); ++i) {
      // Half a step, the rounding of the division, and that of expanding q * scale to float.
      const float bound = scale[i / cols] * (0.5f + 2 * 127 * 0x1p-24f);
      ASSERT_LE(std::fabs(found[i] - expected[i]), bound) << name << " " << i;
    }
  }
  EXPECT_EQ(matrices, 4 * 4 - 2);
}

TEST(PackInt8, KeepsTheMetadataAndSaysThePrecision) {
  const Checkpoint packed = Reread(PackInt8(ReadFixtureCheckpoint("dino-micro")));
  EXPECT_EQ(packed.metadata,
            (std::map<std::string, std::string>{{"heads", "3"}, {"precision", "int8"}}));
}

TEST(PackInt8, LeavesAPackedFileAsItIs) {
  const Result<Bytes> once = PackInt8(ReadFixtureCheckpoint("dino-micro"));
  ASSERT_TRUE(once.ok());
  const Result<Bytes> twice = PackInt8(Reread(once));
  ASSERT_TRUE(twice.ok());
  EXPECT_EQ(*once, *twice);
}

TEST(PackInt8, RefusesValuesThatAreNotFinite) {
  for (const float value : {std::numeric_limits<float>::infinity(), std::nanf("")}) {
    Checkpoint checkpoint = CheckpointWithNames({"cls_token", "blocks.5.norm1.bias"});
    AddTensor<float>(checkpoint, "blocks.0.attn.qkv.weight", DType::kF32, {1, 2}, {1, value});
    EXPECT_THAT(MessageOf(PackInt8(checkpoint)), HasSubstr("\"blocks.0.attn.qkv.weight\""));
  }
}

TEST(PackInt8, RefusesMatricesOfAnotherRank) {
  Checkpoint checkpoint;
  AddTensor<float>(checkpoint, "blocks.0.mlp.fc1.weight", DType::kF32, {4}, {1, 2, 3, 4});
  EXPECT_THAT(MessageOf(PackInt8(checkpoint)), HasSubstr("(4) where a matrix was expected"));
  AddTensor<float>(checkpoint, "blocks.0.mlp.fc1.weight", DType::kF32, {2147483647, 0}, {});
  EXPECT_THAT(MessageOf(PackInt8(checkpoint)), HasSubstr("where a matrix was expected"));
}

TEST(PacksToF16, TakesTheMatricesOfAllBlocks) {
  for (const char* name : {"blocks.0.attn.qkv.weight", "blocks.0.attn.proj.weight",
                           "blocks.3.mlp.fc1.weight", "blocks.11.mlp.fc2.weight"}) {
    EXPECT_TRUE(PacksToF16(name)) << name;
  }
  for (const char* name : {"patch_embed.proj.weight", "pos_embed", "cls_token",
                           "blocks.0.norm1.weight", "blocks.0.mlp.fc1.bias", "norm.weight"}) {
    EXPECT_FALSE(PacksToF16(name)) << name;
  }
}

TEST(PackF16, RoundsMatricesToElevenBitsAndKeepsTheRest) {
  const Checkpoint source = ReadFixtureCheckpoint("dinov2-micro-reg");
  const Result<PackedFile> file = PackF16(source);
  ASSERT_EQ(MessageOf(file), "");
  EXPECT_THAT(file->kept_f32, IsEmpty());
  const Checkpoint packed = Reread(file->bytes);
  ASSERT_EQ(packed.tensors.size(), source.tensors.size());
  int halves = 0;
  for (const auto& [name, tensor] : packed.tensors) {
    const bool is_f16 = tensor.dtype == DType::kF16;
    EXPECT_EQ(is_f16, PacksToF16(name)) << name;
    halves += is_f16;
    const std::vector<float> expected = Floats(source, name);
    const std::vector<float> found = Floats(packed, name);
    ASSERT_EQ(found.size(), expected.size()) << name;
    for (size_t i = 0; i < found.size(); ++i) {
      // Half a unit in the last of 11 bits; below 2^-14 half the smallest step, 2^-24.
      const float bound = is_f16 ? std::max(std::fabs(expected[i]) * 0x1p-11f, 0x1p-25f) : 0;
      ASSERT_LE(std::fabs(found[i] - expected[i]), bound) << name << " " << i;
    }
  }
  EXPECT_EQ(halves, 4 * 4);
  EXPECT_EQ(packed.metadata.at("precision"), "f16");
}

TEST(PackF16, LeavesAFileInF16AsItIs) {
  const Result<PackedFile> once = PackF16(ReadFixtureCheckpoint("dino-micro"));
  ASSERT_TRUE(once.ok());
  const Result<PackedFile> twice = PackF16(Reread(once->bytes));
  ASSERT_TRUE(twice.ok());
  EXPECT_EQ(once->bytes, twice->bytes);
}

TEST(PackF16, KeepsAMatrixBeyondItsRangeInF32AndNamesIt) {
  Checkpoint checkpoint;
  AddTensor<float>(checkpoint, "blocks.0.attn.qkv.weight", DType::kF32, {1, 2}, {1, -65520});
  AddTensor<float>(checkpoint, "blocks.0.mlp.fc1.weight", DType::kF32, {1, 2}, {1, -65519});
  const Result<PackedFile> file = PackF16(checkpoint);
  ASSERT_EQ(MessageOf(file), "");
  EXPECT_THAT(file->kept_f32, ElementsAre("blocks.0.attn.qkv.weight"));
  const Checkpoint packed = Reread(file->bytes);
  EXPECT_EQ(packed.Find("blocks.0.attn.qkv.weight")->dtype, DType::kF32);
  EXPECT_THAT(Floats(packed, "blocks.0.attn.qkv.weight"), ElementsAre(1, -65520));
  EXPECT_EQ(packed.Find("blocks.0.mlp.fc1.weight")->dtype, DType::kF16);
  EXPECT_THAT(Floats(packed, "blocks.0.mlp.fc1.weight"), ElementsAre(1, -65504));
}

TEST(PackF16, ExpandsInt8) {
  const Checkpoint int8 = Reread(PackInt8(ReadFixtureCheckpoint("dino-micro")));
  const Result<PackedFile> file = PackF16(int8);
  ASSERT_EQ(MessageOf(file), "");
  const Checkpoint packed = Reread(file->bytes);
  EXPECT_EQ(packed.Find("blocks.0.mlp.fc1.weight")->dtype, DType::kF16);
  EXPECT_EQ(packed.Find("blocks.0.mlp.fc1.weight.scale"), nullptr);
}

TEST(PackF16, RefusesValuesThatAreNotFinite) {
  for (const float value : {std::numeric_limits<float>::infinity(), std::nanf("")}) {
    for (const char* name : {"blocks.0.attn.qkv.weight", "norm.bias"}) {
      Checkpoint checkpoint;
      AddTensor<float>(checkpoint, name, DType::kF32, {1, 2}, {1, value});
      EXPECT_THAT(MessageOf(PackF16(checkpoint)), HasSubstr(name));
      EXPECT_THAT(MessageOf(PackF32(checkpoint)), HasSubstr(name));
    }
  }
}

TEST(PackF32, KeepsEveryValueOfFloats) {
  const Checkpoint source = ReadFixtureCheckpoint("dino-micro");
  const Checkpoint packed = Reread(PackF32(source));
  ASSERT_EQ(packed.tensors.size(), source.tensors.size());
  for (const auto& [name, tensor] : source.tensors) {
    EXPECT_EQ(Floats(packed, name), Floats(source, name)) << name;
  }
}

TEST(PackF32, ExpandsInt8AndHalves) {
  const Checkpoint int8 = Reread(PackInt8(ReadFixtureCheckpoint("dino-micro-f16")));
  const Checkpoint expanded = Reread(PackF32(int8));
  EXPECT_EQ(expanded.Find("blocks.0.mlp.fc1.weight.scale"), nullptr);
  EXPECT_EQ(expanded.metadata.at("precision"), "f32");
  for (const auto& [name, tensor] : expanded.tensors) {
    EXPECT_EQ(tensor.dtype, DType::kF32) << name;
    EXPECT_EQ(Floats(expanded, name), Floats(int8, name)) << name;
  }
}

TEST(PackF32, NamesTheTensorThatHoldsNoFloats) {
  Checkpoint checkpoint;
  AddTensor<int64_t>(checkpoint, "cls_token", DType::kI64, {1}, {1});
  EXPECT_THAT(MessageOf(PackF32(checkpoint)), HasSubstr("\"cls_token\""));
}

}  // namespace
}  // namespace headlens
