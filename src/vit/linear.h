// Linear layers on XNNPACK's operators, or on our own where those are slow.
#ifndef HEADLENS_VIT_LINEAR_H_
#define HEADLENS_VIT_LINEAR_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "base/result.h"
#include "base/threads.h"
#include "checkpoint/pack.h"
#include "vit/buffer.h"
#include "vit/integer_linear.h"
#include "xnnpack.h"

namespace headlens {

struct OperatorDeleter {
  void operator()(xnn_operator_t op) const { xnn_delete_operator(op); }
};
using Operator = std::unique_ptr<xnn_operator, OperatorDeleter>;

// Where int8 layers quantise their input. One for all layers, since they run one after another.
struct QuantisedRows {
  // XNNPACK's: all rows to int8, each by its own range.
  Buffer<int8_t> values;                  // (rows, inputs)
  Buffer<xnn_quantization_params> scale;  // (rows)
  // Our own: some rows a thread.
  Buffer<uint32_t> tiles;

  bool Reserve(size_t rows, size_t inputs, int threads);
  static uint64_t Bytes(uint64_t rows, uint64_t inputs, int threads);
  size_t bytes() const { return values.bytes() + scale.bytes() + tiles.bytes(); }
};

// out = in * weights^T + bias. The weights are packed at creation; the caller's may go.
class Linear {
 public:
  Linear() = default;

  // weights: (outputs, inputs), bias: (outputs).
  static Result<Linear> FromFloats(std::span<const float> weights, std::span<const float> bias);
  // The same with int8 weights; the input is quantised by rows as it comes: by XNNPACK
  // (qd8_f32_qc8w) where it has int8 products in hardware, else by IntegerLinear.
  static Result<Linear> FromInt8(const Int8Matrix& weights, std::span<const float> bias);
  // The same, where less exact inputs and weights do: IntegerLinear is faster with them.
  static Result<Linear> FromInt8Roughly(const Int8Matrix& weights, std::span<const float> bias);
  // By IntegerLinear in any case, whose inputs are the more exact.
  static Linear FromInt8Exactly(const Int8Matrix& weights, std::span<const float> bias);

  // Plans for this many rows of input. Needed before Run, and again when the number changes.
  Status Reshape(size_t rows, const ThreadPool& pool);

  // in: (rows, inputs), out: (rows, outputs), not the same memory. quantised is used by int8 layers
  // only, and must have room.
  Status Run(const float* in, float* out, const QuantisedRows& quantised, const ThreadPool& pool);

  // The same, then GELU.
  Status RunThenGelu(const float* in, float* out, const QuantisedRows& quantised,
                     const ThreadPool& pool);

  bool is_int8() const { return quantise_ != nullptr || own_.has_value(); }
  size_t bytes() const { return bytes_; }  // of the packed weights

 private:
  static Result<Linear> OnXnnpack(const Int8Matrix& weights, std::span<const float> bias);
  static Linear OnOwnKernels(const Int8Matrix& weights, std::span<const float> bias,
                             const LinearKernels& kernels);

  std::optional<IntegerLinear> own_;
  Operator multiply_;
  Operator quantise_;  // int8 layers only
  size_t inputs_ = 0;
  size_t outputs_ = 0;
  size_t rows_ = 0;  // planned for
  size_t bytes_ = 0;
};

}  // namespace headlens

#endif  // HEADLENS_VIT_LINEAR_H_
