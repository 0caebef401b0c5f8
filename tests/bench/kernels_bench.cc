// How fast each inner loop is on one thread, for the widest vectors of this machine, in the shapes
// in which a ViT-S/8 calls it: a tile of queries, a block of keys, a head of 64, a token of 384.
#include <benchmark/benchmark.h>

#include <vector>

#include "random_vit.h"
#include "vit/kernels.h"

namespace headlens {
namespace {

using benchmark::Counter;
using benchmark::State;

constexpr int kQueries = 96;
constexpr int kKeys = 256;
constexpr int kHeadSize = 64;
constexpr int kWidth = 384;
constexpr int kMlp = 1536;

std::vector<float> Floats(size_t count) { return Random(1).Floats(count, 1.0f); }

// Calls the kernel over and over; `elements` is what one call works through.
template <typename Call>
void Repeat(State& state, double elements, const Call& call) {
  for (auto _ : state) {
    call();
    benchmark::ClobberMemory();
  }
  state.SetLabel(BestKernels().name);
  state.counters["elements/s"] = Counter(elements, Counter::kIsIterationInvariantRate);
}

// As Repeat, for products: a multiplication and an addition are two.
template <typename Call>
void Multiply(State& state, double multiplications, const Call& call) {
  Repeat(state, multiplications, call);
  state.counters.erase("elements/s");
  state.counters["FLOP/s"] = Counter(2 * multiplications, Counter::kIsIterationInvariantRate);
}

int PanelsOf(int cols) { return (cols + BestKernels().panel_cols - 1) / BestKernels().panel_cols; }

void NormRow(State& state) {
  const std::vector<float> x = Floats(kWidth), gamma = Floats(kWidth), beta = Floats(kWidth);
  std::vector<float> out(kWidth);
  Repeat(state, kWidth,
         [&] { BestKernels().norm_row(x.data(), gamma.data(), beta.data(), kWidth, out.data()); });
}

void AddScaled(State& state) {
  const std::vector<float> delta = Floats(kWidth);
  std::vector<float> x(kWidth);
  Repeat(state, kWidth, [&] { BestKernels().add_scaled(delta.data(), 1e-6f, kWidth, x.data()); });
}

void GeluRow(State& state) {
  const std::vector<float> in = Floats(kMlp);
  std::vector<float> x(kMlp);
  Repeat(state, kMlp, [&] {
    x = in;
    BestKernels().gelu(x.data(), kMlp);
  });
}

// Q K^T: a tile of queries by a block of keys.
void MultiplyScores(State& state) {
  const int panels = PanelsOf(kKeys);
  const size_t panel = size_t{1} * kHeadSize * BestKernels().panel_cols;
  const std::vector<float> queries = Floats(kQueries * kHeadSize), keys = Floats(panels * panel);
  std::vector<float> scores(kQueries * kKeys);
  Multiply(state, 1.0 * kQueries * kHeadSize * kKeys, [&] {
    BestKernels().multiply(queries.data(), kHeadSize, kQueries, kHeadSize,
                           {keys.data(), panel, panels}, scores.data(), kKeys);
  });
}

// P V: the tile's weights by the block's values.
void MultiplyAddValues(State& state) {
  const int panels = PanelsOf(kHeadSize);
  const size_t panel = size_t{1} * kKeys * BestKernels().panel_cols;
  const std::vector<float> weights(kQueries * kKeys, 1e-6f), values = Floats(panels * panel);
  std::vector<float> out(kQueries * kHeadSize);
  Multiply(state, 1.0 * kQueries * kHeadSize * kKeys, [&] {
    BestKernels().multiply_add(weights.data(), kKeys, kQueries, kKeys,
                               {values.data(), panel, panels}, out.data(), kHeadSize);
  });
}

void SoftmaxRow(State& state) {
  const std::vector<float> in = Floats(kKeys);
  std::vector<float> scores(kKeys);
  Repeat(state, kKeys, [&] {
    scores = in;
    BestKernels().softmax_rows(scores.data(), kKeys, 1, kKeys);
  });
}

void RunningSoftmaxOfTile(State& state) {
  const std::vector<float> in = Floats(kQueries * kKeys);
  std::vector<float> scores(in.size()), out(kQueries * kHeadSize);
  std::vector<float> largest(kQueries, -1e30f), sum(kQueries);
  Repeat(state, in.size(), [&] {
    scores = in;
    BestKernels().running_softmax(scores.data(), kKeys, kQueries, kKeys,
                                  {largest.data(), sum.data()}, out.data(), kHeadSize);
  });
}

// A query on all keys of 480 x 480 pixels: a map, and what a click costs.
void DotRows(State& state) {
  constexpr int kTokens = 3601;
  const std::vector<float> query = Floats(kHeadSize), keys = Floats(kTokens * kHeadSize);
  std::vector<float> scores(kTokens);
  Multiply(state, 1.0 * kTokens * kHeadSize, [&] {
    BestKernels().dot_rows(query.data(), keys.data(), kHeadSize, kTokens, kHeadSize, 0.125f,
                           scores.data());
  });
}

void ToHalf(State& state) {
  const std::vector<float> from = Floats(kWidth);
  std::vector<uint16_t> to(kWidth);
  Repeat(state, kWidth, [&] { BestKernels().to_half(from.data(), kWidth, to.data()); });
}

void FromHalf(State& state) {
  const std::vector<uint16_t> from(kWidth, 0x3c00);
  std::vector<float> to(kWidth);
  Repeat(state, kWidth, [&] { BestKernels().from_half(from.data(), kWidth, to.data()); });
}

BENCHMARK(NormRow);
BENCHMARK(AddScaled);
BENCHMARK(GeluRow);
BENCHMARK(MultiplyScores);
BENCHMARK(MultiplyAddValues);
BENCHMARK(SoftmaxRow);
BENCHMARK(RunningSoftmaxOfTile);
BENCHMARK(DotRows);
BENCHMARK(ToHalf);
BENCHMARK(FromHalf);

}  // namespace
}  // namespace headlens
