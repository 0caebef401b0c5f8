// Every family of ViT, under its own names and with its own positions, against PyTorch: the files
// that make_checkpoints.py writes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "engine/engine.h"
#include "vit_fixtures.h"

namespace headlens {
namespace {

using testing::Contains;
using testing::Not;

constexpr double kBound = 1e-5;

const std::string kMade = HEADLENS_MADE_DIR "/";

constexpr const char* kSafetensors[] = {"dino",
                                        "dino-compiled-f16",
                                        "dinov2",
                                        "dinov2-reg",
                                        "dinov2-chunked",
                                        "timm-reg4",
                                        "timm-reg4-cls",
                                        "timm-reg4-all",
                                        "timm-augreg",
                                        "timm-deit3",
                                        "deit",
                                        "deit-distilled",
                                        "deit3",
                                        "hf-vit",
                                        "hf-vit-f16",
                                        "hf-deit",
                                        "hf-dinov2",
                                        "hf-dinov2-bf16",
                                        "hf-dinov2-reg",
                                        "nested-teacher",
                                        "nested-model-ema"};

constexpr const char* kPth[] = {"pth-dino",           "pth-dinov2-reg",    "pth-deit",
                                "pth-deit-distilled", "pth-training",      "pth-model-ema",
                                "pth-hf-vit",         "pth-hf-dinov2-bf16"};

class Families : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(kMade)) {
      GTEST_SKIP() << "no checkpoints: tests/golden/make_checkpoints.py makes them with PyTorch";
    }
    const std::string name = kMade + GetParam();
    Result<Checkpoint> expected = ReadSafetensors(FileBytes(name + ".expected.safetensors"));
    ASSERT_TRUE(expected.ok()) << expected.error().message;
    expected_ = std::move(*expected);
    choices_.network = Fact("choose");
    if (Fact("told") == "yes") choices_.position = PositionRuleFromName(Fact("position"));
    const bool is_pth = std::string_view(GetParam()).starts_with("pth-");
    file_ = FileBytes(name + (is_pth ? ".pth" : ".safetensors"));
  }

  const std::string& Fact(const char* key) const { return expected_.metadata.at(key); }

  std::vector<float> Values(const std::string& grid, const char* what) const {
    const std::string name = grid + "." + what;
    return *ReadFloats(expected_, name, expected_.Find(name)->shape);
  }

  // "9x4 4x11": rows and columns of the photos.
  std::vector<std::string> Grids() const {
    std::istringstream grids(Fact("grids"));
    return {std::istream_iterator<std::string>(grids), {}};
  }

  Checkpoint expected_;
  ModelChoices choices_;
  std::vector<uint8_t> file_;
};

TEST_P(Families, GiveTheMapsOfTheirAuthors) {
  Engine engine({.threads = 1});
  const Status loaded = engine.Load(file_, {Precision::kF32, choices_});
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  const int patch = std::stoi(Fact("patch"));
  for (const std::string& grid : Grids()) {
    const int rows = std::stoi(grid), cols = std::stoi(grid.substr(grid.find('x') + 1));
    const auto input = engine.Prepare(Pixels{rows * patch, cols * patch, Values(grid, "pixels")});
    ASSERT_TRUE(input.ok()) << input.error().message;
    ASSERT_TRUE(engine.Begin(*input).ok());
    while (!engine.done()) ASSERT_TRUE(engine.Step().ok());
    EXPECT_LE(MaxDifference(engine.vit()->cls_attention(), Values(grid, "cls_attention")), kBound);
    const auto query = engine.Query(rows / 2, cols - 1);
    ASSERT_TRUE(query.ok());
    EXPECT_LE(MaxDifference(*query, Values(grid, "query_attention")), kBound);
  }
}

TEST_P(Families, AreToldByTheirNames) {
  Engine engine({.threads = 1});
  const Status loaded = engine.Load(file_, {Precision::kF32, choices_});
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  const VitConfig& config = engine.vit()->config();
  EXPECT_EQ(SchemeName(engine.origin().scheme), Fact("scheme"));
  EXPECT_EQ(engine.origin().network, Fact("network"));
  EXPECT_EQ(PositionRuleName(engine.conventions().position), Fact("position"));
  EXPECT_EQ(config.registers, std::stoi(Fact("registers")));
  EXPECT_EQ(config.distilled, Fact("distilled") == "yes");
  EXPECT_THAT(engine.conventions().assumed, Contains("mean"));
}

// A whole file and one that arrives in pieces are the same checkpoint.
TEST_P(Families, AreTheSameReadWhole) {
  const ThreadPool pool = MakeThreadPool(1);
  const Result<Checkpoint> whole = ReadCheckpoint(file_, choices_.network);
  ASSERT_TRUE(whole.ok()) << whole.error().message;
  const auto vit = Vit::Load(*whole, {Precision::kF32, choices_}, pool);
  ASSERT_TRUE(vit.ok()) << vit.error().message;
  const std::string grid = Grids().front();
  const int patch = std::stoi(Fact("patch"));
  const int rows = std::stoi(grid), cols = std::stoi(grid.substr(grid.find('x') + 1));
  RunThrough(**vit, Values(grid, "pixels"), rows * patch, cols * patch);
  EXPECT_LE(MaxDifference((*vit)->cls_attention(), Values(grid, "cls_attention")), kBound);
}

std::string TestName(const testing::TestParamInfo<const char*>& info) {
  std::string name = info.param;
  std::ranges::replace(name, '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Safetensors, Families, testing::ValuesIn(kSafetensors), TestName);
INSTANTIATE_TEST_SUITE_P(Pth, Families, testing::ValuesIn(kPth), TestName);

// The rules of positions are told apart by these files at all.
TEST(FamiliesTogether, ShowWrongPositionsInTheMaps) {
  if (!std::filesystem::exists(kMade)) GTEST_SKIP() << "no checkpoints";
  const ThreadPool pool = MakeThreadPool(1);
  const Result<Checkpoint> expected =
      ReadSafetensors(FileBytes(kMade + "dino.expected.safetensors"));
  ASSERT_TRUE(expected.ok());
  const auto values = [&](const std::string& name) {
    return *ReadFloats(*expected, name, expected->Find(name)->shape);
  };
  for (const PositionRule rule : {PositionRule::kResize, PositionRule::kAntialias}) {
    const auto vit =
        LoadVit(kMade + "dino.safetensors", {Precision::kF32, {.position = rule}}, pool);
    RunThrough(*vit, values("9x4.pixels"), 9 * 8, 4 * 8);
    EXPECT_GT(MaxDifference(vit->cls_attention(), values("9x4.cls_attention")), 10 * kBound);
  }
}

}  // namespace
}  // namespace headlens
