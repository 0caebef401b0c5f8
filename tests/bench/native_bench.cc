// How fast the network and its parts are on this machine. The last argument of each benchmark is
// the number of threads. FLOP/s counts a multiplication and an addition as two.
#include <benchmark/benchmark.h>

#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "random_vit.h"
#include "vit/attention.h"
#include "vit/attention_int8.h"
#include "vit/kernels.h"
#include "vit/layer_norm.h"
#include "vit/linear.h"
#include "vit/vit.h"

namespace headlens {
namespace {

using benchmark::Counter;
using benchmark::State;

void CountFlops(State& state, double flops) {
  state.counters["FLOP/s"] = Counter(flops, Counter::kIsIterationInvariantRate);
}

void RunLinear(State& state, Linear& linear, int inputs, int outputs) {
  const int rows = static_cast<int>(state.range(0));
  const ThreadPool pool = MakeThreadPool(static_cast<int>(state.range(1)));
  Buffer<float> in, out;
  QuantisedRows quantised;
  in.Reserve(size_t{1} * rows * inputs);
  out.Reserve(size_t{1} * rows * outputs);
  quantised.Reserve(rows, inputs, /*threads=*/1);
  Random random(1);
  std::ranges::copy(random.Floats(size_t{1} * rows * inputs, 1.0f), in.data());
  if (!linear.Reshape(rows, pool).ok()) return state.SkipWithError("cannot be shaped");
  for (auto _ : state) {
    if (!linear.Run(in.data(), out.data(), quantised, pool).ok()) state.SkipWithError("failed");
  }
  CountFlops(state, 2.0 * rows * inputs * outputs);
}

// (tokens, 384) to (tokens, 1536): fc1 of ViT-S.
void LinearF32(State& state) {
  Random random(2);
  auto linear = Linear::FromFloats(random.Floats(384 * 1536, 0.05f), random.Floats(1536, 0.1f));
  RunLinear(state, *linear, 384, 1536);
}

void LinearInt8(State& state) {
  Random random(2);
  const Int8Matrix weights = QuantiseRows(random.Floats(384 * 1536, 0.05f), 1536, 384);
  auto linear = Linear::FromInt8(weights, random.Floats(1536, 0.1f));
  RunLinear(state, *linear, 384, 1536);
}

// Six heads of 64, as in ViT-S.
void Attention(State& state) {
  const HeadShape shape = {static_cast<int>(state.range(0)), 6, 64};
  const ThreadPool pool = MakeThreadPool(static_cast<int>(state.range(1)));
  Random random(3);
  const size_t count = size_t{1} * shape.tokens * shape.width();
  const std::vector<float> qkv = random.Floats(3 * count, 1.0f);
  std::vector<float> scratch(AttentionScratch(shape, ThreadCount(pool)));
  std::vector<float> out(count);
  for (auto _ : state) {
    Attend(shape, {0, shape.heads}, qkv.data(), scratch.data(), out.data(), pool);
    benchmark::DoNotOptimize(out.data());
  }
  CountFlops(state, 4.0 * shape.tokens * count);
}

// The same in whole numbers.
void AttentionInt8(State& state) {
  const HeadShape shape = {static_cast<int>(state.range(0)), 6, 64};
  const ThreadPool pool = MakeThreadPool(static_cast<int>(state.range(1)));
  Random random(3);
  const size_t count = size_t{1} * shape.tokens * shape.width();
  const std::vector<float> qkv = random.Floats(3 * count, 1.0f);
  std::vector<float> scratch(AttentionInt8Scratch(shape, BestKernels().integer, ThreadCount(pool)));
  std::vector<float> out(count);
  for (auto _ : state) {
    AttendInt8(shape, {0, shape.heads}, BestKernels().integer, qkv.data(), scratch.data(),
               out.data(), pool);
    benchmark::DoNotOptimize(out.data());
  }
  CountFlops(state, 4.0 * shape.tokens * count);
}

// (tokens, 384).
void Normalise(State& state) {
  const size_t tokens = state.range(0);
  const ThreadPool pool = MakeThreadPool(static_cast<int>(state.range(1)));
  Random random(4);
  const LayerNorm norm = {random.Floats(384, 1.0f), random.Floats(384, 1.0f)};
  const std::vector<float> x = random.Floats(tokens * 384, 1.0f);
  std::vector<float> out(x.size());
  for (auto _ : state) {
    NormRows(norm, x.data(), tokens, out.data(), pool);
    benchmark::DoNotOptimize(out.data());
  }
  state.SetBytesProcessed(state.iterations() * 2 * x.size() * sizeof(float));
}

// All blocks of a network on a square photo; the time of one pass.
void RunVit(State& state, const Checkpoint& checkpoint, Precision precision) {
  const int side = static_cast<int>(state.range(0));
  const ThreadPool pool = MakeThreadPool(static_cast<int>(state.range(1)));
  const auto vit = Vit::Load(checkpoint, {precision}, pool);
  if (!vit.ok()) return state.SkipWithError(vit.error().message);
  Random random(5);
  const std::vector<float> pixels = random.Floats(size_t{3} * side * side, 1.0f);
  for (auto _ : state) {
    Status status = (*vit)->Begin(pixels, side, side);
    while (status.ok() && !(*vit)->done()) status = (*vit)->Step();
    if (!status.ok()) state.SkipWithError(status.error().message);
  }
  state.counters["MB"] = static_cast<double>((*vit)->memory_bytes()) / (1 << 20);
}

void BundledInt8(State& state) {
  std::ifstream file(HEADLENS_WEIGHTS_DIR "/dino-vitt8-reg4.safetensors", std::ios::binary);
  const auto checkpoint =
      ReadCheckpoint({std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()});
  if (!checkpoint.ok()) return state.SkipWithError(checkpoint.error().message);
  RunVit(state, *checkpoint, Precision::kAuto);
}

void VitSmall8F32(State& state) { RunVit(state, RandomVit(kVitSmall8, 6), Precision::kF32); }
void VitSmall8Int8(State& state) { RunVit(state, RandomVit(kVitSmall8, 6), Precision::kInt8); }

BENCHMARK(LinearF32)->ArgsProduct({{785, 3601}, {1, 2}})->UseRealTime();
BENCHMARK(LinearInt8)->ArgsProduct({{785, 3601}, {1, 2}})->UseRealTime();
BENCHMARK(Attention)->ArgsProduct({{785, 3601}, {1, 2}})->UseRealTime();
BENCHMARK(AttentionInt8)->ArgsProduct({{785, 3601}, {1, 2}})->UseRealTime();
BENCHMARK(Normalise)->ArgsProduct({{785, 3601}, {1, 2}})->UseRealTime();
BENCHMARK(BundledInt8)
    ->ArgsProduct({{224, 480}, {1, 2}})
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK(VitSmall8F32)
    ->ArgsProduct({{224, 480}, {1, 2}})
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK(VitSmall8Int8)
    ->ArgsProduct({{224, 480}, {1, 2}})
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace headlens
