#include "engine/c_api.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <numeric>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "checkpoint/safetensors.h"

namespace headlens {
namespace {

using ::testing::HasSubstr;

std::vector<uint8_t> ReadFile(const std::string& name) {
  std::ifstream file(std::string(HEADLENS_TESTS_DIR) + "/" + name, std::ios::binary);
  EXPECT_TRUE(file) << name;
  return {std::istreambuf_iterator<char>(file), {}};
}

void GiveFile(const std::string& name, double share = 1.0) {
  const std::vector<uint8_t> bytes = ReadFile(name);
  const size_t size = static_cast<size_t>(share * bytes.size());
  std::copy_n(bytes.data(), size, hl_input(size));
}

// What the worker does with the chunks of a download; gives the status of the call that ended it.
int LoadBytes(std::span<const uint8_t> rest) {
  while (!rest.empty()) {
    uint8_t* const room = hl_load_room();
    if (room == nullptr) return 1;
    const size_t count = std::min(hl_load_room_bytes(), rest.size());
    std::copy_n(rest.data(), count, room);
    if (const int status = hl_load_take(count); status != 0) return status;
    rest = rest.subspan(count);
  }
  return 0;
}

int LoadFile(const std::string& name, double share = 1.0, const char* options = "{}") {
  const std::vector<uint8_t> bytes = ReadFile(name);
  if (const int status = hl_load_begin(0, options); status != 0) return status;
  const int status = LoadBytes(std::span(bytes).first(static_cast<size_t>(share * bytes.size())));
  return status != 0 ? status : hl_load_end();
}

constexpr char kMicro[] = "fixtures/dino-micro.safetensors";

class CApi : public ::testing::Test {
 protected:
  void SetUp() override {
    EXPECT_EQ(hl_start(2, 0), 2);
    EXPECT_STREQ(hl_model(), "null");
    ASSERT_EQ(LoadFile(kMicro), 0) << hl_error();
  }

  void RunPhoto() {
    GiveFile("photos/chelsea.jpg");
    ASSERT_EQ(hl_photo_file(), 0) << hl_error();
    ASSERT_EQ(hl_prepare_photo(96, 0, 0), 0) << hl_error();
    ASSERT_EQ(hl_begin(), 0) << hl_error();
    for (int layer = 0; layer < 3; ++layer) ASSERT_EQ(hl_step(), 0) << hl_error();
  }
};

TEST_F(CApi, RunsAPhotoFromItsFileToTheMaps) {
  EXPECT_THAT(hl_model(), HasSubstr("\"precision\": \"f32\", \"patch\": 8, \"width\": 48"));
  RunPhoto();
  EXPECT_THAT(hl_pass(), HasSubstr("\"layers\": 3, \"heads\": 3, \"rows\": 12, \"cols\": 18"));
  const int patches = 12 * 18;
  for (int i = 0; i < 9; ++i) {  // of each layer and head
    const float* scores = hl_cls() + i * patches;
    EXPECT_NEAR(std::accumulate(scores, scores + patches, hl_prefix()[i]), 1.0f, 1e-5f);
  }
  ASSERT_EQ(hl_query(11, 17), 0) << hl_error();
  const float of_query = std::accumulate(hl_answer(), hl_answer() + patches, 0.0f);
  EXPECT_GT(of_query, 0.5f);
  EXPECT_LT(of_query, 1.0f);
}

TEST_F(CApi, SaysWhyACallFailed) {
  EXPECT_NE(LoadFile("photos/chelsea.jpg"), 0);
  EXPECT_THAT(hl_error(), HasSubstr("JPEG"));
  EXPECT_NE(hl_query(0, 0), 0);
  EXPECT_THAT(hl_error(), HasSubstr("run a photo first"));
  EXPECT_NE(hl_begin(), 0);
  EXPECT_NE(hl_prepare_photo(96, 0, 0), 0);
  EXPECT_THAT(hl_error(), HasSubstr("no photo"));
  RunPhoto();
}

constexpr char kHuggingFace[] = "fixtures/dino-micro-huggingface.safetensors";

TEST_F(CApi, SaysWhatItAssumesOfAModel) {
  ASSERT_EQ(LoadFile(kHuggingFace, 1.0, R"({"heads": 3, "precision": "auto"})"), 0) << hl_error();
  EXPECT_THAT(hl_model(), HasSubstr(R"("distilled": false)"));
  EXPECT_THAT(
      hl_model(),
      HasSubstr(R"("scheme": "Hugging Face", "network": "", "networks": [], )"
                R"("mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225], )"
                R"("filter": "bilinear", "position": "resize", "assumed": ["mean", "filter"])"));
}

