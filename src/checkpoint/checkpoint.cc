#include "checkpoint/checkpoint.h"

#include <algorithm>

#include "checkpoint/mistakes.h"
#include "checkpoint/names.h"
#include "checkpoint/pth.h"
#include "checkpoint/safetensors.h"

namespace headlens {
namespace {

struct DTypeInfo {
  std::string_view name;
  size_t size;
};

// In the order of the enum.
constexpr DTypeInfo kDTypes[] = {{"F64", 8}, {"F32", 4}, {"F16", 2}, {"BF16", 2}, {"I64", 8},
                                 {"I32", 4}, {"I16", 2}, {"I8", 1},  {"U8", 1},   {"BOOL", 1}};
static_assert(std::size(kDTypes) == static_cast<size_t>(DType::kBool) + 1);

const DTypeInfo& Info(DType dtype) { return kDTypes[static_cast<size_t>(dtype)]; }

// With the names of the file.
Result<Checkpoint> ReadAsItIs(std::vector<uint8_t> file) {
  if (BeginsAsSafetensors(file)) return ReadSafetensors(std::move(file));
  if (!BeginsAsPth(file)) return DescribeMistake(file);
  Result<Checkpoint> checkpoint = ReadPth(file);
  if (checkpoint.ok()) checkpoint->storage.push_back(std::move(file));
  return checkpoint;
}

}  // namespace

size_t DTypeSize(DType dtype) { return Info(dtype).size; }

std::string_view DTypeName(DType dtype) { return Info(dtype).name; }

std::optional<DType> DTypeFromName(std::string_view name) {
  const auto* found = std::ranges::find(kDTypes, name, &DTypeInfo::name);
  if (found == std::end(kDTypes)) return std::nullopt;
  return static_cast<DType>(found - std::begin(kDTypes));
}

std::string ShapeText(std::span<const uint64_t> shape) {
  std::string text = "(";
  for (size_t axis = 0; axis < shape.size(); ++axis) {
    if (axis > 0) text += ", ";
    text += std::to_string(shape[axis]);
  }
  return text + ")";
}

const Tensor* Checkpoint::Find(const std::string& name) const {
  const auto found = tensors.find(name);
  return found == tensors.end() ? nullptr : &found->second;
}

uint64_t TensorBytes(const Tensor& tensor) {
  uint64_t bytes = DTypeSize(tensor.dtype);
  for (const uint64_t axis : tensor.shape) bytes *= axis;
  return bytes;
}

Result<Checkpoint> ReadCheckpoint(std::vector<uint8_t> file, const std::string& network) {
  Result<Checkpoint> checkpoint = ReadAsItIs(std::move(file));
  if (!checkpoint.ok()) return checkpoint;
  Status named = CanonicaliseNames(*checkpoint, network);
  if (!named.ok()) return named.error();
  JoinParts(*checkpoint);
  return checkpoint;
}

}  // namespace headlens
