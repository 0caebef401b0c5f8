// From a pickle's tensors and the storages that they show parts of to a checkpoint.
#ifndef HEADLENS_CHECKPOINT_VIEWS_H_
#define HEADLENS_CHECKPOINT_VIEWS_H_

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "checkpoint/checkpoint.h"
#include "checkpoint/state_dict.h"

namespace headlens {

// Storages by their keys; they lie in `file`.
using StorageBytes = std::map<std::string_view, std::span<const uint8_t>>;

// Fails if a storage is missing or has not the bytes that its elements take.
Status CheckStorage(const PickledStorage& storage, const StorageBytes& storages);

// Checks every tensor against its storage. One that lies there as it should points into `file`; a
// transposed, sliced or expanded one is copied into the checkpoint. The storages have been checked.
Result<Checkpoint> ViewTensors(const std::map<std::string, PickledTensor>& tensors,
                               const StorageBytes& storages, std::span<const uint8_t> file);

}  // namespace headlens

#endif  // HEADLENS_CHECKPOINT_VIEWS_H_