TEST_F(CApi, TakesWhatTheCallerSaysOfAModel) {
  ASSERT_EQ(LoadFile(kHuggingFace, 1.0,
                     R"({"heads": 6, "precision": "int8", "mean": [0.5, 0.5, 0.5],
                         "std": [1, 0.25, 1e-3], "filter": "bicubic", "position": "dino", "network": ""})"),
            0)
      << hl_error();
  EXPECT_THAT(hl_model(), HasSubstr(R"("precision": "int8")"));
  EXPECT_THAT(hl_model(), HasSubstr(R"("heads": 6)"));
  EXPECT_THAT(hl_model(), HasSubstr(R"("mean": [0.5, 0.5, 0.5], "std": [1, 0.25, 0.001], )"
                                    R"("filter": "bicubic", "position": "dino", "assumed": [])"));
}

TEST_F(CApi, RefusesOptionsThatMakeNoSense) {
  const std::pair<const char*, const char*> cases[] = {
      {R"({"precision": "int4"})", "auto, f32 or int8"},
      {R"({"precision": 1})", "auto, f32 or int8"},
      {R"({"heads": -3})", "whole number"},
      {R"({"heads": 2.5})", "whole number"},
      {R"({"heads": null})", "whole number"},
      {R"({"heads": 5000000000})", "whole number"},
      {R"({"network": 7})", "by its name"},
      {R"({"mean": [0.5, 0.5]})", "three numbers"},
      {R"({"mean": [0.5, 0.5, null]})", "three numbers"},
      {R"({"std": "0.5 0.5 0.5"})", "three numbers"},
      {R"({"std": [1, 1, 1e300]})", "three numbers"},
      {R"({"position": "bicubic"})", "dino, antialias or resize"},
      {"[]", "no JSON object"},
      {"", "no JSON object"},
  };
  for (const auto& [options, sentence] : cases) {
    EXPECT_NE(hl_load_begin(0, options), 0) << options;
    EXPECT_THAT(hl_error(), HasSubstr(sentence)) << options;
    EXPECT_EQ(hl_load_room(), nullptr) << options;
  }
  EXPECT_NE(LoadFile(kMicro, 1.0, R"({"std": [0, 1, 1]})"), 0);
  EXPECT_THAT(hl_error(), HasSubstr("not above 0"));
  EXPECT_STREQ(hl_choices(), "{}");
  EXPECT_NE(LoadFile(kMicro, 1.0, R"({"heads": 5})"), 0);
  EXPECT_STREQ(hl_choices(), R"({"heads": ["1", "2", "3"]})");
}

// The fixture's tensors as two networks of one file.
std::vector<uint8_t> TwoNetworks() {
  const Checkpoint micro = ReadSafetensors(ReadFile(kMicro)).value();
  std::map<std::string, Tensor> tensors;
  for (const auto& [name, tensor] : micro.tensors) {
    tensors["model." + name] = tensor;
    tensors["model_ema.module." + name] = tensor;
  }
  return WriteSafetensors(tensors, micro.metadata);
}

