// As kernels_bench.cc, for the inner loops in whole numbers.
#include <benchmark/benchmark.h>

#include <vector>

#include "random_vit.h"
#include "vit/kernels.h"
#include "vit/panels.h"

namespace headlens {
namespace {

using benchmark::Counter;
using benchmark::State;

constexpr int kQueries = 48;
constexpr int kKeys = 256;
constexpr int kHeadSize = 64;
constexpr int kWidth = 384;

const IntegerKernels& Integers() { return BestKernels().integer; }

// The memory of a product (kQueries, depth) by (depth, cols).
struct Factors {
  Factors(int depth, int cols)
      : groups(GroupCount(depth, Integers())),
        left(kQueries * groups, 0x01010101u),
        right(size_t{1} * PanelRows(depth, Integers()) * cols, 0x01010101u),
        ones(cols + kQueries, 1.0f),
        out(kQueries * cols),
        product{.a = left.data(),
                .a_stride = static_cast<size_t>(groups),
                .rows = kQueries,
                .cols = cols,
                .groups = groups,
                .b = {right.data(),
                      size_t{1} * PanelRows(depth, Integers()) * BestKernels().panel_cols}} {}
  int groups;
  std::vector<uint32_t> left, right;
  std::vector<float> ones, out;
  IntegerProduct product;
};

template <typename Call>
void Repeat(State& state, const char* unit, double count, const Call& call) {
  for (auto _ : state) {
    call();
    benchmark::ClobberMemory();
  }
  state.SetLabel(BestKernels().name);
  state.counters[unit] = Counter(count, Counter::kIsIterationInvariantRate);
}

void QuantiseRow(State& state) {
  const std::vector<float> x = Random(1).Floats(kWidth, 1.0f);
  std::vector<uint32_t> groups(GroupCount(kWidth, Integers()));
  Repeat(state, "elements/s", kWidth,
         [&] { Integers().quantise_row(x.data(), kWidth, groups.data()); });
}

void IntegerScores(State& state) {
  Factors f(kHeadSize, kKeys);
  Repeat(state, "OP/s", 2.0 * kQueries * kHeadSize * kKeys,
         [&] { Integers().scores(f.product, f.ones.data(), f.out.data(), kKeys); });
}

void IntegerAddValues(State& state) {
  Factors f(kKeys, kHeadSize);
  Repeat(state, "OP/s", 2.0 * kQueries * kHeadSize * kKeys, [&] {
    Integers().add(f.product, f.ones.data(), f.ones.data(), f.ones.data(), f.out.data(), kHeadSize);
  });
}

void LinearOutputs(State& state, const LinearKernels& kernels) {
  const int groups = GroupCount(kWidth, kernels);
  const size_t rows = PanelRows(kWidth, kernels);
  const std::vector<uint32_t> left(kQueries * groups, 0x01010101u);
  const std::vector<uint32_t> right(rows * kWidth, 0x01010101u);
  const std::vector<float> ones(kWidth, 1.0f);
  const std::vector<RowSteps> steps(kQueries, {0.0f, 1.0f});
  std::vector<float> out(kQueries * kWidth);
  const IntegerProduct product = {.a = left.data(),
                                  .a_stride = static_cast<size_t>(groups),
                                  .rows = kQueries,
                                  .cols = kWidth,
                                  .groups = groups,
                                  .b = {right.data(), rows * BestKernels().panel_cols}};
  Repeat(state, "OP/s", 2.0 * kQueries * kWidth * kWidth, [&] {
    kernels.outputs(product, steps.data(), ones.data(), ones.data(), ones.data(), out.data(),
                    kWidth);
  });
}

void ExactOutputs(State& state) { LinearOutputs(state, BestKernels().exact_linear); }
void RoughOutputs(State& state) { LinearOutputs(state, BestKernels().rough_linear); }

void Weigh(State& state) {
  const std::vector<float> scores = Random(1).Floats(kQueries * kKeys, 1.0f);
  const std::vector<float> octaves(kQueries, 1.0f);
  const int groups = GroupCount(kKeys, Integers());
  std::vector<uint32_t> weights(kQueries * groups);
  std::vector<float> largest(kQueries), sum(kQueries);
  Repeat(state, "elements/s", scores.size(), [&] {
    Integers().weigh(scores.data(), kKeys, octaves.data(), kQueries, kKeys, weights.data(), groups,
                     {largest.data(), sum.data()});
  });
}

BENCHMARK(QuantiseRow);
BENCHMARK(IntegerScores);
BENCHMARK(IntegerAddValues);
BENCHMARK(ExactOutputs);
BENCHMARK(RoughOutputs);
BENCHMARK(Weigh);

}  // namespace
}  // namespace headlens
