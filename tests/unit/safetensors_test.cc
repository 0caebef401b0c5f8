#include "checkpoint/safetensors.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "base/json.h"
#include "unit/checkpoint_files.h"

namespace headlens {
namespace {

using ::testing::HasSubstr;

std::string ErrorOf(Bytes file) { return MessageOf(ReadSafetensors(std::move(file))); }

// Three tensors of different element sizes, and metadata.
Bytes SmallFile() {
  Checkpoint checkpoint;
  AddTensor<float>(checkpoint, "floats", DType::kF32, {2, 3}, {0, 1, 2, 3, 4, 5});
  AddTensor<int8_t>(checkpoint, "bytes", DType::kI8, {3}, {-1, 0, 1});
  AddTensor<uint16_t>(checkpoint, "halves", DType::kF16, {2, 1}, {0x3C00, 0xC000});
  return WriteSafetensors(checkpoint.tensors, {{"heads", "3"}});
}

size_t HeaderEnd(const Bytes& file) {
  uint64_t length = 0;
  std::memcpy(&length, file.data(), 8);
  return 8 + length;
}

// Every tensor as long as it says, inside the storage, and together as long as the data.
void ExpectConsistent(const Checkpoint& checkpoint) {
  ASSERT_EQ(checkpoint.storage.size(), 1u);
  const Bytes& file = checkpoint.storage[0];
  size_t total = HeaderEnd(file);
  for (const auto& [name, tensor] : checkpoint.tensors) {
    size_t bytes = DTypeSize(tensor.dtype);
    for (const uint64_t axis : tensor.shape) bytes *= axis;
    EXPECT_EQ(tensor.bytes.size(), bytes) << name;
    EXPECT_GE(tensor.bytes.data(), file.data() + HeaderEnd(file)) << name;
    EXPECT_LE(tensor.bytes.data() + bytes, file.data() + file.size()) << name;
    total += bytes;
  }
  EXPECT_EQ(total, file.size());
}

TEST(Safetensors, ReadsBackWhatItWrites) {
  const Result<Checkpoint> read = ReadSafetensors(SmallFile());
  ASSERT_TRUE(read.ok()) << read.error().message;
  ExpectConsistent(*read);
  ASSERT_EQ(read->tensors.size(), 3u);
  EXPECT_EQ(read->metadata, (std::map<std::string, std::string>{{"heads", "3"}}));
  const Tensor& bytes = *read->Find("bytes");
  EXPECT_EQ(bytes.dtype, DType::kI8);
  EXPECT_EQ(bytes.shape, (std::vector<uint64_t>{3}));
  EXPECT_THAT(bytes.bytes, ::testing::ElementsAre(255, 0, 1));
  EXPECT_EQ(WriteSafetensors(read->tensors, read->metadata), SmallFile());
}

TEST(Safetensors, ReadsEveryFixture) {
  const std::pair<const char*, size_t> fixtures[] = {{"dino-micro", 42},
                                                     {"dino-micro-f16", 42},
                                                     {"dinov2-micro-reg", 63},
                                                     {"deit-micro", 32},
                                                     {"dino-micro--coffee-60x44.expected", 6}};
  for (const auto& [name, tensors] : fixtures) {
    const Result<Checkpoint> read =
        ReadSafetensors(ReadFixture(std::string("fixtures/") + name + ".safetensors"));
    ASSERT_TRUE(read.ok()) << name << ": " << read.error().message;
    ExpectConsistent(*read);
    EXPECT_EQ(read->tensors.size(), tensors) << name;
  }
}

TEST(Safetensors, TakesTheFileOverWithoutACopy) {
  Bytes file = SmallFile();
  const uint8_t* address = file.data();
  Result<Checkpoint> read = ReadSafetensors(std::move(file));
  ASSERT_TRUE(read.ok());
  const Checkpoint moved = std::move(*read);
  EXPECT_EQ(moved.storage[0].data(), address);
  EXPECT_EQ(moved.Find("floats")->bytes.data(), address + HeaderEnd(moved.storage[0]));
}

TEST(Safetensors, WritesEveryTensorAlignedToItsElements) {
  const Bytes file = SmallFile();
  EXPECT_EQ(HeaderEnd(file) % 8, 0u);
  const Result<Checkpoint> read = ReadSafetensors(file);
  ASSERT_TRUE(read.ok());
  for (const auto& [name, tensor] : read->tensors) {
    const size_t offset = tensor.bytes.data() - read->storage[0].data();
    EXPECT_EQ(offset % DTypeSize(tensor.dtype), 0u) << name;
  }
}

TEST(Safetensors, WritesNamesAndMetadataThatNeedEscapes) {
  Checkpoint checkpoint = CheckpointWithNames({"quote\" \\ \u20ac\n"});
  const std::map<std::string, std::string> metadata = {{"\"", "\t"}};
  const Result<Checkpoint> read = ReadSafetensors(WriteSafetensors(checkpoint.tensors, metadata));
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_NE(read->Find("quote\" \\ \u20ac\n"), nullptr);
  EXPECT_EQ(read->metadata, metadata);
}

TEST(Safetensors, ReadsScalarsAndEmptyTensors) {
  const Result<Checkpoint> read =
      ReadSafetensors(MakeFile(R"({"scalar":{"dtype":"F32","shape":[],"data_offsets":[0,4]},)"
                               R"("empty":{"dtype":"I64","shape":[0,5],"data_offsets":[4,4]}})",
                               4));
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->Find("scalar")->bytes.size(), 4u);
  EXPECT_TRUE(read->Find("empty")->bytes.empty());
}

TEST(Safetensors, ReadsTensorsInAnyOrderOfTheirData) {
  const std::string header = "{" + Entry("a", 2, 4) + "," + Entry("b", 1, 0) + "}";
  const Result<Checkpoint> read = ReadSafetensors(MakeFile(header, 12));
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->Find("a")->bytes[0], 4);
  EXPECT_EQ(read->Find("b")->bytes[0], 0);
}

