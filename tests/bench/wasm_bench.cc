// How fast the network and its parts are in a browser: the program behind wasm.js. The native
// counterpart is native_bench.cc.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

#include "random_vit.h"
#include "vit/linear.h"
#include "vit/vit.h"

namespace headlens {
namespace {

constexpr int kInputs = 384;  // fc1 of ViT-S
constexpr int kOutputs = 1536;

// Seconds of the fastest of some runs that together take a second or more. Negative if it fails.
template <typename Run>
double FastestOf(const Run& run) {
  using Clock = std::chrono::steady_clock;
  double fastest = 1e9;
  double total = 0;
  while (total < 1.0) {
    const Clock::time_point begin = Clock::now();
    if (!run()) return -1;
    const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    fastest = std::min(fastest, seconds);
    total += seconds;
  }
  return fastest;
}

// FLOP/s, a multiplication and an addition counting as two.
double LinearSpeed(Result<Linear> linear, int rows, int threads) {
  if (!linear.ok()) return -1;
  const ThreadPool pool = MakeThreadPool(threads);
  Buffer<float> out;
  QuantisedRows quantised;
  const std::vector<float> in = Random(1).Floats(size_t{1} * rows * kInputs + 64, 1.0f);
  if (!out.Reserve(size_t{1} * rows * kOutputs) || !quantised.Reserve(rows, kInputs, threads)) return -1;
  if (!linear->Reshape(rows, pool).ok()) return -1;
  const double seconds =
      FastestOf([&] { return linear->Run(in.data(), out.data(), quantised, pool).ok(); });
  return 2.0 * rows * kInputs * kOutputs / seconds;
}

bool Pass(Vit& vit, const std::vector<float>& pixels, int side) {
  Status status = vit.Begin(pixels, side, side);
  while (status.ok() && !vit.done()) status = vit.Step();
  return status.ok();
}

}  // namespace

extern "C" {

double bench_linear_f32(int rows, int threads) {
  Random random(2);
  const std::vector<float> weights = random.Floats(kInputs * kOutputs, 0.05f);
  return LinearSpeed(Linear::FromFloats(weights, random.Floats(kOutputs, 0.1f)), rows, threads);
}

double bench_linear_int8(int rows, int threads) {
  Random random(2);
  const std::vector<float> weights = random.Floats(kInputs * kOutputs, 0.05f);
  return LinearSpeed(
      Linear::FromInt8(QuantiseRows(weights, kOutputs, kInputs), random.Floats(kOutputs, 0.1f)),
      rows, threads);
}

// Seconds of one pass of a ViT-S/8; precision as the enum Precision.
double bench_vit_small_8(int precision, int side, int threads) {
  const ThreadPool pool = MakeThreadPool(threads);
  const Result<std::unique_ptr<Vit>> vit =
      Vit::Load(RandomVit(kVitSmall8, 6), {.precision = static_cast<Precision>(precision)}, pool);
  if (!vit.ok()) return -1;
  const std::vector<float> pixels = Random(5).Floats(size_t{3} * side * side, 1.0f);
  return FastestOf([&] { return Pass(**vit, pixels, side); });
}

}  // extern "C"
}  // namespace headlens
