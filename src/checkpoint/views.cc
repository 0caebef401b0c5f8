#include "checkpoint/views.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include "base/checked.h"
#include "checkpoint/quoted.h"

namespace headlens {
namespace {

// Copies take no more than the file and so much: an expanded tensor can be of any size.
constexpr uint64_t kMaxExtraBytes = uint64_t{64} << 20;

bool IsEmpty(const PickledTensor& tensor) { return std::ranges::count(tensor.shape, 0u) > 0; }

// Elements of the storage up to the last that the tensor shows; none if that does not fit 64 bits.
std::optional<uint64_t> Reach(const PickledTensor& tensor) {
  if (IsEmpty(tensor)) return tensor.offset;
  std::optional<uint64_t> last = tensor.offset;
  for (size_t axis = 0; axis < tensor.shape.size() && last; ++axis) {
    const auto steps = CheckedMul(tensor.shape[axis] - 1, tensor.stride[axis]);
    last = steps ? CheckedAdd(*last, *steps) : std::nullopt;
  }
  return last ? CheckedAdd(*last, 1) : std::nullopt;
}

// Whether the elements lie one after the other. The stride of an axis of one step counts for
// nothing.
bool IsContiguous(const PickledTensor& tensor) {
  uint64_t expected = 1;
  for (size_t axis = tensor.shape.size(); axis-- > 0;) {
    if (tensor.shape[axis] != 1 && tensor.stride[axis] != expected) return false;
    expected *= tensor.shape[axis];
  }
  return true;
}

// The elements in order. storage: from the first on. The shape has no zeros.
std::vector<uint8_t> CopyInOrder(const PickledTensor& tensor, std::span<const uint8_t> storage,
                                 size_t bytes) {
  const size_t element = DTypeSize(tensor.storage.dtype);
  std::vector<uint8_t> copy(bytes);
  std::vector<uint64_t> index(tensor.shape.size());
  size_t from = 0;  // in elements
  for (size_t to = 0; to < bytes; to += element) {
    std::memcpy(copy.data() + to, storage.data() + from * element, element);
    for (size_t axis = index.size(); axis-- > 0;) {
      from += static_cast<size_t>(tensor.stride[axis]);
      if (++index[axis] < tensor.shape[axis]) break;
      from -= static_cast<size_t>(tensor.shape[axis] * tensor.stride[axis]);
      index[axis] = 0;
    }
  }
  return copy;
}

}  // namespace

Status CheckStorage(const PickledStorage& storage, const StorageBytes& storages) {
  const auto found = storages.find(storage.key);
  if (found == storages.end()) {
    return Invalid("This PyTorch file is damaged: the storage " + Quoted(storage.key) +
                   " is missing. Download or copy it again.");
  }
  const uint64_t bytes = storage.elements * DTypeSize(storage.dtype);
  if (found->second.size() == bytes) return {};
  return Invalid("This PyTorch file is damaged: the storage " + Quoted(storage.key) + " has " +
                 std::to_string(found->second.size()) + " bytes where " + std::to_string(bytes) +
                 " were announced. Download or copy it again.");
}

Result<Checkpoint> ViewTensors(const std::map<std::string, PickledTensor>& tensors,
                               const StorageBytes& storages, std::span<const uint8_t> file) {
  Checkpoint checkpoint;
  uint64_t copied = 0;
  for (const auto& [name, tensor] : tensors) {
    const uint64_t element = DTypeSize(tensor.storage.dtype);
    const std::optional<uint64_t> reach = Reach(tensor);
    if (!reach || *reach > tensor.storage.elements) {
      return Invalid("This PyTorch file is damaged: the tensor " + Quoted(name) + " of shape " +
                     ShapeText(tensor.shape) + " runs over the end of its storage of " +
                     std::to_string(tensor.storage.elements) +
                     " elements. Download or copy it again.");
    }
    const std::optional<uint64_t> count = CheckedProduct(tensor.shape);
    const std::optional<uint64_t> bytes = count ? CheckedMul(*count, element) : std::nullopt;
    const std::span<const uint8_t> from =
        storages.at(tensor.storage.key).subspan(static_cast<size_t>(tensor.offset * element));
    const auto begin = static_cast<uint64_t>(from.data() - file.data());
    if (bytes && (*bytes == 0 || IsContiguous(tensor))) {
      checkpoint.tensors[name] = {tensor.storage.dtype, tensor.shape,
                                  from.first(static_cast<size_t>(*bytes)), begin};
      continue;
    }
    copied = CheckedAdd(copied, bytes.value_or(UINT64_MAX)).value_or(UINT64_MAX);
    if (copied > file.size() + kMaxExtraBytes) {
      return Invalid("The tensor " + Quoted(name) + " of shape " + ShapeText(tensor.shape) +
                     " repeats its elements too often to be written out: save a contiguous copy.");
    }
    checkpoint.storage.push_back(CopyInOrder(tensor, from, static_cast<size_t>(*bytes)));
    checkpoint.tensors[name] = {tensor.storage.dtype, tensor.shape, checkpoint.storage.back(),
                                begin};
  }
  return checkpoint;
}

}  // namespace headlens