TEST(Safetensors, RefusesEveryTruncation) {
  const Bytes whole = SmallFile();
  for (size_t length = 0; length < whole.size(); ++length) {
    EXPECT_NE(ErrorOf(Bytes(whole.begin(), whole.begin() + length)), "") << length;
  }
}

TEST(Safetensors, RefusesARealFileCutAtEveryTensor) {
  const Result<Checkpoint> whole = ReadSafetensors(ReadFixture("fixtures/dino-micro.safetensors"));
  ASSERT_TRUE(whole.ok());
  const Bytes& file = whole->storage[0];
  for (const auto& [name, tensor] : whole->tensors) {
    const Bytes cut(file.data(), tensor.bytes.data());
    EXPECT_THAT(ErrorOf(cut), HasSubstr("cut off")) << name;
  }
}

TEST(Safetensors, SaysHowMuchOfACutFileIsThere) {
  const Bytes whole = ReadFixture("fixtures/dino-micro.safetensors");
  const size_t half = whole.size() / 2;
  const std::string error = ErrorOf(Bytes(whole.begin(), whole.begin() + half));
  EXPECT_THAT(error, HasSubstr(std::to_string(whole.size())));
  EXPECT_THAT(error, HasSubstr(std::to_string(half)));
}

TEST(Safetensors, RefusesBytesAfterTheEnd) {
  Bytes file = SmallFile();
  file.push_back(0);
  EXPECT_THAT(ErrorOf(file), HasSubstr("announces only"));
}

TEST(Safetensors, RefusesAHeaderLongerThanTheFile) {
  const std::string header = "{" + Entry("a", 1, 0) + "}";
  EXPECT_THAT(ErrorOf(MakeFile(header, 4, header.size() + 5)), HasSubstr("cut off"));
  EXPECT_THAT(ErrorOf(MakeFile(header, 4, 100'000'001)), HasSubstr("over the limit"));
  EXPECT_THAT(ErrorOf(MakeFile(header, 4, UINT64_MAX)), HasSubstr("over the limit"));
}

TEST(Safetensors, RefusesAHeaderCutShort) {
  const std::string header = "{" + Entry("a", 1, 0) + "}";
  for (size_t length = 0; length < header.size(); ++length) {
    EXPECT_THAT(ErrorOf(MakeFile(header, 4, length)), HasSubstr("header")) << length;
  }
}

TEST(Safetensors, RefusesNonsenseForAHeader) {
  for (const char* header : {"[]", "null", "{]", "{\"a\":1}", "{\"a\":{}}", "{\"a\":[]}", "{}}",
                             "{\"__metadata__\":{\"a\":1}}", "{\"__metadata__\":[]}"}) {
    EXPECT_NE(ErrorOf(MakeFile(header, 0)), "") << header;
  }
}

TEST(Safetensors, RefusesDuplicateNames) {
  const std::string header = "{" + Entry("a", 1, 0) + "," + Entry("a", 1, 4) + "}";
  EXPECT_THAT(ErrorOf(MakeFile(header, 8)), HasSubstr("\"a\" appears twice"));
}

TEST(Safetensors, RefusesOverlappingRanges) {
  const std::string header = "{" + Entry("a", 2, 0) + "," + Entry("b", 2, 4) + "}";
  EXPECT_THAT(ErrorOf(MakeFile(header, 12)), HasSubstr("\"b\" overlaps"));
}

