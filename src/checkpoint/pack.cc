#include "checkpoint/pack.h"

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <cstring>

#include "base/json.h"
#include "checkpoint/names.h"
#include "checkpoint/safetensors.h"

namespace headlens {
namespace {

// What a block reads from the tokens, and what it adds to them.
constexpr std::string_view kReading[] = {"attn.qkv.weight", "mlp.fc1.weight"};
constexpr std::string_view kAdding[] = {"attn.proj.weight", "mlp.fc2.weight"};

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
  if (!tensor) return false;
  if (std::ranges::find(kReading, tensor->part) != std::end(kReading)) return true;
  return tensor->block > 0 && std::ranges::find(kAdding, tensor->part) != std::end(kAdding);
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

}  // namespace headlens