TEST_F(CApi, AsksWhichNetworkOfACheckpointToTake) {
  const std::vector<uint8_t> file = TwoNetworks();
  hl_load_begin(0, "{}");
  EXPECT_NE(LoadBytes(file), 0);
  EXPECT_THAT(hl_error(), HasSubstr("several networks, model, model_ema"));
  EXPECT_STREQ(hl_choices(), R"({"network": ["model", "model_ema"]})");
  hl_load_begin(0, R"({"network": "model_ema"})");
  ASSERT_EQ(LoadBytes(file), 0) << hl_error();
  ASSERT_EQ(hl_load_end(), 0) << hl_error();
  EXPECT_THAT(hl_model(),
              HasSubstr(R"("network": "model_ema", "networks": ["model", "model_ema"])"));
  EXPECT_NE(LoadFile("photos/chelsea.jpg"), 0);
  EXPECT_STREQ(hl_choices(), "{}");
}

TEST_F(CApi, TakesEmptyFilesForWhatTheyAre) {
  EXPECT_NE(LoadFile(kMicro, 0), 0);
  EXPECT_THAT(hl_error(), HasSubstr("empty"));
  ASSERT_NE(hl_input(0), nullptr);
  EXPECT_NE(hl_photo_file(), 0);
  EXPECT_THAT(hl_error(), HasSubstr("empty"));
}

TEST_F(CApi, KeepsModelAndMapsWhenALoadFailsOrIsStopped) {
  RunPhoto();
  const std::vector<float> before(hl_cls(), hl_cls() + 9 * 12 * 18);
  const std::vector<uint8_t> weights = ReadFile("fixtures/deit-micro.safetensors");
  EXPECT_NE(LoadFile("fixtures/deit-micro.safetensors", 0.9), 0);
  EXPECT_THAT(hl_error(), HasSubstr("cut off"));
  hl_load_begin(static_cast<double>(weights.size()), "{}");
  EXPECT_EQ(LoadBytes(std::span(weights).first(weights.size() - 1)), 0) << hl_error();
  hl_load_stop();
  EXPECT_EQ(std::vector<float>(hl_cls(), hl_cls() + 9 * 12 * 18), before);
  EXPECT_EQ(hl_query(3, 5), 0) << hl_error();
  EXPECT_THAT(hl_model(), HasSubstr("\"width\": 48"));
}

TEST_F(CApi, HasNoLoadToGoOnWithAfterItsEnd) {
  for (int status : {LoadFile(kMicro), LoadFile("photos/chelsea.jpg")}) {
    EXPECT_EQ(hl_load_room(), nullptr) << status;
    EXPECT_NE(hl_load_take(1), 0);
    EXPECT_NE(hl_load_end(), 0);
    EXPECT_THAT(hl_error(), HasSubstr("begin with one"));
  }
}

TEST_F(CApi, TellsAPhotoThatIsCutOffBeforeTheBrowserDecodesIt) {
  GiveFile("photos/chelsea.jpg");
  EXPECT_EQ(hl_check_file(), 0) << hl_error();
  GiveFile("photos/chelsea.jpg", 0.5);
  EXPECT_NE(hl_check_file(), 0);
  GiveFile("photos/README.md");  // no format of ours: the browser may know it
  EXPECT_EQ(hl_check_file(), 0);
}

TEST_F(CApi, RefusesPixelsThatDoNotMatchTheirSize) {
  hl_input(3 * 16 * 16 * sizeof(float) - 4);
  EXPECT_NE(hl_prepare_pixels(16, 16), 0);
  hl_input(48);
  EXPECT_NE(hl_prepare_pixels(-2, -2), 0);
  hl_input(3 * 16 * 16 * sizeof(float));
  EXPECT_EQ(hl_prepare_pixels(16, 16), 0) << hl_error();
}

TEST_F(CApi, TakesPixelsOfACanvas) {
  uint8_t* rgba = hl_input(40 * 64 * 4);
  std::fill_n(rgba, 40 * 64 * 4, 200);
  ASSERT_EQ(hl_photo_rgba(40, 64), 0) << hl_error();
  ASSERT_EQ(hl_prepare_photo(224, 24, 32), 0) << hl_error();
  ASSERT_EQ(hl_begin(), 0) << hl_error();
  EXPECT_THAT(hl_pass(), HasSubstr("\"rows\": 3, \"cols\": 4"));
}

}  // namespace
}  // namespace headlens
