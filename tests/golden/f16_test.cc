// The f16 form of a model against what PyTorch computed with its f32 weights, map by map.
#include <gtest/gtest.h>

#include "checkpoint/pack.h"
#include "vit_fixtures.h"

namespace headlens {
namespace {

// The model of this name, packed to f16 and read back.
std::unique_ptr<Vit> LoadInF16(const std::string& path, const ThreadPool& pool) {
  const Result<Checkpoint> checkpoint = ReadCheckpoint(FileBytes(path));
  if (!checkpoint.ok()) return nullptr;
  const Result<PackedFile> packed = PackF16(*checkpoint);
  if (!packed.ok()) return nullptr;
  const Result<Checkpoint> reread = ReadCheckpoint(packed->bytes);
  if (!reread.ok()) return nullptr;
  Result<std::unique_ptr<Vit>> vit = Vit::Load(*reread, {}, pool);
  return vit.ok() ? std::move(*vit) : nullptr;
}

double WorstCorrelation(std::span<const float> expected, std::span<const float> found,
                        size_t size) {
  double worst = 1;
  for (size_t at = 0; at < expected.size(); at += size) {
    worst = std::min(worst, Correlation(expected.subspan(at, size), found.subspan(at, size)));
  }
  return worst;
}

class F16Test : public testing::TestWithParam<std::string> {};

TEST_P(F16Test, FollowsTheMapsOfF32) {
  const std::string weights = WeightsPath(GetParam());
  if (weights.empty()) GTEST_SKIP() << "the weights are not here";
  const ThreadPool pool = MakeThreadPool(1);
  const std::unique_ptr<Vit> vit = LoadInF16(weights, pool);
  ASSERT_NE(vit, nullptr);
  EXPECT_EQ(vit->precision(), Precision::kF32);
  int photos = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kFixtures)) {
    if (!entry.path().filename().string().starts_with(GetParam() + "--")) continue;
    ++photos;
    const Expected expected = ReadExpected(entry.path());
    RunThrough(*vit, expected.pixels, expected.height, expected.width);
    const MapShape shape = vit->shape();
    ASSERT_EQ(expected.cls_attention.size(), shape.size());
    const size_t map = size_t{1} * shape.rows * shape.cols;
    EXPECT_GE(WorstCorrelation(expected.cls_attention, vit->cls_attention(), map), 0.9999)
        << entry.path();
  }
  EXPECT_GT(photos, 0);
}

INSTANTIATE_TEST_SUITE_P(Models, F16Test,
                         testing::Values("dino-micro", "deit-micro", "dinov2-micro-reg",
                                         "dino-vitt8-reg4"),
                         [](const auto& info) {
                           std::string name = info.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace headlens
