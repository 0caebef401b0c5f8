#include "engine/engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include "checkpoint/safetensors.h"

namespace headlens {
namespace {

using ::testing::HasSubstr;

std::vector<uint8_t> ReadFile(const std::string& name) {
  std::ifstream file(std::string(HEADLENS_TESTS_DIR) + "/" + name, std::ios::binary);
  EXPECT_TRUE(file) << name;
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<float> Floats(const Checkpoint& expected, const std::string& name) {
  const Tensor* tensor = expected.Find(name);
  EXPECT_NE(tensor, nullptr) << name;
  return ReadFloats(expected, name, tensor->shape).value();
}

float MaxDifference(std::span<const float> a, std::span<const float> b) {
  EXPECT_EQ(a.size(), b.size());
  float worst = 0;
  for (size_t i = 0; i < a.size(); ++i) worst = std::max(worst, std::fabs(a[i] - b[i]));
  return worst;
}

Image Gradient(int height, int width) {
  Image image = {height, width, std::vector<uint8_t>(size_t{3} * height * width)};
  for (size_t i = 0; i < image.rgb.size(); ++i) image.rgb[i] = static_cast<uint8_t>(i * i >> 7);
  return image;
}

class EngineTest : public ::testing::Test {
 protected:
  void LoadMicro(const VitOptions& options = {}) {
    const Status loaded = engine_.Load(ReadFile("fixtures/dino-micro.safetensors"), options);
    ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  }

  void Begin(const Result<Input>& input) {
    ASSERT_TRUE(input.ok()) << input.error().message;
    const Status begun = engine_.Begin(*input);
    ASSERT_TRUE(begun.ok()) << begun.error().message;
  }

  void Run(const Result<Input>& input) {
    Begin(input);
    while (!engine_.done()) ASSERT_TRUE(engine_.Step().ok());
  }

  Result<Input> FixtureInput() const {
    return engine_.Prepare(Pixels{96, 144, Floats(expected_, "pixels")});
  }

  std::vector<float> Cls() const {
    const std::span<const float> cls = engine_.vit()->cls_attention();
    return {cls.begin(), cls.end()};
  }

  Engine engine_{{.threads = 2}};
  const Checkpoint expected_ =
      ReadSafetensors(ReadFile("fixtures/dino-micro--chelsea-96x144.expected.safetensors")).value();
};

TEST_F(EngineTest, GivesTheMapsOfPyTorch) {
  LoadMicro();
  Run(FixtureInput());
  EXPECT_LE(MaxDifference(Cls(), Floats(expected_, "cls_attention")), 1e-5f);
  const int row = std::stoi(expected_.metadata.at("query_row"));
  const int col = std::stoi(expected_.metadata.at("query_col"));
  const Result<std::vector<float>> query = engine_.Query(row, col);
  ASSERT_TRUE(query.ok());
  EXPECT_LE(MaxDifference(*query, Floats(expected_, "query_attention")), 1e-5f);
}

TEST_F(EngineTest, SaysWhatIsMissingBeforeAModelIsLoaded) {
  EXPECT_THAT(engine_.Prepare(Gradient(64, 64), {}).error().message, HasSubstr("load a weights"));
  EXPECT_THAT(engine_.Begin({}).error().message, HasSubstr("load a weights"));
  EXPECT_FALSE(engine_.Step().ok());
  EXPECT_FALSE(engine_.Query(0, 0).ok());
  EXPECT_EQ(engine_.vit(), nullptr);
}

TEST_F(EngineTest, KeepsModelAndMapsWhenALoadFails) {
  LoadMicro();
  Run(FixtureInput());
  const std::vector<float> before = Cls();
  std::vector<uint8_t> half = ReadFile("fixtures/dino-micro.safetensors");
  half.resize(half.size() / 2);
  EXPECT_FALSE(engine_.Load(half, {}).ok());
  EXPECT_FALSE(engine_.Load(ReadFile("photos/chelsea.jpg"), {}).ok());
  EXPECT_FALSE(engine_.Load({}, {}).ok());
  EXPECT_FALSE(
      engine_.Load(ReadFile("fixtures/dino-micro.safetensors"), {.choices = {.heads = 5}}).ok());
  EXPECT_TRUE(engine_.done());
  EXPECT_EQ(Cls(), before);
  EXPECT_TRUE(engine_.Query(0, 0).ok());
  EXPECT_EQ(engine_.placement().width, 144);
}

TEST_F(EngineTest, KeepsTheMapsWhenAPhotoIsRefused) {
  LoadMicro();
  Run(FixtureInput());
  const std::vector<float> before = Cls();
  EXPECT_FALSE(engine_.Prepare(Gradient(64, 64), {.short_side = 7}).ok());
  EXPECT_FALSE(engine_.Prepare(Gradient(1, 3000), {.short_side = 480}).ok());
  EXPECT_FALSE(engine_.Prepare(Pixels{4, 4, std::vector<float>(48)}).ok());
  EXPECT_EQ(Cls(), before);
  Run(engine_.Prepare(Gradient(64, 80), {.short_side = 64}));
  EXPECT_EQ(engine_.placement().width, 80);
}

TEST_F(EngineTest, HasNoMapsToAskBeforeThePassHasEnded) {
  LoadMicro();
  Begin(FixtureInput());
  ASSERT_TRUE(engine_.Step().ok());
  EXPECT_FALSE(engine_.done());
  EXPECT_THAT(engine_.Query(0, 0).error().message, HasSubstr("run a photo first"));
}

TEST_F(EngineTest, BeginsAnewAfterAPassThatWasStopped) {
  LoadMicro();
  Begin(engine_.Prepare(Gradient(96, 144), {.short_side = 96}));
  ASSERT_TRUE(engine_.Step().ok());
  Run(FixtureInput());
  EXPECT_LE(MaxDifference(Cls(), Floats(expected_, "cls_attention")), 1e-5f);
}

TEST_F(EngineTest, ForgetsTheMapsOfAnotherModel) {
  LoadMicro();
  Run(FixtureInput());
  LoadMicro();
  EXPECT_FALSE(engine_.done());
  EXPECT_FALSE(engine_.Query(0, 0).ok());
}

TEST_F(EngineTest, ChangesPrecisionByLoadingAgain) {
  LoadMicro({.precision = Precision::kInt8});
  EXPECT_EQ(engine_.vit()->precision(), Precision::kInt8);
  Run(FixtureInput());
  const float int8_error = MaxDifference(Cls(), Floats(expected_, "cls_attention"));
  EXPECT_GT(int8_error, 1e-5f);  // else these were not int8
  LoadMicro({.precision = Precision::kF32});
  EXPECT_EQ(engine_.vit()->precision(), Precision::kF32);
  Run(FixtureInput());
  EXPECT_LE(MaxDifference(Cls(), Floats(expected_, "cls_attention")), 1e-5f);
}

// The fixture's tensors under other metadata.
std::vector<uint8_t> MicroWithMean(const std::string& mean) {
  const Checkpoint micro = ReadSafetensors(ReadFile("fixtures/dino-micro.safetensors")).value();
  std::map<std::string, std::string> metadata = micro.metadata;
  metadata["mean"] = mean;
  metadata["std"] = "0.5 0.5 0.25";
  return WriteSafetensors(micro.tensors, metadata);
}

TEST_F(EngineTest, NormalisesAsTheModelSays) {
  ASSERT_TRUE(engine_.Load(MicroWithMean("0.5 0.5 0.5"), {}).ok());
  const Image white = {16, 16, std::vector<uint8_t>(3 * 16 * 16, 255)};
  const std::vector<float> values = engine_.Prepare(white, {.short_side = 16})->pixels.values;
  EXPECT_FLOAT_EQ(values.front(), 1.0f);
  EXPECT_FLOAT_EQ(values.back(), 2.0f);
  EXPECT_THAT(engine_.Load(MicroWithMean("0.5 nonsense"), {}).error().message, HasSubstr("mean"));
}

TEST_F(EngineTest, NormalisesAsTheCallerSays) {
  const VitOptions options = {.choices = {.mean = Channels{0, 0, 0}, .std = Channels{0.5f, 1, 1}}};
  ASSERT_TRUE(engine_.Load(MicroWithMean("0.5 0.5 0.5"), options).ok());
  const Image white = {16, 16, std::vector<uint8_t>(3 * 16 * 16, 255)};
  const std::vector<float> values = engine_.Prepare(white, {.short_side = 16})->pixels.values;
  EXPECT_FLOAT_EQ(values.front(), 2.0f);
  EXPECT_FLOAT_EQ(values.back(), 1.0f);
  EXPECT_THAT(engine_.conventions().assumed, ::testing::ElementsAre("filter", "position"));
}

TEST_F(EngineTest, ResizesAsTheCallerSays) {
  const Image photo = Gradient(40, 60);
  const auto pixels_by = [&](PhotoFilter filter) {
    EXPECT_TRUE(engine_.Load(MicroWithMean("0 0 0"), {.choices = {.filter = filter}}).ok());
    return engine_.Prepare(photo, {.short_side = 16})->pixels.values;
  };
  const Placement at = {16, 24, 16, 24};
  for (const auto& [filter, resize] : {std::pair{PhotoFilter::kBilinear, ResizeFilter::kBilinear},
                                       {PhotoFilter::kBicubic, ResizeFilter::kBicubic}}) {
    const std::vector<float> found = pixels_by(filter);
    EXPECT_EQ(found, Preprocess(photo, at, engine_.normalisation(), resize).values);
  }
  EXPECT_NE(pixels_by(PhotoFilter::kBilinear), pixels_by(PhotoFilter::kBicubic));
}

TEST_F(EngineTest, KeepsTheConventionsWhenALoadFails) {
  ASSERT_TRUE(engine_.Load(MicroWithMean("0.5 0.5 0.5"), {}).ok());
  EXPECT_FALSE(engine_.Load(MicroWithMean("0.1 nonsense"), {}).ok());
  EXPECT_EQ(engine_.conventions().mean, (Channels{0.5f, 0.5f, 0.5f}));
}

TEST_F(EngineTest, RefusesPatchesOutsideTheGrid) {
  LoadMicro();
  Run(FixtureInput());
  EXPECT_TRUE(engine_.Query(11, 17).ok());
  EXPECT_THAT(engine_.Query(12, 0).error().message, HasSubstr("12 rows and 18 columns"));
  EXPECT_FALSE(engine_.Query(0, 18).ok());
  EXPECT_FALSE(engine_.Query(-1, 0).ok());
}

TEST_F(EngineTest, NamesTheLargestSizeThatFitsTheMemory) {
  LoadMicro();
  const size_t weights = engine_.vit()->memory_bytes();
  Engine small({.threads = 1, .memory_limit = weights + 4'000'000});
  ASSERT_TRUE(small.Load(ReadFile("fixtures/dino-micro.safetensors"), {}).ok());
  const Image photo = Gradient(600, 800);
  const Status refused = small.Begin(*small.Prepare(photo, {.short_side = 600}));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::kNoMemory);

  const std::string& message = refused.error().message;
  const std::string before_size = "at most ";
  const size_t at = message.find(before_size);
  ASSERT_NE(at, std::string::npos) << message;
  const int largest = std::stoi(message.substr(at + before_size.size()));
  EXPECT_GT(largest, 100);
  EXPECT_TRUE(small.Begin(*small.Prepare(photo, {.short_side = largest})).ok());
  EXPECT_LE(small.vit()->memory_bytes(), weights + 4'000'000);
  EXPECT_FALSE(small.Begin(*small.Prepare(photo, {.short_side = largest + 8})).ok());
}

}  // namespace
}  // namespace headlens
