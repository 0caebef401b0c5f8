// The position embedding on other grids against PyTorch: a file that make_checkpoints.py writes.
#include "vit/position.h"

#include <gtest/gtest.h>

#include <cstdio>

#include "checkpoint/conventions.h"
#include "vit_fixtures.h"

namespace headlens {
namespace {

class Positions : public testing::TestWithParam<PositionRule> {};

TEST_P(Positions, AreThoseOfPyTorchOnLargerAndSmallerGrids) {
  const std::string path = HEADLENS_MADE_DIR "/positions.safetensors";
  if (!std::filesystem::exists(HEADLENS_MADE_DIR)) {
    GTEST_SKIP() << "no positions: tests/golden/make_checkpoints.py makes them with PyTorch";
  }
  const Result<Checkpoint> file = ReadSafetensors(FileBytes(path));
  ASSERT_TRUE(file.ok()) << file.error().message;
  const ThreadPool pool = MakeThreadPool(1);
  const std::vector<uint64_t>& grid_shape = file->Find("grid")->shape;
  const std::vector<float> grid = *ReadFloats(*file, "grid", grid_shape);
  const PositionGrid learned = {grid.data(), static_cast<int>(grid_shape[0]),
                                static_cast<int>(grid_shape[1]), static_cast<int>(grid_shape[2])};
  int sizes = 0;
  for (const auto& [name, tensor] : file->tensors) {
    if (!name.starts_with(std::string(PositionRuleName(GetParam())) + ".")) continue;
    const std::vector<float> expected = *ReadFloats(*file, name, tensor.shape);
    std::vector<float> found(expected.size());
    AddPositions(learned, GetParam(), static_cast<int>(tensor.shape[0]),
                 static_cast<int>(tensor.shape[1]), found.data(), pool);
    EXPECT_LE(MaxDifference(found, expected), 1e-6) << name;
    ++sizes;
  }
  EXPECT_EQ(sizes, 8);
}

TEST_P(Positions, AreTheLearnedOnesOnTheLearnedGrid) {
  const ThreadPool pool = MakeThreadPool(1);
  const std::vector<float> grid = {1, -2, 3, 4, 5, 6.5f};
  std::vector<float> found(6);
  AddPositions({grid.data(), 1, 3, 2}, GetParam(), 1, 3, found.data(), pool);
  EXPECT_EQ(found, grid);
}

INSTANTIATE_TEST_SUITE_P(Rules, Positions,
                         testing::Values(PositionRule::kDino, PositionRule::kAntialias,
                                         PositionRule::kResize),
                         [](const auto& info) {
                           return std::string(PositionRuleName(info.param));
                         });

}  // namespace
}  // namespace headlens
