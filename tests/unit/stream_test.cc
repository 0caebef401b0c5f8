#include "checkpoint/stream.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "unit/checkpoint_files.h"
#include "unit/pth_files.h"

namespace headlens {
namespace {

using ::testing::HasSubstr;

enum class Length { kKnown, kUnknown };

struct Streamed {
  std::string error;  // "" for a success
  std::map<std::string, Bytes>
      tensors;  // as they were when they were whole; of a .pth file, at End
  std::vector<std::string> order;
};

// The whole file through a stream in chunks of so many bytes; each tensor is released at once.
Streamed StreamThrough(const Bytes& file, size_t chunk, Length length = Length::kUnknown) {
  Streamed streamed;
  CheckpointStream stream(length == Length::kKnown ? file.size() : 0);
  for (std::span<const uint8_t> rest = file; !rest.empty();) {
    const Result<std::span<uint8_t>> room = stream.Room();
    if (streamed.error = MessageOf(room); !room.ok()) return streamed;
    EXPECT_FALSE(room->empty());
    const size_t count = std::min({chunk, room->size(), rest.size()});
    std::copy_n(rest.begin(), count, room->begin());
    const Result<std::string> whole = stream.Take(count);
    if (streamed.error = MessageOf(whole); !whole.ok()) return streamed;
    rest = rest.subspan(count);
    if (whole->empty()) continue;
    const std::span<const uint8_t> bytes = stream.checkpoint()->Find(*whole)->bytes;
    streamed.tensors[*whole] = {bytes.begin(), bytes.end()};
    streamed.order.push_back(*whole);
    stream.Release(*whole);
    EXPECT_TRUE(stream.checkpoint()->Find(*whole)->bytes.empty());
  }
  const bool had_header = stream.checkpoint() != nullptr;
  streamed.error = MessageOf(stream.End());
  if (had_header || !streamed.error.empty()) return streamed;
  for (const auto& [name, tensor] : stream.checkpoint()->tensors) {
    streamed.tensors[name] = {tensor.bytes.begin(), tensor.bytes.end()};
  }
  return streamed;
}

// A stream says of a file what the reader of whole files says.
void ExpectSameWords(const Bytes& file, const std::string& what) {
  const std::string expected = MessageOf(ReadCheckpoint(file));
  for (const size_t chunk : {size_t{1}, size_t{100}, SIZE_MAX}) {
    EXPECT_EQ(StreamThrough(file, chunk, Length::kKnown).error, expected)
        << what << " by " << chunk;
    EXPECT_EQ(StreamThrough(file, chunk).error, expected) << what << " by " << chunk;
  }
}

// Two tensors that the network needs, between others.
Bytes SmallFile() {
  const std::string header = "{" + Entry("head.weight", 3, 0) + "," + Entry("cls_token", 2, 12) +
                             "," + Entry("head.bias", 1, 20) + "," + Entry("pos_embed", 4, 24) +
                             "," + Entry("z", 5, 40) + R"(,"__metadata__":{"heads":"3"})" + "}";
  return MakeFile(header, 60);
}

TEST(CheckpointStream, HandsOverEachTensorWhenItIsWhole) {
  for (const std::string name :
       {"dino-micro.safetensors", "dino-micro-f16.safetensors", "dinov2-micro-reg-timm.safetensors",
        "dino-micro-huggingface.safetensors", "dino-micro.pth",
        "dino-micro-training-checkpoint.pth"}) {
    const Bytes file = ReadFixture("fixtures/" + name);
    const Result<Checkpoint> expected = ReadCheckpoint(file);
    ASSERT_TRUE(expected.ok());
    for (const size_t chunk : {size_t{1}, size_t{7}, size_t{4096}, SIZE_MAX}) {
      const Streamed streamed = StreamThrough(file, chunk);
      EXPECT_EQ(streamed.error, "") << name;
      ASSERT_EQ(streamed.tensors.size(), expected->tensors.size()) << name;
      for (const auto& [tensor, bytes] : streamed.tensors) {
        EXPECT_TRUE(std::ranges::equal(bytes, expected->Find(tensor)->bytes)) << name << tensor;
      }
    }
  }
}

TEST(CheckpointStream, FollowsTheOrderOfTheFile) {
  const std::string header = "{" + Entry("cls_token", 1, 8) + "," + Entry("norm.bias", 2, 0) + "}";
  const Streamed streamed = StreamThrough(MakeFile(header, 12), 1);
  EXPECT_EQ(streamed.error, "");
  EXPECT_THAT(streamed.order, ::testing::ElementsAre("norm.bias", "cls_token"));
  EXPECT_EQ(streamed.tensors.at("cls_token"), (Bytes{8, 9, 10, 11}));
}

TEST(CheckpointStream, HandsOverQueriesKeysAndValuesWhenAllThreeAreWhole) {
  const std::string at = "encoder.layer.0.attention.attention.";
  const std::string header =
      "{" + Entry(at + "key.bias", 1, 0) + "," + Entry("embeddings.cls_token", 1, 4) + "," +
      Entry(at + "value.bias", 1, 8) + "," + Entry("classifier.bias", 1, 12) + "," +
      Entry(at + "query.bias", 1, 16) + "}";
  for (const size_t chunk : {size_t{1}, size_t{3}, SIZE_MAX}) {
    const Streamed streamed = StreamThrough(MakeFile(header, 20), chunk);
    EXPECT_EQ(streamed.error, "");
    EXPECT_THAT(streamed.order, ::testing::ElementsAre("cls_token", "blocks.0.attn.qkv.bias"));
    EXPECT_EQ(streamed.tensors.at("blocks.0.attn.qkv.bias"),
              (Bytes{16, 17, 18, 19, 0, 1, 2, 3, 8, 9, 10, 11}));
  }
}

TEST(CheckpointStream, SaysOfPartsThatAreMissingWhatTheReaderSays) {
  const std::string at = "encoder.layer.0.attention.attention.";
  const std::string parts = Entry(at + "key.bias", 1, 0) + "," + Entry(at + "value.bias", 1, 4);
  ExpectSameWords(MakeFile("{" + parts + "}", 8), "no query");
  ExpectSameWords(MakeFile("{" + parts + "," + Entry(at + "query.bias", 2, 8) + "}", 16),
                  "a longer query");
  const Bytes whole = MakeFile("{" + parts + "," + Entry(at + "query.bias", 1, 8) + "}", 12);
  for (size_t length = whole.size() - 12; length < whole.size(); ++length) {
    ExpectSameWords(Bytes(whole.begin(), whole.begin() + length), std::to_string(length));
  }
}

TEST(CheckpointStream, TakesTheNetworkThatIsAskedFor) {
  const Bytes file = MakeFile(
      "{" + Entry("student.cls_token", 1, 0) + "," + Entry("ema.cls_token", 1, 4) + "}", 8);
  for (const bool student : {true, false}) {
    CheckpointStream stream(file.size(), student ? "student" : "ema");
    for (const uint8_t byte : file) {
      stream.Room()->front() = byte;
      ASSERT_TRUE(stream.Take(1).ok());
    }
    EXPECT_EQ(stream.checkpoint()->Find("cls_token")->bytes[0], student ? 0 : 4);
  }
  ExpectSameWords(file, "several networks");
}

TEST(CheckpointStream, SkipsWhatTheNetworkDoesNotNeed) {
  for (const size_t chunk : {size_t{1}, size_t{5}, SIZE_MAX}) {
    const Streamed streamed = StreamThrough(SmallFile(), chunk);
    EXPECT_EQ(streamed.error, "");
    EXPECT_THAT(streamed.order, ::testing::ElementsAre("cls_token", "pos_embed"));
    EXPECT_EQ(streamed.tensors.at("cls_token"), (Bytes{12, 13, 14, 15, 16, 17, 18, 19}));
    EXPECT_EQ(streamed.tensors.at("pos_embed")[0], 24);
  }
}

TEST(CheckpointStream, KnowsShapesAndMetadataOnceTheHeaderIsThere) {
  const Bytes file = SmallFile();
  CheckpointStream stream(0);
  for (const uint8_t byte : std::span(file).first(file.size() - 60)) {
    EXPECT_EQ(stream.checkpoint(), nullptr);
    stream.Room()->front() = byte;
    ASSERT_TRUE(stream.Take(1).ok());
  }
  ASSERT_NE(stream.checkpoint(), nullptr);
  EXPECT_EQ(stream.checkpoint()->metadata.at("heads"), "3");
  EXPECT_EQ(stream.checkpoint()->Find("pos_embed")->shape, std::vector<uint64_t>{4});
  EXPECT_EQ(stream.checkpoint()->Find("head.bias"), nullptr);
}

TEST(CheckpointStream, ReadsTensorsWithoutElements) {
  const std::string header = "{" + Entry("norm.bias", 0, 0) + "," + Entry("cls_token", 1, 0) + "}";
  const Streamed streamed = StreamThrough(MakeFile(header, 4), 1);
  EXPECT_EQ(streamed.error, "");
  EXPECT_THAT(streamed.order, ::testing::ElementsAre("cls_token"));
}

TEST(CheckpointStream, SaysOfEveryTruncationWhatTheReaderSays) {
  const Bytes whole = SmallFile();
  for (size_t length = 0; length < whole.size(); ++length) {
    ExpectSameWords(Bytes(whole.begin(), whole.begin() + length), std::to_string(length));
  }
}

TEST(CheckpointStream, SaysOfABadFileWhatTheReaderSays) {
  Bytes longer = SmallFile();
  longer.push_back(0);
  ExpectSameWords(longer, "a byte too many");
  const std::string one = "{" + Entry("cls_token", 1, 0) + "}";
  const std::string two = Entry("cls_token", 2, 0);
  ExpectSameWords(MakeFile(one, 4, one.size() + 5), "header longer than the file");
  ExpectSameWords(MakeFile(one, 4, UINT64_MAX), "header of 2^64 bytes");
  ExpectSameWords(MakeFile(one, 4, 0), "header of no bytes");
  ExpectSameWords(MakeFile(one, 4, 1), "header of a brace");
  ExpectSameWords(MakeFile("{]", 0), "no JSON");
  ExpectSameWords(MakeFile("{" + two + "," + two + "}", 8), "a name twice");
  ExpectSameWords(MakeFile("{" + two + "," + Entry("norm.bias", 2, 4) + "}", 12), "overlap");
  ExpectSameWords(MakeFile("{" + two + "," + Entry("norm.bias", 1, 12) + "}", 16), "gap");
  ExpectSameWords(MakeFile("{" + Entry("head.bias", 1, 0) + "}", 4), "no tensor of a network");
  ExpectSameWords(ReadFixture("photos/coffee.jpg"), "a JPEG");
  const std::string page = "<!DOCTYPE html><html><head></head></html>";
  ExpectSameWords(Bytes(page.begin(), page.end()), "a web page");
  ExpectSameWords(Bytes(100, 0), "zeros");
}

TEST(CheckpointStream, SaysOfEveryTruncationOfAPthFileWhatTheReaderSays) {
  for (const Bytes& whole : {MakePth(Dict({{"cls_token", TensorOf(Storage("0", 4), 0, {4}, {1})}})),
                             ReadFixture("fixtures/pth/views-legacy.pth")}) {
    for (size_t length = 0; length <= whole.size(); length += length < 20 ? 1 : 29) {
      ExpectSameWords(Bytes(whole.begin(), whole.begin() + length), std::to_string(length));
    }
  }
}

TEST(CheckpointStream, SaysUnderEveryBitFlipInTheHeaderWhatTheReaderSays) {
  const Bytes whole = SmallFile();
  for (size_t bit = 0; bit < 8 * (whole.size() - 60); ++bit) {
    Bytes flipped = whole;
    flipped[bit / 8] ^= 1 << bit % 8;
    EXPECT_EQ(StreamThrough(flipped, 100, Length::kKnown).error, MessageOf(ReadCheckpoint(flipped)))
        << bit;
  }
}

// Gives the error of a header alone.
std::string ErrorOfHeader(const Bytes& file, uint64_t file_bytes) {
  CheckpointStream stream(file_bytes);
  std::string error;
  for (size_t at = 0; at < file.size() && error.empty(); ++at) {
    stream.Room()->front() = file[at];
    error = MessageOf(stream.Take(1));
  }
  return error;
}

TEST(CheckpointStream, RefusesAHeaderThatDoesNotMatchTheLengthAtOnce) {
  const Bytes header = MakeFile("{" + Entry("cls_token", 250'000'000, 0) + "}", 0);
  EXPECT_THAT(ErrorOfHeader(header, header.size() + 4), HasSubstr("cut off"));
  EXPECT_THAT(ErrorOfHeader(header, 2'000'000'000), HasSubstr("announces only"));
  EXPECT_THAT(ErrorOfHeader(MakeFile("{}", 0, 50'000'000), 1000), HasSubstr("cut off"));
}

TEST(CheckpointStream, TakesNoMemoryForWhatAHeaderOnlyClaims) {
  CheckpointStream stream(0);
  const Bytes beginning = MakeFile("{", 0, 99'000'000);
  std::copy(beginning.begin(), beginning.end(), stream.Room()->begin());
  ASSERT_TRUE(stream.Take(beginning.size()).ok());
  EXPECT_LE(stream.Room()->size(), size_t{1} << 16);
}

// As long as it is said to be, of zeros behind a beginning that is a zip's.
std::string ErrorOfGathered(uint64_t file_bytes, size_t length, uint64_t limit) {
  CheckpointStream stream(file_bytes, "", limit);
  Bytes beginning = ToBytes("PK\3\4.....");
  for (size_t given = 0; given < length;) {
    const Result<std::span<uint8_t>> room = stream.Room();
    if (!room.ok()) return room.error().message;
    const size_t count = std::min({room->size(), length - given, size_t{100'000}});
    std::ranges::fill(room->first(count), 0);
    if (given < beginning.size()) std::ranges::copy(beginning, room->begin());
    if (const Result<std::string> taken = stream.Take(count); !taken.ok()) {
      return taken.error().message;
    }
    given += count;
  }
  return MessageOf(stream.End());
}

TEST(CheckpointStream, RefusesAFileThatCannotBeGatheredByItsFirstBytes) {
  EXPECT_EQ(ErrorOfGathered(3'000'000'000, 100, 800'000'000),
            "This .pth file needs 3000 MB of memory or more, but only 800 MB can be had: choose a "
            "smaller model, or the same as safetensors, which is read in pieces.");
  EXPECT_THAT(ErrorOfGathered(uint64_t{1} << 62, 100, UINT64_MAX),
              HasSubstr("of memory or more, which is not there: choose a smaller model"));
  EXPECT_THAT(ErrorOfGathered(UINT64_MAX, 100, UINT64_MAX), HasSubstr("of memory or more"));
}

TEST(CheckpointStream, RefusesAFileThatCannotBeGatheredWhenThatTurnsOut) {
  EXPECT_THAT(ErrorOfGathered(0, 3'000'000, 4'000'000), HasSubstr("archive is cut off"));
  EXPECT_THAT(ErrorOfGathered(0, 5'000'000, 4'000'000), HasSubstr("but only 4 MB can be had"));
}

TEST(CheckpointStream, TakesWhatComesBeyondTheLengthThatWasGiven) {
  Bytes file = ReadFixture("fixtures/dino-micro.pth");
  file.resize(file.size() + 300'000);
  CheckpointStream stream(file.size() - 300'000);
  for (std::span<const uint8_t> rest = file; !rest.empty();) {
    const std::span<uint8_t> room = *stream.Room();
    const size_t count = std::min(room.size(), rest.size());
    std::copy_n(rest.begin(), count, room.begin());
    ASSERT_TRUE(stream.Take(count).ok());
    rest = rest.subspan(count);
  }
  EXPECT_THAT(MessageOf(stream.End()), HasSubstr("cut off"));
}

TEST(CheckpointStream, SaysThatATensorDoesNotFitTheMemory) {
  const std::string header = R"({"cls_token":{"dtype":"F32","shape":[2147483647,2147483647],)"
                             R"("data_offsets":[0,18446744056529682436]}})";
  const Bytes file = MakeFile(header, 1);
  const std::string error = StreamThrough(file, SIZE_MAX).error;
  EXPECT_THAT(error, HasSubstr("not enough memory for the tensor \"cls_token\""));
}

}  // namespace
}  // namespace headlens
