// The files that torch.save writes: a zip archive of a pickle and the storages that it mentions,
// or, before torch 1.6, pickles and storages one after the other.
// https://pytorch.org/docs/stable/notes/serialization.html
#ifndef HEADLENS_CHECKPOINT_PTH_H_
#define HEADLENS_CHECKPOINT_PTH_H_

#include <cstdint>
#include <span>

#include "base/result.h"
#include "checkpoint/checkpoint.h"

namespace headlens {

bool BeginsAsPth(std::span<const uint8_t> beginning);

// The tensors of a state dict, or of a checkpoint that holds some, under the path of keys that
// leads to each: "teacher.module.backbone.cls_token". Runs nothing of the file and trusts nothing
// in it. The tensors point into the file, which must outlive them, but for those that had to be put
// into order; these are in the storage.
Result<Checkpoint> ReadPth(std::span<const uint8_t> file);

// The older of the two forms.
Result<Checkpoint> ReadLegacyPth(std::span<const uint8_t> file);

}  // namespace headlens

#endif  // HEADLENS_CHECKPOINT_PTH_H_
