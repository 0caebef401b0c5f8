// A checkpoint in memory: named tensors over one block of bytes, whatever file they came from.
#ifndef HEADLENS_CHECKPOINT_CHECKPOINT_H_
#define HEADLENS_CHECKPOINT_CHECKPOINT_H_

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "checkpoint/origin.h"

namespace headlens {

enum class DType { kF64, kF32, kF16, kBF16, kI64, kI32, kI16, kI8, kU8, kBool };

size_t DTypeSize(DType dtype);            // bytes of one element
std::string_view DTypeName(DType dtype);  // as safetensors spells it: "F32"
std::optional<DType> DTypeFromName(std::string_view name);

// One tensor. `bytes` points into the checkpoint's storage: row-major, little-endian, contiguous,
// not necessarily aligned; its length is TensorBytes, or 0 where they are not at hand (see
// stream.h).
struct Tensor {
  DType dtype = DType::kF32;
  std::vector<uint64_t> shape;
  std::span<const uint8_t> bytes;
  uint64_t begin = 0;  // where the bytes lie in the file that they come from
  // Of a tensor that the file has in several, one after the other: these have bytes and begin.
  std::vector<Tensor> parts = {};
};

// The shape's product times the element size. The reader has checked that it fits.
uint64_t TensorBytes(const Tensor& tensor);

// "(384, 1536)".
std::string ShapeText(std::span<const uint64_t> shape);

// Move-only, since the tensors point into the storage.
struct Checkpoint {
  std::map<std::string, Tensor> tensors;
  std::map<std::string, std::string> metadata;
  std::vector<std::vector<uint8_t>> storage;
  Origin origin;

  Checkpoint() = default;
  Checkpoint(Checkpoint&&) = default;
  Checkpoint& operator=(Checkpoint&&) = default;

  // Null where there is none of that name.
  const Tensor* Find(const std::string& name) const;
};

// Reads any weights file that headlens knows, safetensors or PyTorch's, told apart by content, not
// by name, without copying its data. On return the names are canonical (see names.h). network: as
// ModelChoices.
Result<Checkpoint> ReadCheckpoint(std::vector<uint8_t> file, const std::string& network = "");

// The values of a tensor as f32, from F32, F16, BF16 or F64, and from I8 with its `NAME.scale` (one
// scale per row of a (rows, cols) matrix). Fails if the tensor is missing, not of `shape`, or holds
// values that are not finite, and names it.
Result<std::vector<float>> ReadFloats(const Checkpoint& checkpoint, const std::string& name,
                                      std::span<const uint64_t> shape);

}  // namespace headlens

#endif  // HEADLENS_CHECKPOINT_CHECKPOINT_H_
