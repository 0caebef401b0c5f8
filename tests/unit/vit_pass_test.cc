// A pass as the engine drives it: begin, step, stop, begin again; bad input; memory.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <new>
#include <numeric>
#include <vector>

#include "checkpoint/pack.h"
#include "random_vit.h"
#include "vit/vit.h"
#include "vit_fixtures.h"

namespace {
std::atomic<int> allocations{0};
}

void* operator new(size_t bytes) {
  ++allocations;
  return std::malloc(bytes);
}
void* operator new(size_t bytes, const std::nothrow_t&) noexcept { return operator new(bytes); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }

namespace headlens {
namespace {

constexpr VitConfig kConfig = {.patch = 4,
                               .width = 64,
                               .depth = 3,
                               .heads = 2,
                               .mlp = 128,
                               .registers = 2,
                               .grid_rows = 4,
                               .grid_cols = 4};

class VitPass : public testing::Test {
 protected:
  void SetUp() override {
    auto loaded = Vit::Load(RandomVit(kConfig, 51), {Precision::kF32}, pool);
    ASSERT_TRUE(loaded.ok());
    vit = std::move(*loaded);
  }
  static std::vector<float> Pixels(int height, int width) {
    return Random(52).Floats(3 * height * width, 1.0f);
  }
  std::vector<float> ClsMaps() const {
    return {vit->cls_attention().begin(), vit->cls_attention().end()};
  }

