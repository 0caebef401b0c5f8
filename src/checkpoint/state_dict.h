// The tensors of a pickled state dict, or of a training checkpoint that holds some.
#ifndef HEADLENS_CHECKPOINT_STATE_DICT_H_
#define HEADLENS_CHECKPOINT_STATE_DICT_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "checkpoint/pickle.h"

namespace headlens {

// A block of elements that lies outside the pickle. Several tensors may show parts of one.
struct PickledStorage {
  std::string_view key;  // points into the pickle's bytes
  DType dtype = DType::kF32;
  uint64_t elements = 0;
};

// One element lies `stride[axis]` elements after the one before it along that axis. Nothing of this
// has been checked against the storage yet.
struct PickledTensor {
  PickledStorage storage;
  uint64_t offset = 0;  // elements before the first
  std::vector<uint64_t> shape;
  std::vector<uint64_t> stride;
};

// Every tensor under the path of keys that leads to it: "teacher.module.backbone.cls_token". Keys
// that are numbers count as their text; whatever is no tensor is left out. Fails if a path leads to
// two, or the dict contains itself.
Result<std::map<std::string, PickledTensor>> FindTensors(const Pickle& pickle);

// All storages that the pickle mentions, wherever; one may be mentioned several times.
Result<std::vector<PickledStorage>> FindStorages(const Pickle& pickle);

}  // namespace headlens

#endif  // HEADLENS_CHECKPOINT_STATE_DICT_H_