TEST(Safetensors, RefusesTheSameRangeTwice) {
  const std::string header = "{" + Entry("a", 1, 0) + "," + Entry("b", 1, 0) + "}";
  EXPECT_THAT(ErrorOf(MakeFile(header, 4)), HasSubstr("overlaps"));
}

TEST(Safetensors, RefusesGaps) {
  const std::string between = "{" + Entry("a", 1, 0) + "," + Entry("b", 1, 8) + "}";
  EXPECT_THAT(ErrorOf(MakeFile(between, 12)), HasSubstr("gap"));
  EXPECT_THAT(ErrorOf(MakeFile("{" + Entry("a", 1, 4) + "}", 8)), HasSubstr("gap"));
}

// One tensor with the given members.
std::string ErrorOfTensor(const std::string& members, size_t data_bytes) {
  return ErrorOf(MakeFile("{\"x\":{" + members + "}}", data_bytes));
}

TEST(Safetensors, RefusesSizesThatOverflow) {
  // 2^32 * 2^32 and 2^62 * 4 bytes are 0 in 64 bits; 2^31 is more than an int.
  for (const char* shape : {"[4294967296,4294967296]", "[4611686018427387904]", "[2147483648,0]",
                            "[2147483647,2147483647,2147483647,2147483647]"}) {
    const std::string members =
        R"("dtype":"F32","data_offsets":[0,0],"shape":)" + std::string(shape);
    EXPECT_THAT(ErrorOfTensor(members, 0), HasSubstr("\"x\" has an impossible size")) << shape;
  }
  EXPECT_THAT(
      ErrorOfTensor(R"("dtype":"F32","shape":[1],"data_offsets":[18446744073709551612,0])", 4),
      HasSubstr("backwards"));
  EXPECT_NE(
      ErrorOfTensor(R"("dtype":"F32","shape":[1],"data_offsets":[0,18446744073709551616])", 4), "");
}

TEST(Safetensors, RefusesARangeOfAnotherLengthThanTheShape) {
  for (const char* offsets : {"[0,7]", "[0,4]", "[0,0]"}) {
    const std::string members =
        R"("dtype":"F32","shape":[2],"data_offsets":)" + std::string(offsets);
    EXPECT_THAT(ErrorOfTensor(members, 8), HasSubstr("F32 (2) takes 8 bytes")) << offsets;
  }
}

TEST(Safetensors, NamesTheTensorOfAnUnknownType) {
  const std::string error =
      ErrorOfTensor(R"("dtype":"F8_E4M3","shape":[1],"data_offsets":[0,1])", 1);
  EXPECT_THAT(error, HasSubstr("\"x\""));
  EXPECT_THAT(error, HasSubstr("F8_E4M3"));
}

TEST(Safetensors, RefusesMembersOfTheWrongKind) {
  for (const char* members : {
           R"("shape":[1],"data_offsets":[0,4])",
           R"("dtype":1,"shape":[1],"data_offsets":[0,4])",
           R"("dtype":"F32","data_offsets":[0,4])",
           R"("dtype":"F32","shape":1,"data_offsets":[0,4])",
           R"("dtype":"F32","shape":[-1],"data_offsets":[0,4])",
           R"("dtype":"F32","shape":[1.0],"data_offsets":[0,4])",
           R"("dtype":"F32","shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[0,4])",
           R"("dtype":"F32","shape":[1])",
           R"("dtype":"F32","shape":[1],"data_offsets":[0])",
           R"("dtype":"F32","shape":[1],"data_offsets":[0,4,4])",
           R"("dtype":"F32","shape":[1],"data_offsets":[4,0])",
           R"("dtype":"F32","shape":[1],"data_offsets":"0,4")",
       }) {
    EXPECT_THAT(ErrorOfTensor(members, 4), HasSubstr("\"x\"")) << members;
  }
}

TEST(Safetensors, RefusesNamesThatFillTheScreen) {
  const std::string header = "{" + Entry(std::string(10'000, 'x'), 1, 0) + "}";
  EXPECT_LT(ErrorOf(MakeFile(header, 4)).size(), 200u);
  EXPECT_NE(ErrorOf(MakeFile(header, 4)), "");
}

TEST(Safetensors, StaysConsistentUnderEveryBitFlipInTheHeader) {
  const Bytes whole = SmallFile();
  int refused = 0;
  for (size_t bit = 0; bit < 8 * HeaderEnd(whole); ++bit) {
    Bytes flipped = whole;
    flipped[bit / 8] ^= 1 << bit % 8;
    const Result<Checkpoint> read = ReadSafetensors(std::move(flipped));
    if (read.ok()) ExpectConsistent(*read);
    if (!read.ok()) ++refused;
  }
  EXPECT_GT(refused, 0);
}

}  // namespace
}  // namespace headlens
