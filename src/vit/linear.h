// Linear layers and GELU on XNNPACK's operators.
#ifndef HEADLENS_VIT_LINEAR_H_
#define HEADLENS_VIT_LINEAR_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "base/result.h"
#include "base/threads.h"
#include "checkpoint/pack.h"
#include "vit/buffer.h"
#include "xnnpack.h"

namespace headlens {

struct OperatorDeleter {
  void operator()(xnn_operator_t op) const { xnn_delete_operator(op); }
};
using Operator = std::unique_ptr<xnn_operator, OperatorDeleter>;

// Where an int8 layer puts its input's rows, each quantised to int8 by its own range. One for all
// layers, since they run one after another.
struct QuantisedRows {
  Buffer<int8_t> values;                  // (rows, inputs)
  Buffer<xnn_quantization_params> scale;  // (rows)

  bool Reserve(size_t rows, size_t inputs);
  static uint64_t Bytes(uint64_t rows, uint64_t inputs);
};

// out = in * weights^T + bias. The weights are packed at creation; the caller's may go.
class Linear {
 public:
  Linear() = default;

  // weights: (outputs, inputs), bias: (outputs).
  static Result<Linear> FromFloats(std::span<const float> weights, std::span<const float> bias);
  // The same with int8 weights; the input is quantised by rows as it comes (qd8_f32_qc8w).
  static Result<Linear> FromInt8(const Int8Matrix& weights, std::span<const float> bias);

  // Plans for this many rows of input. Needed before Run, and again when the number changes.
  Status Reshape(size_t rows, const ThreadPool& pool);

  // in: (rows, inputs), out: (rows, outputs), not the same memory. quantised is used by int8 layers
  // only, and must have room.
  Status Run(const float* in, float* out, const QuantisedRows& quantised, const ThreadPool& pool);

  bool is_int8() const { return quantise_ != nullptr; }
  size_t bytes() const { return bytes_; }  // of the packed weights

 private:
  Operator multiply_;
  Operator quantise_;  // int8 layers only
  size_t inputs_ = 0;
  size_t outputs_ = 0;
  size_t bytes_ = 0;
};

// GELU with the exact erf (Hendrycks and Gimpel 2016, eq. 1), element by element, in place.
class Gelu {
 public:
  Gelu() = default;
  static Result<Gelu> Create();
  Status Reshape(size_t count, const ThreadPool& pool);
  Status Run(float* values, const ThreadPool& pool);

 private:
  Operator op_;
};

}  // namespace headlens

#endif  // HEADLENS_VIT_LINEAR_H_