  ThreadPool pool = MakeThreadPool(2);
  std::unique_ptr<Vit> vit;
};

TEST_F(VitPass, CountsItsLayers) {
  EXPECT_FALSE(vit->done());
  EXPECT_FALSE(vit->Step().ok());
  ASSERT_TRUE(vit->Begin(Pixels(16, 20), 16, 20).ok());
  for (int layer = 0; layer < 3; ++layer) {
    EXPECT_EQ(vit->layer(), layer);
    EXPECT_FALSE(vit->done());
    ASSERT_TRUE(vit->Step().ok());
  }
  EXPECT_TRUE(vit->done());
  EXPECT_FALSE(vit->Step().ok());
  EXPECT_TRUE(vit->done());
}

TEST_F(VitPass, SaysWhereItsTimeGoes) {
  const auto began = std::chrono::steady_clock::now();
  ASSERT_TRUE(vit->Begin(Pixels(40, 40), 40, 40).ok());
  while (!vit->done()) ASSERT_TRUE(vit->Step().ok());
  const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - began;
  const auto& stages = vit->stages().seconds();
  EXPECT_THAT(stages, testing::Each(testing::Gt(0)));
  EXPECT_LE(std::accumulate(stages.begin(), stages.end(), 0.0), passed.count());

  ASSERT_TRUE(vit->Begin(Pixels(40, 40), 40, 40).ok());  // each pass starts from 0
  EXPECT_EQ(stages[static_cast<size_t>(Stage::kAttention)], 0);
}

TEST_F(VitPass, HasNoMapsToAskForBeforeItIsDone) {
  EXPECT_FALSE(vit->QueryAttention(0, 0).ok());
  EXPECT_FALSE(vit->Rollout().ok());
  ASSERT_TRUE(vit->Begin(Pixels(16, 16), 16, 16).ok());
  ASSERT_TRUE(vit->Step().ok());
  EXPECT_FALSE(vit->QueryAttention(0, 0).ok());
  EXPECT_FALSE(vit->Rollout().ok());
}

TEST_F(VitPass, RefusesPatchesOutsideTheGrid) {
  RunThrough(*vit, Pixels(16, 20), 16, 20);
  EXPECT_TRUE(vit->QueryAttention(3, 4).ok());
  for (const auto& [row, col] : {std::pair{-1, 0}, {0, -1}, {4, 0}, {0, 5}}) {
    EXPECT_EQ(vit->QueryAttention(row, col).error().code, ErrorCode::kInvalid);
  }
}

TEST_F(VitPass, RefusesWhatIsNoPictureAndKeepsThePreviousResults) {
  RunThrough(*vit, Pixels(16, 20), 16, 20);
  const std::vector<float> maps = ClsMaps();
  const std::vector<float> query = *vit->QueryAttention(1, 2);
  const std::vector<float> pixels = Pixels(16, 20);
  EXPECT_FALSE(vit->Begin(pixels, 3, 20).ok());
  EXPECT_FALSE(vit->Begin(pixels, 0, 0).ok());
  EXPECT_FALSE(vit->Begin(pixels, -16, -20).ok());
  EXPECT_FALSE(vit->Begin(pixels, 16, 24).ok());
  EXPECT_FALSE(vit->Begin({}, 16, 20).ok());
  EXPECT_TRUE(vit->done());
  EXPECT_EQ(ClsMaps(), maps);
  EXPECT_EQ(*vit->QueryAttention(1, 2), query);
  EXPECT_THAT(vit->Begin(pixels, 3, 20).error().message,
              testing::HasSubstr("less than one patch of 4 x 4"));
}

TEST_F(VitPass, MayBeAbandonedAndBegunAgainAtAnySize) {
  RunThrough(*vit, Pixels(16, 20), 16, 20);
  const std::vector<float> small = ClsMaps();
  ASSERT_TRUE(vit->Begin(Pixels(80, 64), 80, 64).ok());
  ASSERT_TRUE(vit->Step().ok());
  EXPECT_FALSE(vit->done());
  RunThrough(*vit, Pixels(16, 20), 16, 20);
  EXPECT_EQ(ClsMaps(), small);
  RunThrough(*vit, Pixels(80, 64), 80, 64);
  RunThrough(*vit, Pixels(20, 16), 20, 16);  // as many tokens as before, in another grid
  RunThrough(*vit, Pixels(16, 20), 16, 20);
  EXPECT_EQ(ClsMaps(), small);
}

TEST_F(VitPass, AllocatesNothingWhereTheSizeStaysTheSame) {
  const std::vector<float> pixels = Pixels(48, 48);
  RunThrough(*vit, pixels, 48, 48);
  const size_t memory = vit->memory_bytes();
  const int before = allocations;
  Status status = vit->Begin(pixels, 48, 48);
  while (status.ok() && !vit->done()) status = vit->Step();
  EXPECT_EQ(allocations, before);
  EXPECT_EQ(vit->memory_bytes(), memory);
}

TEST_F(VitPass, HoldsTheMemoryThatItForetells) {
  const size_t weights = vit->memory_bytes();
  const uint64_t foretold = vit->WorkBytes(48, 52);
  RunThrough(*vit, Pixels(48, 52), 48, 52);
  EXPECT_EQ(vit->memory_bytes() - weights, foretold);
}

TEST_F(VitPass, SaysWhenASizeIsBeyondAnyMemory) {
  EXPECT_GT(vit->WorkBytes(1 << 30, 1 << 30), uint64_t{1} << 50);
}

TEST(VitWeights, ThatOverflowFailInTheirLayer) {
  const ThreadPool pool = MakeThreadPool(1);
  Checkpoint checkpoint = RandomVit(kConfig, 51);
  AddFloatTensor(checkpoint, "blocks.0.attn.proj.bias", {64}, std::vector<float>(64, 3e38f));
  const auto vit = Vit::Load(checkpoint, {Precision::kF32}, pool);
  ASSERT_TRUE(vit.ok());
  ASSERT_TRUE((*vit)->Begin(Random(52).Floats(3 * 16 * 16, 1.0f), 16, 16).ok());
  EXPECT_TRUE((*vit)->Step().ok());
  const Status second = (*vit)->Step();
  ASSERT_FALSE(second.ok());
  EXPECT_THAT(second.error().message, testing::HasSubstr("layer 1"));
  EXPECT_FALSE((*vit)->done());
  EXPECT_THAT((*vit)->Step().error().message, testing::HasSubstr("run one first"));
}

// So that a run on a large picture can be stopped soon: one head of ten thousand tokens a step.
TEST(VitSteps, OfALargePictureArePartsOfALayer) {
  const ThreadPool pool = MakeThreadPool(2);
  VitConfig config = kConfig;
  config.depth = 2;
  for (Precision precision : {Precision::kF32, Precision::kInt8}) {
    const auto vit = Vit::Load(RandomVit(config, 55), {precision}, pool);
    ASSERT_TRUE(vit.ok());
    const std::vector<float> pixels = Random(56).Floats(3 * 400 * 400, 1.0f);
    ASSERT_TRUE((*vit)->Begin(pixels, 400, 400).ok());
    int steps_of_first = 0;
    for (; (*vit)->layer() == 0; ++steps_of_first) ASSERT_TRUE((*vit)->Step().ok());
    EXPECT_GE(steps_of_first, config.heads);
    while (!(*vit)->done()) ASSERT_TRUE((*vit)->Step().ok());
    double sum = 0;
    for (float score : (*vit)->cls_attention()) sum += score;
    for (float score : (*vit)->cls_prefix_attention()) sum += score;
    EXPECT_NEAR(sum, config.depth * config.heads, 1e-3);
  }
}

TEST(VitInt8, KeepsNearItsF32Maps) {
  const ThreadPool pool = MakeThreadPool(1);
  VitConfig config = kConfig;
  config.layer_scale = true;  // of both signs, folded into int8 rows
  const Checkpoint checkpoint = RandomVit(config, 53);
  const auto f32 = Vit::Load(checkpoint, {Precision::kF32}, pool);
  const auto int8 = Vit::Load(checkpoint, {Precision::kInt8}, pool);
  ASSERT_TRUE(f32.ok() && int8.ok());
  EXPECT_EQ((*f32)->precision(), Precision::kF32);
  EXPECT_EQ((*int8)->precision(), Precision::kInt8);
  // Int8 matrices of the first block, one of three here, take two bytes an element.
  EXPECT_LT((*int8)->memory_bytes(), (*f32)->memory_bytes() * 3 / 5);
  const std::vector<float> pixels = Random(54).Floats(3 * 40 * 40, 1.0f);
  RunThrough(**f32, pixels, 40, 40);
  RunThrough(**int8, pixels, 40, 40);
  EXPECT_GT(Correlation((*f32)->cls_attention(), (*int8)->cls_attention()), 0.99);
  EXPECT_GT(Correlation(*(*f32)->QueryAttention(3, 3), *(*int8)->QueryAttention(3, 3)), 0.99);
  EXPECT_GT(Correlation(*(*f32)->Rollout(), *(*int8)->Rollout()), 0.99);
}

// A packed file and its source quantised at loading are the same network; f32 expands it.
TEST(VitInt8, PackedFilesFollowThePrecisionThatIsAskedFor) {
  const ThreadPool pool = MakeThreadPool(1);
  VitConfig config = kConfig;
  config.layer_scale = true;
  const Checkpoint source = RandomVit(config, 53);
  const auto packed = ReadCheckpoint(*PackInt8(source));
  ASSERT_TRUE(packed.ok()) << packed.error().message;
  const std::vector<float> pixels = Random(54).Floats(3 * 40 * 40, 1.0f);
  const auto maps = [&](const Checkpoint& checkpoint, Precision precision) {
    const auto vit = Vit::Load(checkpoint, {precision}, pool);
    RunThrough(**vit, pixels, 40, 40);
    return std::vector<float>((*vit)->cls_attention().begin(), (*vit)->cls_attention().end());
  };
  const std::vector<float> automatic = maps(*packed, Precision::kAuto);
  EXPECT_EQ(maps(*packed, Precision::kInt8), automatic);
  EXPECT_LE(MaxDifference(maps(source, Precision::kInt8), automatic), 1e-3);
  EXPECT_EQ(maps(source, Precision::kAuto), maps(source, Precision::kF32));
  const std::vector<float> expanded = maps(*packed, Precision::kF32);
  EXPECT_NE(expanded, automatic);
  EXPECT_GT(Correlation(expanded, automatic), 0.99);
}

}  // namespace
}  // namespace headlens
