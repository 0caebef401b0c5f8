// ReadFloats: the values of a tensor of any precision as f32.
#include <algorithm>
#include <bit>
#include <cstring>

#include "base/json.h"
#include "checkpoint/checkpoint.h"
#include "fp16.h"

namespace headlens {
namespace {

static_assert(std::endian::native == std::endian::little, "tensor bytes are little-endian");

// The elements of a tensor, whose bytes need not be aligned, each through `convert`.
template <typename T, typename Convert>
std::vector<float> ConvertAll(std::span<const uint8_t> bytes, Convert convert) {
  std::vector<float> values(bytes.size() / sizeof(T));
  for (size_t i = 0; i < values.size(); ++i) {
    T element;
    std::memcpy(&element, bytes.data() + i * sizeof(T), sizeof(T));
    values[i] = convert(element);
  }
  return values;
}

std::vector<float> FromF32(std::span<const uint8_t> bytes) {
  return ConvertAll<float>(bytes, [](float value) { return value; });
}

// Whether there is no infinity and no NaN. Without a way out of the loop, so that it is vectorised.
bool AllFinite(std::span<const float> values) {
  constexpr uint32_t kExponent = 0x7F800000;
  uint32_t largest = 0;
  for (const float value : values) {
    largest = std::max(largest, std::bit_cast<uint32_t>(value) & kExponent);
  }
  return largest < kExponent;
}

// A bfloat16 is the upper half of a float.
float FromBF16(uint16_t half) { return std::bit_cast<float>(uint32_t{half} << 16); }

Error WrongShape(const std::string& name, const Tensor& tensor, std::span<const uint64_t> shape) {
  return Invalid("The tensor " + JsonQuote(name) + " has the shape " + ShapeText(tensor.shape) +
                 " where " + ShapeText(shape) + " was expected.");
}

// values (rows, ...) times scale (rows).
Result<std::vector<float>> ExpandInt8(const Checkpoint& checkpoint, const std::string& name,
                                      const Tensor& tensor) {
  const std::string scale_name = name + ".scale";
  const Tensor* scale_tensor = checkpoint.Find(scale_name);
  if (!scale_tensor) {
    return NotFound("The tensor " + JsonQuote(name) + " is int8, but its " + JsonQuote(scale_name) +
                    " is missing.");
  }
  if (tensor.shape.size() != 2 || scale_tensor->dtype != DType::kF32) {
    return Invalid("The tensor " + JsonQuote(name) +
                   " is int8, but not a matrix with an F32 scale per row.");
  }
  const uint64_t rows[] = {tensor.shape[0]};
  if (!std::ranges::equal(scale_tensor->shape, rows)) {
    return WrongShape(scale_name, *scale_tensor, rows);
  }
  const std::vector<float> scale = FromF32(scale_tensor->bytes);
  std::vector<float> values = ConvertAll<int8_t>(tensor.bytes, [](int8_t q) -> float { return q; });
  const size_t cols = static_cast<size_t>(tensor.shape[1]);
  for (size_t row = 0; row < scale.size(); ++row) {
    for (size_t i = 0; i < cols; ++i) values[row * cols + i] *= scale[row];
  }
  return values;
}

Result<std::vector<float>> Convert(const Checkpoint& checkpoint, const std::string& name,
                                   const Tensor& tensor) {
  switch (tensor.dtype) {
    case DType::kF32:
      return FromF32(tensor.bytes);
    case DType::kF16:
      return ConvertAll<uint16_t>(tensor.bytes, fp16_ieee_to_fp32_value);
    case DType::kBF16:
      return ConvertAll<uint16_t>(tensor.bytes, FromBF16);
    case DType::kF64:
      return ConvertAll<double>(tensor.bytes, [](double x) { return static_cast<float>(x); });
    case DType::kI8:
      return ExpandInt8(checkpoint, name, tensor);
    default:
      return Invalid("The tensor " + JsonQuote(name) + " is of type " +
                     std::string(DTypeName(tensor.dtype)) +
                     " where F32, F16, BF16, F64 or I8 was expected.");
  }
}

}  // namespace

Result<std::vector<float>> ReadFloats(const Checkpoint& checkpoint, const std::string& name,
                                      std::span<const uint64_t> shape) {
  const Tensor* tensor = checkpoint.Find(name);
  if (!tensor) {
    return NotFound("The tensor " + JsonQuote(name) + " is missing from the weights.");
  }
  if (!std::ranges::equal(tensor->shape, shape)) return WrongShape(name, *tensor, shape);
  Result<std::vector<float>> values = Convert(checkpoint, name, *tensor);
  if (!values.ok() || AllFinite(*values)) return values;
  return Invalid("The tensor " + JsonQuote(name) +
                 " holds values that are not finite: its training failed, or the file is damaged.");
}

}  // namespace headlens
