#include "vit/loader.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cstring>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "checkpoint/pack.h"
#include "checkpoint/safetensors.h"
#include "random_vit.h"
#include "unit/pth_files.h"
#include "vit_fixtures.h"

namespace headlens {
namespace {

using ::testing::HasSubstr;

constexpr VitConfig kConfig = {.patch = 4,
                               .width = 64,
                               .depth = 3,
                               .heads = 2,
                               .mlp = 128,
                               .registers = 2,
                               .grid_rows = 4,
                               .grid_cols = 4,
                               .layer_scale = true};

// A safetensors file with the tensors in the given order.
Bytes WriteInOrder(const Checkpoint& checkpoint, const std::vector<std::string>& names) {
  std::string header = R"({"__metadata__":{"heads":"2"})";
  Bytes data;
  for (const std::string& name : names) {
    const Tensor& tensor = *checkpoint.Find(name);
    std::string shape;
    for (const uint64_t axis : tensor.shape)
      shape += (shape.empty() ? "" : ",") + std::to_string(axis);
    header += ",\"" + name + R"(":{"dtype":")" + std::string(DTypeName(tensor.dtype)) +
              R"(","shape":[)" + shape + R"(],"data_offsets":[)" + std::to_string(data.size()) +
              ",";
    data.insert(data.end(), tensor.bytes.begin(), tensor.bytes.end());
    header += std::to_string(data.size()) + "]}";
  }
  header += "}";
  const uint64_t length = header.size();
  Bytes file(8);
  std::memcpy(file.data(), &length, 8);
  file.insert(file.end(), header.begin(), header.end());
  file.insert(file.end(), data.begin(), data.end());
  return file;
}

std::vector<std::string> NamesOf(const Checkpoint& checkpoint) {
  std::vector<std::string> names;
  for (const auto& [name, tensor] : checkpoint.tensors) names.push_back(name);
  return names;
}

class VitLoaderTest : public ::testing::Test {
 protected:
  Result<std::unique_ptr<Vit>> LoadStreamed(const Bytes& file, size_t chunk,
                                            const VitLoaderOptions& options = {}) {
    VitLoader loader(options, pool_);
    for (std::span<const uint8_t> rest = file; !rest.empty();) {
      const Result<std::span<uint8_t>> room = loader.Room();
      if (!room.ok()) return room.error();
      const size_t count = std::min({chunk, room->size(), rest.size()});
      std::copy_n(rest.begin(), count, room->begin());
      if (Status taken = loader.Take(count); !taken.ok()) return taken.error();
      rest = rest.subspan(count);
    }
    return loader.End();
  }

  std::string ErrorOf(const Bytes& file, const VitLoaderOptions& options = {}) {
    const Result<std::unique_ptr<Vit>> vit = LoadStreamed(file, 1000, options);
    return vit.ok() ? "" : vit.error().message;
  }

  static std::vector<float> MapsOf(Vit& vit) {
    RunThrough(vit, Random(7).Floats(3 * 20 * 24, 1.0f), 20, 24);
    return {vit.cls_attention().begin(), vit.cls_attention().end()};
  }

  // The maps of a streamed file are those of the checkpoint, bit by bit.
  void ExpectSameModel(const Bytes& file, size_t chunk, const Checkpoint& checkpoint,
                       Precision precision) {
    const auto expected = Vit::Load(checkpoint, {precision}, pool_);
    const auto streamed = LoadStreamed(file, chunk, {.vit = {.precision = precision}});
    ASSERT_TRUE(expected.ok()) << expected.error().message;
    ASSERT_TRUE(streamed.ok()) << streamed.error().message;
    EXPECT_EQ((*streamed)->precision(), (*expected)->precision());
    EXPECT_EQ((*streamed)->memory_bytes(), (*expected)->memory_bytes());
    EXPECT_EQ(MapsOf(**streamed), MapsOf(**expected));
  }

  ThreadPool pool_ = MakeThreadPool(2);
  const Checkpoint checkpoint_ = RandomVit(kConfig, 61);
  const Bytes file_ = WriteSafetensors(checkpoint_.tensors, checkpoint_.metadata);
};

// Gives the loader the header alone.
std::string ErrorOfHeader(const Bytes& file, const VitLoaderOptions& options,
                          const ThreadPool& pool) {
  VitLoader loader(options, pool);
  const size_t data_begin = *SafetensorsDataBegin(file);
  for (size_t i = 0; i < data_begin; ++i) {
    loader.Room()->front() = file[i];
    if (Status taken = loader.Take(1); !taken.ok()) return taken.error().message;
  }
  return "";
}

TEST_F(VitLoaderTest, GivesTheModelOfTheWholeFileHoweverItArrives) {
  for (const size_t chunk : {size_t{1}, size_t{13}, size_t{65'536}, SIZE_MAX}) {
    ExpectSameModel(file_, chunk, checkpoint_, Precision::kAuto);
  }
}

TEST_F(VitLoaderTest, PacksForEveryPrecision) {
  const Bytes packed = *PackInt8(checkpoint_);
  const Checkpoint int8 = std::move(*ReadCheckpoint(packed));
  for (const Precision precision : {Precision::kAuto, Precision::kF32, Precision::kInt8}) {
    ExpectSameModel(file_, 999, checkpoint_, precision);
    ExpectSameModel(packed, 999, int8, precision);
  }
}

TEST_F(VitLoaderTest, TakesTensorsInAnyOrder) {
  std::vector<std::string> names = NamesOf(checkpoint_);
  std::mt19937 shuffle(3);
  for (int order = 0; order < 10; ++order) {
    std::shuffle(names.begin(), names.end(), shuffle);
    ExpectSameModel(WriteInOrder(checkpoint_, names), 5000, checkpoint_, Precision::kAuto);
  }
}

TEST_F(VitLoaderTest, TakesSeparateQueriesKeysAndValues) {
  const Bytes file = FileBytes(kFixtures + "dino-micro-huggingface.safetensors");
  const auto expected = LoadVit(kFixtures + "dino-micro-huggingface.safetensors",
                                {Precision::kF32, {.heads = 3}}, pool_);
  for (const size_t chunk : {size_t{999}, SIZE_MAX}) {
    const auto streamed = LoadStreamed(file, chunk, {.vit = {Precision::kF32, {.heads = 3}}});
    ASSERT_TRUE(streamed.ok()) << streamed.error().message;
    EXPECT_EQ(MapsOf(**streamed), MapsOf(*expected));
  }
}

// Its V, projection and MLP are not read: the maps need no more of it.
bool IsUnused(const std::string& name) {
  for (const char* part : {"attn.proj", "ls1", "norm2", "mlp", "ls2"}) {
    if (name.starts_with(std::string("blocks.2.") + part)) return true;
  }
  return false;
}

TEST_F(VitLoaderTest, RefusesNumbersThatAreNotFiniteInEveryTensorThatItUses) {
  float bad = 0;  // infinite, either way, and no number, by turns
  for (const auto& [name, tensor] : checkpoint_.tensors) {
    if (IsUnused(name)) continue;
    Checkpoint damaged = RandomVit(kConfig, 61);
    std::vector<float> values = *ReadFloats(damaged, name, tensor.shape);
    values.back() = bad = bad < 0 ? NAN : bad > 0 ? -INFINITY : INFINITY;
    AddFloatTensor(damaged, name, tensor.shape, values);
    const Bytes file = WriteSafetensors(damaged.tensors, damaged.metadata);
    for (const Precision precision : {Precision::kF32, Precision::kInt8}) {
      EXPECT_THAT(ErrorOf(file, {.vit = {.precision = precision}}),
                  HasSubstr("\"" + name + "\" holds values that are not finite"));
    }
  }
}

TEST_F(VitLoaderTest, RefusesScalesThatAreNotFinite) {
  Checkpoint packed = std::move(*ReadCheckpoint(*PackInt8(checkpoint_)));
  const std::string name = "blocks.1.mlp.fc1.weight.scale";
  AddFloatTensor(packed, name, {128}, std::vector<float>(128, NAN));
  const Bytes file = WriteSafetensors(packed.tensors, packed.metadata);
  EXPECT_THAT(ErrorOf(file), HasSubstr(name));
  EXPECT_NE(ErrorOf(file, {.vit = {.precision = Precision::kF32}}), "");
}

TEST_F(VitLoaderTest, RefusesMetadataThatMakeNoSenseByTheHeader) {
  const Bytes file = WriteSafetensors(checkpoint_.tensors, {{"heads", "2"}, {"std", "1 1 0"}});
  EXPECT_THAT(ErrorOfHeader(file, {}, pool_), HasSubstr("not above 0"));
  EXPECT_EQ(ErrorOfHeader(file, {.vit = {.choices = {.std = Channels{1, 1, 1}}}}, pool_), "");
}

TEST_F(VitLoaderTest, RefusesEveryTruncation) {
  for (size_t length = 0; length < file_.size(); length += 97) {
    const Bytes cut(file_.begin(), file_.begin() + length);
    EXPECT_NE(ErrorOf(cut), "") << length;
    EXPECT_NE(ErrorOf(cut, {.file_bytes = length}), "") << length;
  }
  const Bytes almost(file_.begin(), file_.end() - 1);
  EXPECT_THAT(ErrorOf(almost), HasSubstr("cut off"));
}

TEST_F(VitLoaderTest, RefusesBytesAfterTheEnd) {
  Bytes longer = file_;
  longer.resize(longer.size() + 200'000);
  EXPECT_THAT(ErrorOf(longer), HasSubstr("announces only"));
}

TEST_F(VitLoaderTest, FailsForGoodOnceItHasFailed) {
  VitLoader loader({}, pool_);
  const Bytes nothing(1000, 0);
  Status taken;
  for (size_t i = 0; i < nothing.size() && taken.ok(); ++i) {
    loader.Room()->front() = nothing[i];
    taken = loader.Take(1);
  }
  EXPECT_THAT(taken.error().message, HasSubstr("not a weights file"));
  EXPECT_EQ(loader.End().error().message, taken.error().message);
}

TEST_F(VitLoaderTest, RefusesAWrongNetworkByItsHeader) {
  Checkpoint headless = RandomVit(kConfig, 61);
  headless.tensors.erase("blocks.1.attn.proj.bias");
  const Bytes file = WriteSafetensors(headless.tensors, headless.metadata);
  EXPECT_THAT(ErrorOfHeader(file, {}, pool_), HasSubstr("blocks.1.attn.proj.bias"));
  EXPECT_THAT(ErrorOfHeader(file_, {.vit = {.choices = {.heads = 5}}}, pool_),
              HasSubstr("5 heads"));
}

TEST_F(VitLoaderTest, RefusesAModelThatDoesNotFitTheMemoryByItsHeader) {
  const size_t int8_bytes = 3 * (4 * 64 * 64 + 2 * 64 * 128);
  const size_t limit = 3 * int8_bytes;
  EXPECT_THAT(ErrorOfHeader(file_, {.memory_limit = limit}, pool_),
              HasSubstr("needs 1 MB of memory"));
  EXPECT_EQ(ErrorOfHeader(file_, {.memory_limit = limit, .vit = {Precision::kInt8}}, pool_), "");
  const Bytes packed = *PackInt8(checkpoint_);
  EXPECT_EQ(ErrorOfHeader(packed, {.memory_limit = limit}, pool_), "");
  EXPECT_NE(ErrorOfHeader(packed, {.memory_limit = limit, .vit = {Precision::kF32}}, pool_), "");
}

// A .pth file has no metadata: the number of heads comes from the reader.
TEST_F(VitLoaderTest, GivesTheModelOfAPthFileHoweverItArrives) {
  const Bytes pth = WritePth(checkpoint_);
  for (const Precision precision : {Precision::kF32, Precision::kInt8}) {
    const VitOptions options = {precision, {.heads = kConfig.heads}};
    const auto expected = Vit::Load(checkpoint_, options, pool_);
    ASSERT_TRUE(expected.ok());
    const size_t bytes = (*expected)->memory_bytes();
    const std::vector<float> maps = MapsOf(**expected);
    for (const size_t chunk : {size_t{1000}, SIZE_MAX}) {
      for (const uint64_t length : {uint64_t{0}, uint64_t{pth.size()}}) {
        const auto vit = LoadStreamed(pth, chunk, {.file_bytes = length, .vit = options});
        ASSERT_TRUE(vit.ok()) << vit.error().message;
        EXPECT_EQ((*vit)->memory_bytes(), bytes);
        EXPECT_EQ(MapsOf(**vit), maps);
      }
    }
  }
}

TEST_F(VitLoaderTest, RefusesAPthFileOfAWrongNetwork) {
  Checkpoint headless = RandomVit(kConfig, 61);
  headless.tensors.erase("blocks.1.attn.proj.bias");
  EXPECT_THAT(ErrorOf(WritePth(headless), {.vit = {.choices = {.heads = 2}}}),
              HasSubstr("blocks.1.attn.proj.bias"));
  EXPECT_THAT(ErrorOf(WritePth(checkpoint_), {.vit = {.choices = {.heads = 5}}}),
              HasSubstr("5 heads"));
}

TEST_F(VitLoaderTest, CountsAPthFileBesideItsPackedWeights) {
  const Bytes pth = WritePth(checkpoint_);
  const VitOptions options = {.choices = {.heads = kConfig.heads}};
  const uint64_t matrices = uint64_t{4} * 3 * (4 * 64 * 64 + 2 * 64 * 128);
  for (const uint64_t length : {uint64_t{0}, uint64_t{pth.size()}}) {
    const auto error_with = [&](uint64_t limit) {
      return ErrorOf(pth, {.file_bytes = length, .memory_limit = limit, .vit = options});
    };
    EXPECT_THAT(error_with(pth.size() - 1), HasSubstr("This .pth file needs 1 MB"));
    EXPECT_THAT(error_with(pth.size() + matrices - 1), HasSubstr("This model needs"));
    EXPECT_EQ(error_with(2 * pth.size() + matrices), "");
  }
}

}  // namespace
}  // namespace headlens
