// The speed that XNNPACK reaches in this browser on the largest matrix product of a ViT-S, fc1:
// what the network's speed is held against. FLOP/s; a multiplication and an addition count as two.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <vector>

#include "base/threads.h"
#include "random_vit.h"
#include "xnnpack.h"

namespace headlens {
namespace {

constexpr int kInputs = 384;
constexpr int kOutputs = 1536;
constexpr float kInfinity = std::numeric_limits<float>::infinity();

struct DeleteOperator {
  void operator()(xnn_operator_t op) const { xnn_delete_operator(op); }
};
using Operator = std::unique_ptr<xnn_operator, DeleteOperator>;

// Of the fastest of the runs that fit into a second. Negative if it fails.
double Speed(xnn_operator_t op, int rows, const ThreadPool& pool) {
  using Clock = std::chrono::steady_clock;
  double fastest = kInfinity;
  for (double total = 0; total < 1.0;) {
    const Clock::time_point begin = Clock::now();
    if (xnn_run_operator(op, pool.get()) != xnn_status_success) return -1;
    const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    fastest = std::min(fastest, seconds);
    total += seconds;
  }
  return 2.0 * rows * kInputs * kOutputs / fastest;
}

}  // namespace

extern "C" {

double bench_xnnpack_f32(int rows, int threads) {
  if (xnn_initialize(nullptr) != xnn_status_success) return -1;
  const ThreadPool pool = MakeThreadPool(threads);
  Random random(1);
  const std::vector<float> weights = random.Floats(kInputs * kOutputs, 0.05f);
  const std::vector<float> bias = random.Floats(kOutputs, 0.1f);
  const std::vector<float> in = random.Floats(size_t{1} * rows * kInputs + XNN_EXTRA_BYTES, 1.0f);
  std::vector<float> out(size_t{1} * rows * kOutputs);
  xnn_operator_t op = nullptr;
  xnn_create_fully_connected_nc_f32(kInputs, kOutputs, kInputs, kOutputs, weights.data(),
                                    bias.data(), -kInfinity, kInfinity, 0, nullptr, nullptr, &op);
  const Operator owner(op);
  if (xnn_reshape_fully_connected_nc_f32(op, rows, pool.get()) != xnn_status_success) return -1;
  xnn_setup_fully_connected_nc_f32(op, in.data(), out.data());
  return Speed(op, rows, pool);
}

// Inputs that are quantised already, weights by output channel: qd8_f32_qc8w.
double bench_xnnpack_int8(int rows, int threads) {
  if (xnn_initialize(nullptr) != xnn_status_success) return -1;
  const ThreadPool pool = MakeThreadPool(threads);
  const std::vector<int8_t> weights(kInputs * kOutputs, 3);
  const std::vector<float> scale(kOutputs, 0.01f);
  const std::vector<float> bias(kOutputs, 0.1f);
  const std::vector<int8_t> in(size_t{1} * rows * kInputs + XNN_EXTRA_BYTES, 5);
  const std::vector<xnn_quantization_params> quantised(rows + XNN_EXTRA_QUANTIZATION_PARAMS,
                                                       {.zero_point = 0, .scale = 0.01f});
  std::vector<float> out(size_t{1} * rows * kOutputs);
  xnn_operator_t op = nullptr;
  xnn_create_fully_connected_nc_qd8_f32_qc8w(kInputs, kOutputs, kInputs, kOutputs, scale.data(),
                                             weights.data(), bias.data(), -kInfinity, kInfinity, 0,
                                             nullptr, nullptr, &op);
  const Operator owner(op);
  if (xnn_reshape_fully_connected_nc_qd8_f32_qc8w(op, rows, pool.get()) != xnn_status_success) {
    return -1;
  }
  xnn_setup_fully_connected_nc_qd8_f32_qc8w(op, in.data(), out.data(), quantised.data());
  return Speed(op, rows, pool);
}

}  // extern "C"
}  // namespace headlens
