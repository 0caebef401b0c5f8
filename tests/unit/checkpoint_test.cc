#include "checkpoint/checkpoint.h"

#include <gmock/gmock.h>

#include <cmath>

#include "unit/checkpoint_files.h"

namespace headlens {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Bytes FromText(std::string_view text) { return Bytes(text.begin(), text.end()); }

Result<Checkpoint> ReadFixtureCheckpoint(const std::string& name) {
  return ReadCheckpoint(ReadFixture("fixtures/" + name + ".safetensors"));
}

std::vector<float> Floats(const Checkpoint& checkpoint, const std::string& name) {
  const Tensor* tensor = checkpoint.Find(name);
  EXPECT_NE(tensor, nullptr) << name;
  if (!tensor) return {};
  Result<std::vector<float>> values = ReadFloats(checkpoint, name, tensor->shape);
  EXPECT_EQ(MessageOf(values), "");
  return values.ok() ? *values : std::vector<float>();
}

TEST(Checkpoint, ReadsTheFixturesWithCanonicalNames) {
  struct Case {
    const char* name;
    int blocks;
    int tensors_of_a_block;
    int others;  // cls_token, pos_embed, patch_embed.proj.*, norm.*, registers
  };
  for (const Case& c : {Case{"dino-micro", 3, 12, 6}, Case{"dino-micro-f16", 3, 12, 6},
                        Case{"dinov2-micro-reg", 4, 14, 7}, Case{"dinov2-micro-reg-timm", 4, 14, 7},
                        Case{"deit-micro", 2, 12, 6}}) {
    const Result<Checkpoint> checkpoint = ReadFixtureCheckpoint(c.name);
    ASSERT_TRUE(checkpoint.ok()) << c.name << ": " << checkpoint.error().message;
    EXPECT_EQ(checkpoint->tensors.size(),
              static_cast<size_t>(c.blocks * c.tensors_of_a_block + c.others))
        << c.name;
  }
}

TEST(Checkpoint, KeepsTheMetadata) {
  const Result<Checkpoint> checkpoint = ReadFixtureCheckpoint("dino-micro");
  ASSERT_TRUE(checkpoint.ok());
  EXPECT_EQ(checkpoint->metadata.at("heads"), "3");
}

TEST(Checkpoint, ReadsTimmsRegistersAsTheSameValues) {
  const Result<Checkpoint> dino = ReadFixtureCheckpoint("dinov2-micro-reg");
  const Result<Checkpoint> timm = ReadFixtureCheckpoint("dinov2-micro-reg-timm");
  ASSERT_TRUE(dino.ok() && timm.ok());
  EXPECT_EQ(Floats(*dino, "register_tokens"), Floats(*timm, "register_tokens"));
}

TEST(Checkpoint, ReadsHalfPrecisionAsItsRounding) {
  const Result<Checkpoint> full = ReadFixtureCheckpoint("dino-micro");
  const Result<Checkpoint> half = ReadFixtureCheckpoint("dino-micro-f16");
  ASSERT_TRUE(full.ok() && half.ok());
  for (const auto& [name, tensor] : full->tensors) {
    ASSERT_EQ(half->Find(name)->dtype, DType::kF16);
    const std::vector<float> expected = Floats(*full, name);
    const std::vector<float> found = Floats(*half, name);
    ASSERT_EQ(found.size(), expected.size());
    for (size_t i = 0; i < found.size(); ++i) {
      // Half a unit in the last place: 11 bits, or 2^-24 for subnormals.
      const float bound = std::max(std::fabs(expected[i]) * 0x1p-11f, 0x1p-25f);
      ASSERT_LE(std::fabs(found[i] - expected[i]), bound) << name << " " << i;
    }
  }
}

TEST(Checkpoint, SaysInOneSentenceWhatItWasGivenInstead) {
  const std::pair<Bytes, const char*> cases[] = {
      {{}, "empty"},
      {ReadFixture("photos/coffee.jpg"), "JPEG picture"},
      {FromText("\x89PNG\r\n\x1A\n and more of it"), "PNG picture"},
      {FromText("PK\x03\x04 and more of the archive"), "archive is cut off"},
      {FromText("\x80\x02}q\x01 and more of the pickle"), "pickle"},
      {FromText(std::string(257, 'x') + "ustar"), "tar archive"},
      {FromText("<!DOCTYPE html><html></html>"), "web page"},
      {FromText("\n<html><body>404</body></html>"), "web page"},
      {FromText("version https://git-lfs.github.com/spec/v1"), "git lfs pull"},
      {FromText("some text of no weights"), "not a weights file"},
      {FromText("short"), "only 5 bytes"},
      {Bytes(100, 0), "not a weights file"},
  };
  for (const auto& [file, part] : cases) {
    const std::string error = MessageOf(ReadCheckpoint(file));
    EXPECT_THAT(error, HasSubstr(part));
    EXPECT_TRUE(error.ends_with('.')) << error;
    EXPECT_EQ(error.find('\n'), std::string::npos) << error;
  }
}

TEST(Checkpoint, SaysThatAFileCutInHalfIsCut) {
  Bytes file = ReadFixture("fixtures/deit-micro.safetensors");
  file.resize(file.size() / 2);
  EXPECT_THAT(MessageOf(ReadCheckpoint(std::move(file))), HasSubstr("cut off"));
}

TEST(Checkpoint, SurvivesEveryBitFlipInARealHeader) {
  const Bytes whole = ReadFixture("fixtures/dino-micro-f16.safetensors");
  for (size_t byte = 0; byte < 400; ++byte) {
    for (int bit = 0; bit < 8; ++bit) {
      Bytes flipped = whole;
      flipped[byte] ^= 1 << bit;
      const Result<Checkpoint> read = ReadCheckpoint(std::move(flipped));
      EXPECT_TRUE(read.ok() || read.error().message.ends_with('.')) << byte << " " << bit;
    }
  }
}

TEST(Checkpoint, NamesEveryElementTypeBothWays) {
  for (int i = 0; i <= static_cast<int>(DType::kBool); ++i) {
    const DType dtype = static_cast<DType>(i);
    EXPECT_EQ(DTypeFromName(DTypeName(dtype)), dtype);
  }
  EXPECT_EQ(DTypeName(DType::kBF16), "BF16");
  EXPECT_EQ(DTypeSize(DType::kBF16), 2u);
  EXPECT_EQ(DTypeName(DType::kBool), "BOOL");
  EXPECT_EQ(DTypeFromName("F8_E4M3"), std::nullopt);
  EXPECT_EQ(DTypeFromName(""), std::nullopt);
}

TEST(Checkpoint, WritesShapesAsTuples) {
  EXPECT_EQ(ShapeText(std::vector<uint64_t>{384, 1536}), "(384, 1536)");
  EXPECT_EQ(ShapeText({}), "()");
}

constexpr uint64_t kFour[] = {4};
constexpr uint64_t kTwoByThree[] = {2, 3};

TEST(ReadFloats, ReadsHalfPrecisionNumbers) {
  Checkpoint checkpoint;  // 1, -2.5, the smallest subnormal, the largest
  AddTensor<uint16_t>(checkpoint, "x", DType::kF16, {4}, {0x3C00, 0xC100, 0x0001, 0x7BFF});
  EXPECT_THAT(*ReadFloats(checkpoint, "x", kFour), ElementsAre(1, -2.5, 0x1p-24, 65504));
}

TEST(ReadFloats, ReadsBFloat16Numbers) {
  Checkpoint checkpoint;
  AddTensor<uint16_t>(checkpoint, "x", DType::kBF16, {4}, {0x3F80, 0xC020, 0x0000, 0x7F7F});
  EXPECT_THAT(*ReadFloats(checkpoint, "x", kFour), ElementsAre(1, -2.5, 0, 0x1.FEp127f));
}

TEST(ReadFloats, RoundsDoubles) {
  Checkpoint checkpoint;
  AddTensor<double>(checkpoint, "x", DType::kF64, {4}, {1, -2.5, 1 + 0x1p-30, 1e-300});
  EXPECT_THAT(*ReadFloats(checkpoint, "x", kFour), ElementsAre(1, -2.5, 1, 0));
}

TEST(ReadFloats, ReadsBytesThatAreNotAligned) {
  Checkpoint checkpoint;
  checkpoint.storage.push_back({0xFF, 0x00, 0x00, 0x80, 0x3F});
  checkpoint.tensors["x"] = {DType::kF32, {1}, std::span(checkpoint.storage[0]).subspan(1)};
  constexpr uint64_t kOne[] = {1};
  EXPECT_THAT(*ReadFloats(checkpoint, "x", kOne), ElementsAre(1));
}

TEST(ReadFloats, ExpandsInt8WithTheScaleOfEachRow) {
  Checkpoint checkpoint;
  AddTensor<int8_t>(checkpoint, "x", DType::kI8, {2, 3}, {-127, 0, 1, 127, -2, 3});
  AddTensor<float>(checkpoint, "x.scale", DType::kF32, {2}, {0.5, 2});
  EXPECT_THAT(*ReadFloats(checkpoint, "x", kTwoByThree), ElementsAre(-63.5, 0, 0.5, 254, -4, 6));
}

TEST(ReadFloats, RefusesInt8WithoutAScaleForEachRow) {
  Checkpoint checkpoint;
  AddTensor<int8_t>(checkpoint, "x", DType::kI8, {2, 3}, {0, 0, 0, 0, 0, 0});
  EXPECT_THAT(MessageOf(ReadFloats(checkpoint, "x", kTwoByThree)), HasSubstr("\"x.scale\""));
  AddTensor<float>(checkpoint, "x.scale", DType::kF32, {3}, {1, 1, 1});
  EXPECT_THAT(MessageOf(ReadFloats(checkpoint, "x", kTwoByThree)), HasSubstr("(2) was expected"));
  AddTensor<uint16_t>(checkpoint, "x.scale", DType::kF16, {2}, {0, 0});
  EXPECT_THAT(MessageOf(ReadFloats(checkpoint, "x", kTwoByThree)), HasSubstr("F32 scale"));
}

TEST(ReadFloats, RefusesInt8ThatIsNoMatrix) {
  Checkpoint checkpoint;
  AddTensor<int8_t>(checkpoint, "x", DType::kI8, {4}, {0, 0, 0, 0});
  AddTensor<float>(checkpoint, "x.scale", DType::kF32, {4}, {1, 1, 1, 1});
  EXPECT_THAT(MessageOf(ReadFloats(checkpoint, "x", kFour)), HasSubstr("not a matrix"));
}

TEST(ReadFloats, NamesTheTensorThatIsMissingOrMisshapen) {
  Checkpoint checkpoint;
  AddTensor<int32_t>(checkpoint, "steps", DType::kI32, {4}, {1, 2, 3, 4});
  const Result<std::vector<float>> missing = ReadFloats(checkpoint, "norm.bias", kFour);
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(missing.error().message, HasSubstr("\"norm.bias\" is missing"));
  EXPECT_EQ(MessageOf(ReadFloats(checkpoint, "steps", kTwoByThree)),
            "The tensor \"steps\" has the shape (4) where (2, 3) was expected.");
  EXPECT_EQ(MessageOf(ReadFloats(checkpoint, "steps", kFour)),
            "The tensor \"steps\" is of type I32 where F32, F16, BF16, F64 or I8 was expected.");
}

}  // namespace
}  // namespace headlens
