#include "vit/linear.h"

#include <limits>
#include <string>

#include "vit/kernels.h"

namespace headlens {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

Status Check(xnn_status status, const char* what) {
  if (status == xnn_status_success) return {};
  if (status == xnn_status_out_of_memory) {
    return NoMemory("There is not enough memory for the network's weights.");
  }
  return Internal(std::string("XNNPACK could not ") + what + " (status " +
                  std::to_string(static_cast<int>(status)) + ").");
}

Status InitialiseXnnpack() {
  static const xnn_status status = xnn_initialize(/*allocator=*/nullptr);
  return Check(status, "start on this machine");
}

}  // namespace

bool QuantisedRows::Reserve(size_t rows, size_t inputs, int threads) {
  if (!tiles.Reserve(IntegerLinear::Scratch(inputs, threads))) return false;
  if (!HasInt8Products()) return true;
  return values.Reserve(rows * inputs) && scale.Reserve(rows + XNN_EXTRA_QUANTIZATION_PARAMS);
}

uint64_t QuantisedRows::Bytes(uint64_t rows, uint64_t inputs, int threads) {
  const uint64_t own = IntegerLinear::Scratch(inputs, threads) * sizeof(uint32_t);
  if (!HasInt8Products()) return own;
  const uint64_t scales = rows + XNN_EXTRA_QUANTIZATION_PARAMS;
  return own + rows * inputs + scales * sizeof(xnn_quantization_params);
}

Result<Linear> Linear::FromFloats(std::span<const float> weights, std::span<const float> bias) {
  if (Status ready = InitialiseXnnpack(); !ready.ok()) return ready.error();
  Linear linear;
  linear.outputs_ = bias.size();
  linear.inputs_ = weights.size() / bias.size();
  linear.bytes_ = (weights.size() + bias.size()) * sizeof(float);

  xnn_operator_t op = nullptr;
  Status created = Check(xnn_create_fully_connected_nc_f32(
                             linear.inputs_, linear.outputs_, linear.inputs_, linear.outputs_,
                             weights.data(), bias.data(), -kInfinity, kInfinity, /*flags=*/0,
                             /*code_cache=*/nullptr, /*weights_cache=*/nullptr, &op),
                         "pack a matrix");
  linear.multiply_.reset(op);
  if (!created.ok()) return created.error();
  return linear;
}

Result<Linear> Linear::FromInt8(const Int8Matrix& weights, std::span<const float> bias) {
  if (HasInt8Products()) return OnXnnpack(weights, bias);
  return FromInt8Exactly(weights, bias);
}

Result<Linear> Linear::FromInt8Roughly(const Int8Matrix& weights, std::span<const float> bias) {
  if (HasInt8Products()) return OnXnnpack(weights, bias);
  return OnOwnKernels(weights, bias, RoughLinear());
}

Linear Linear::FromInt8Exactly(const Int8Matrix& weights, std::span<const float> bias) {
  return OnOwnKernels(weights, bias, BestKernels().exact_linear);
}

Result<Linear> Linear::OnXnnpack(const Int8Matrix& weights, std::span<const float> bias) {
  if (Status ready = InitialiseXnnpack(); !ready.ok()) return ready.error();
  Linear linear;
  linear.outputs_ = weights.rows;
  linear.inputs_ = weights.cols;
  linear.bytes_ = weights.values.size() + 3 * weights.scale.size() * sizeof(float);

  xnn_operator_t op = nullptr;
  Status created =
      Check(xnn_create_fully_connected_nc_qd8_f32_qc8w(
                linear.inputs_, linear.outputs_, linear.inputs_, linear.outputs_,
                weights.scale.data(), weights.values.data(), bias.data(), -kInfinity, kInfinity,
                /*flags=*/0, /*code_cache=*/nullptr, /*weights_cache=*/nullptr, &op),
            "pack an int8 matrix");
  linear.multiply_.reset(op);
  if (!created.ok()) return created.error();

  op = nullptr;
  created = Check(xnn_create_convert_nc_f32_qd8(/*flags=*/0, &op), "prepare int8 inputs");
  linear.quantise_.reset(op);
  if (!created.ok()) return created.error();
  return linear;
}

Linear Linear::OnOwnKernels(const Int8Matrix& weights, std::span<const float> bias,
                            const LinearKernels& kernels) {
  Linear linear;
  linear.outputs_ = weights.rows;
  linear.inputs_ = weights.cols;
  linear.own_.emplace(weights, bias, kernels);
  linear.bytes_ = linear.own_->bytes();
  return linear;
}

Status Linear::Reshape(size_t rows, const ThreadPool& pool) {
  rows_ = rows;
  if (own_) return {};
  if (!is_int8()) {
    return Check(xnn_reshape_fully_connected_nc_f32(multiply_.get(), rows, pool.get()),
                 "plan a matrix product");
  }
  Status planned = Check(
      xnn_reshape_convert_nc_f32_qd8(quantise_.get(), rows, inputs_, inputs_, inputs_, pool.get()),
      "plan int8 inputs");
  if (!planned.ok()) return planned;
  return Check(xnn_reshape_fully_connected_nc_qd8_f32_qc8w(multiply_.get(), rows, pool.get()),
               "plan an int8 matrix product");
}

Status Linear::Run(const float* in, float* out, const QuantisedRows& quantised,
                   const ThreadPool& pool) {
  if (own_) {
    own_->Run(in, rows_, quantised.tiles.data(), out, pool);
    return {};
  }
  if (!is_int8()) {
    Status set = Check(xnn_setup_fully_connected_nc_f32(multiply_.get(), in, out),
                       "set up a matrix product");
    if (!set.ok()) return set;
    return Check(xnn_run_operator(multiply_.get(), pool.get()), "multiply matrices");
  }
  Status set = Check(xnn_setup_convert_nc_f32_qd8(quantise_.get(), in, quantised.values.data(),
                                                  quantised.scale.data()),
                     "set up int8 inputs");
  if (!set.ok()) return set;
  Status ran = Check(xnn_run_operator(quantise_.get(), pool.get()), "quantise inputs");
  if (!ran.ok()) return ran;
  set = Check(xnn_setup_fully_connected_nc_qd8_f32_qc8w(multiply_.get(), quantised.values.data(),
                                                        out, quantised.scale.data()),
              "set up an int8 matrix product");
  if (!set.ok()) return set;
  return Check(xnn_run_operator(multiply_.get(), pool.get()), "multiply int8 matrices");
}

Status Linear::RunThenGelu(const float* in, float* out, const QuantisedRows& quantised,
                           const ThreadPool& pool) {
  if (own_) {
    own_->RunThenGelu(in, rows_, quantised.tiles.data(), out, pool);
    return {};
  }
  Status ran = Run(in, out, quantised, pool);
  if (!ran.ok()) return ran;
  ParallelFor(pool, rows_, [&](size_t row) { BestKernels().gelu(out + row * outputs_, outputs_); });
  return {};
}

}  // namespace headlens
