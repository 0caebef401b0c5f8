// The whole network against the reference, on random networks of every shape that is supported.
#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "random_vit.h"
#include "reference_vit.h"
#include "vit/vit.h"
#include "vit_fixtures.h"

namespace headlens {
namespace {

constexpr VitConfig kPlain = {
    .patch = 4, .width = 48, .depth = 3, .heads = 3, .mlp = 96, .grid_rows = 4, .grid_cols = 4};

VitConfig With(VitConfig config, void (*change)(VitConfig&)) {
  change(config);
  return config;
}

void ExpectAsReference(const VitConfig& config, int height, int width, double bound) {
  const Checkpoint checkpoint = RandomVit(config, 41);
  const ThreadPool pool = MakeThreadPool(2);
  auto vit = Vit::Load(checkpoint, {Precision::kF32}, pool);
  ASSERT_TRUE(vit.ok()) << vit.error().message;
  const std::vector<float> pixels = Random(42).Floats(3 * height * width, 1.0f);
  RunThrough(**vit, pixels, height, width);

  const reference::Values all =
      reference::AllAttention(checkpoint, config, {pixels.begin(), pixels.end()}, height, width);
  const MapShape shape = (*vit)->shape();
  ASSERT_EQ(shape.rows, height / config.patch);
  ASSERT_EQ(shape.cols, width / config.patch);
  const size_t prefix = config.prefix_tokens();
  const size_t patches = shape.rows * shape.cols;
  const size_t tokens = prefix + patches;
  const int row = shape.rows / 2, col = shape.cols - 1;
  const auto query = (*vit)->QueryAttention(row, col);
  ASSERT_TRUE(query.ok());

  double largest = 0;
  const auto compare = [&](float found, double expected) {
    const double difference = std::abs(found - expected);
    largest = std::isnan(difference) ? INFINITY : std::max(largest, difference);
  };
  for (size_t map = 0; map < size_t{1} * config.depth * config.heads; ++map) {
    const double* const cls = all.data() + map * tokens * tokens;
    const double* const asked = cls + (prefix + row * shape.cols + col) * tokens;
    for (size_t i = 0; i < prefix; ++i) {
      compare((*vit)->cls_prefix_attention()[map * prefix + i], cls[i]);
    }
    for (size_t i = 0; i < patches; ++i) {
      compare((*vit)->cls_attention()[map * patches + i], cls[prefix + i]);
      compare((*query)[map * patches + i], asked[prefix + i]);
    }
  }
  EXPECT_LE(largest, bound);

  const auto rollout = (*vit)->Rollout();
  const reference::Values expected = reference::Rollout(all, config.depth, config.heads, tokens);
  largest = 0;
  ASSERT_EQ(rollout->size(), patches);
  for (size_t i = 0; i < patches; ++i) compare((*rollout)[i], expected[prefix + i]);
  EXPECT_LE(largest, bound);
}

constexpr double kBound = 5e-6;

TEST(VitReference, PlainNetwork) { ExpectAsReference(kPlain, 16, 16, kBound); }
TEST(VitReference, OtherGridWithPixelsLeftOver) { ExpectAsReference(kPlain, 22, 35, kBound); }
TEST(VitReference, OnePatch) { ExpectAsReference(kPlain, 4, 7, kBound); }

TEST(VitReference, RegistersWithoutPosition) {
  ExpectAsReference(With(kPlain, [](VitConfig& c) { c.registers = 4; }), 24, 16, kBound);
}

TEST(VitReference, PositionsOfPatchesAlone) {
  ExpectAsReference(With(kPlain,
                         [](VitConfig& c) {
                           c.registers = 1;
                           c.prefix_positions = 0;
                         }),
                    20, 16, kBound);
}

TEST(VitReference, PositionsOfAllTokens) {
  ExpectAsReference(With(kPlain,
                         [](VitConfig& c) {
                           c.registers = 3;
                           c.prefix_positions = 4;
                         }),
                    20, 16, kBound);
}

TEST(VitReference, DistillationToken) {
  ExpectAsReference(With(kPlain,
                         [](VitConfig& c) {
                           c.registers = 3;
                           c.distilled = true;
                           c.prefix_positions = 4;
                         }),
                    20, 16, kBound);
}

TEST(VitReference, LayerScaleOfBothSigns) {
  ExpectAsReference(With(kPlain, [](VitConfig& c) { c.layer_scale = true; }), 24, 20, kBound);
}

TEST(VitReference, OneBlock) {
  ExpectAsReference(With(kPlain, [](VitConfig& c) { c.depth = 1; }), 16, 20, kBound);
}

TEST(VitReference, HeadsOfAllSizes) {
  ExpectAsReference(With(kPlain, [](VitConfig& c) { c.heads = 1; }), 16, 20, kBound);
  ExpectAsReference(With(kPlain, [](VitConfig& c) { c.heads = 4; }), 16, 20, kBound);
  ExpectAsReference(With(kPlain, [](VitConfig& c) { c.heads = 12; }), 16, 20, kBound);
  ExpectAsReference(With(kPlain,
                         [](VitConfig& c) {
                           c.width = 128;
                           c.heads = 2;
                         }),
                    16, 20, kBound);
}

TEST(VitReference, MoreTokensThanOneTileAndBlock) {
  ExpectAsReference(With(kPlain, [](VitConfig& c) { c.depth = 2; }), 72, 68, kBound);
}

}  // namespace
}  // namespace headlens
