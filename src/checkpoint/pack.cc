#include "checkpoint/pack.h"

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <cstring>

#include "base/json.h"
#include "checkpoint/names.h"
#include "checkpoint/safetensors.h"
#include "fp16.h"

namespace headlens {
namespace {

// Above it a float rounds to an infinite f16: halfway from the largest finite one, 65504, to 2^16.
constexpr float kBeyondF16 = 65520;

// What a block reads from the tokens, and what it adds to them.
constexpr std::string_view kReading[] = {"attn.qkv.weight", "mlp.fc1.weight"};
constexpr std::string_view kAdding[] = {"attn.proj.weight", "mlp.fc2.weight"};

bool Reads(std::string_view part) {
  return std::ranges::find(kReading, part) != std::end(kReading);
}
bool Adds(std::string_view part) { return std::ranges::find(kAdding, part) != std::end(kAdding); }

std::string ScaleName(const std::string& name) { return name + ".scale"; }
bool IsScale(std::string_view name) { return name.ends_with(".scale"); }

// Adds a tensor whose bytes are a copy of `values`.
template <typename T>
void AddTensor(Checkpoint& checkpoint, const std::string& name, DType dtype,
               std::vector<uint64_t> shape, const std::vector<T>& values) {
  std::vector<uint8_t> bytes(values.size() * sizeof(T));
  if (!bytes.empty()) std::memcpy(bytes.data(), values.data(), bytes.size());
  checkpoint.storage.push_back(std::move(bytes));
  checkpoint.tensors[name] = {dtype, std::move(shape), checkpoint.storage.back()};
}

Status AddFloats(const Checkpoint& from, const std::string& name, Checkpoint& to) {
  const Tensor& tensor = from.tensors.at(name);
  const Result<std::vector<float>> values = ReadFloats(from, name, tensor.shape);
  if (!values.ok()) return values.error();
  AddTensor(to, name, DType::kF32, tensor.shape, *values);
  return {};
}

Status AddInt8(const Checkpoint& from, const std::string& name, Checkpoint& to) {
  const Tensor& tensor = from.tensors.at(name);
  const Result<std::vector<float>> values = ReadFloats(from, name, tensor.shape);
  if (!values.ok()) return values.error();
  if (tensor.dtype == DType::kI8) {
    to.tensors[name] = tensor;
    to.tensors[ScaleName(name)] = from.tensors.at(ScaleName(name));
    return {};
  }
  if (tensor.shape.size() != 2 || values->empty()) {
    return Invalid("The tensor " + JsonQuote(name) + " has the shape " + ShapeText(tensor.shape) +
                   " where a matrix was expected.");
  }
  const Int8Matrix packed =
      QuantiseRows(*values, static_cast<int>(tensor.shape[0]), static_cast<int>(tensor.shape[1]));
  AddTensor(to, name, DType::kI8, tensor.shape, packed.values);
  AddTensor(to, ScaleName(name), DType::kF32, {tensor.shape[0]}, packed.scale);
  return {};
}

bool FitsF16(std::span<const float> matrix) {
  return std::ranges::all_of(matrix, [](float value) { return std::fabs(value) < kBeyondF16; });
}

// Gives whether the matrix is in f16; where f16 does not hold it, it is added in f32.
Result<bool> AddF16(const Checkpoint& from, const std::string& name, Checkpoint& to) {
  const std::vector<uint64_t>& shape = from.tensors.at(name).shape;
  const Result<std::vector<float>> values = ReadFloats(from, name, shape);
  if (!values.ok()) return values.error();
  if (!FitsF16(*values)) {
    AddTensor(to, name, DType::kF32, shape, *values);
    return false;
  }
  std::vector<uint16_t> halves(values->size());
  std::ranges::transform(*values, halves.begin(), fp16_ieee_from_fp32_value);
  AddTensor(to, name, DType::kF16, shape, halves);
  return true;
}

std::vector<uint8_t> Write(const Checkpoint& packed, const Checkpoint& source,
                           const std::string& precision) {
  std::map<std::string, std::string> metadata = source.metadata;
  metadata["precision"] = precision;
  return WriteSafetensors(packed.tensors, metadata);
}

}  // namespace

Int8Matrix QuantiseRows(std::span<const float> matrix, int rows, int cols) {
  Int8Matrix packed;
  packed.rows = rows;
  packed.cols = cols;
  packed.values.reserve(matrix.size());
  packed.scale.reserve(rows);
  for (int row = 0; row < rows; ++row) {
    const std::span<const float> values = matrix.subspan(size_t{1} * row * cols, cols);
    float largest = 0;
    for (const float value : values) largest = std::max(largest, std::fabs(value));
    const float scale = largest / 127 < FLT_MIN ? 1 : largest / 127;
    packed.scale.push_back(scale);
    for (const float value : values) {
      packed.values.push_back(static_cast<int8_t>(std::nearbyint(value / scale)));
    }
  }
  return packed;
}

bool PacksToInt8(const std::string& canonical_name) {
  const std::optional<BlockTensor> tensor = SplitBlockName(canonical_name);
  return tensor && (Reads(tensor->part) || (tensor->block > 0 && Adds(tensor->part)));
}

bool PacksToF16(const std::string& canonical_name) {
  const std::optional<BlockTensor> tensor = SplitBlockName(canonical_name);
  return tensor && (Reads(tensor->part) || Adds(tensor->part));
}

Result<std::vector<uint8_t>> PackInt8(const Checkpoint& checkpoint) {
  Checkpoint packed;
  for (const auto& [name, tensor] : checkpoint.tensors) {
    if (IsScale(name)) continue;  // comes with its matrix
    const bool to_int8 = tensor.dtype == DType::kI8 || PacksToInt8(name);
    const Status added =
        to_int8 ? AddInt8(checkpoint, name, packed) : AddFloats(checkpoint, name, packed);
    if (!added.ok()) return added.error();
  }
  return Write(packed, checkpoint, "int8");
}

Result<std::vector<uint8_t>> PackF32(const Checkpoint& checkpoint) {
  Checkpoint expanded;
  for (const auto& [name, tensor] : checkpoint.tensors) {
    if (IsScale(name)) continue;
    const Status added = AddFloats(checkpoint, name, expanded);
    if (!added.ok()) return added.error();
  }
  return Write(expanded, checkpoint, "f32");
}

Result<PackedFile> PackF16(const Checkpoint& checkpoint) {
  Checkpoint packed;
  PackedFile file;
  for (const auto& [name, tensor] : checkpoint.tensors) {
    if (IsScale(name)) continue;
    if (!PacksToF16(name)) {
      const Status added = AddFloats(checkpoint, name, packed);
      if (!added.ok()) return added.error();
      continue;
    }
    const Result<bool> is_f16 = AddF16(checkpoint, name, packed);
    if (!is_f16.ok()) return is_f16.error();
    if (!*is_f16) file.kept_f32.push_back(name);
  }
  file.bytes = Write(packed, checkpoint, "f16");
  return file;
}

}  // namespace headlens
