// What a question about a photo costs after its pass, on this machine: ViT-S/8 in int8. Arguments:
// side of the photo, threads.
#include <benchmark/benchmark.h>

#include <memory>
#include <utility>

#include "random_vit.h"
#include "vit/lookback.h"
#include "vit/pca.h"
#include "vit/vit.h"

namespace headlens {
namespace {

using benchmark::DoNotOptimize;
using benchmark::State;

constexpr int kLastLayer = 11;
constexpr int kPrefix = 1;
constexpr int kPatch = 100;  // some token

// Times `ask` of a network that has seen a photo.
template <typename Ask>
void Time(State& state, const Ask& ask) {
  const int side = static_cast<int>(state.range(0));
  const ThreadPool pool = MakeThreadPool(static_cast<int>(state.range(1)));
  const auto vit = Vit::Load(RandomVit(kVitSmall8, 6), {Precision::kInt8}, pool);
  if (!vit.ok()) return state.SkipWithError(vit.error().message);
  Random random(5);
  Status status = (*vit)->Begin(random.Floats(size_t{3} * side * side, 1.0f), side, side);
  while (status.ok() && !(*vit)->done()) status = (*vit)->Step();
  if (!status.ok()) return state.SkipWithError(status.error().message);
  for (auto _ : state) ask(**vit, pool);
}

void Query(State& state) {
  Time(state, [](const Vit& vit, const ThreadPool&) { DoNotOptimize(vit.QueryAttention(3, 4)); });
}

void Rollout(State& state) {
  Time(state, [](const Vit& vit, const ThreadPool&) { DoNotOptimize(vit.Rollout()); });
}

void RolloutWithDiscard(State& state) {
  Time(state,
       [](const Vit& vit, const ThreadPool&) { DoNotOptimize(vit.Rollout({.discard = 0.9})); });
}

void Similarity(State& state) {
  Time(state, [](const Vit& vit, const ThreadPool& pool) {
    DoNotOptimize(SimilarityOfToken(vit.kept().heads, kPatch, kPrefix, pool));
  });
}

void PcaOfKeys(State& state) {
  Time(state, [](const Vit& vit, const ThreadPool& pool) {
    const KeptHeads& heads = vit.kept().heads;
    DoNotOptimize(PrincipalComponents(KeysOfPatches(heads, kLastLayer, kPrefix),
                                      heads.shape().tokens - kPrefix, heads.shape().width(), pool));
  });
}

void Explain(State& state) {
  Time(state, [](const Vit& vit, const ThreadPool& pool) {
    DoNotOptimize(PartsOfWeight(vit.kept().heads, kPatch, kPatch + 1, kPrefix, pool));
  });
}

void Sizes(benchmark::internal::Benchmark* bench) {
  bench->ArgsProduct({{224, 480}, {1, 2}})->UseRealTime()->Unit(benchmark::kMillisecond);
}

BENCHMARK(Query)->Apply(Sizes);
BENCHMARK(Rollout)->Apply(Sizes);
BENCHMARK(RolloutWithDiscard)->Apply(Sizes);
BENCHMARK(Similarity)->Apply(Sizes);
BENCHMARK(PcaOfKeys)->Apply(Sizes);
BENCHMARK(Explain)->Apply(Sizes);

}  // namespace
}  // namespace headlens
