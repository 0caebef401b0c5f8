// The names that pickles of state dicts and training checkpoints mention. Nothing of this runs.
#ifndef HEADLENS_CHECKPOINT_PICKLE_NAMES_H_
#define HEADLENS_CHECKPOINT_PICKLE_NAMES_H_

#include <string_view>

#include "checkpoint/checkpoint.h"

namespace headlens {

// What a call of the name, or the name itself, is here.
enum class PickleRole {
  kIgnored,      // a value that says nothing of the weights: settings, numbers, dates of a training
  kOrderedDict,  // filled after it is made, as a dict is
  kTensor,       // of (storage, offset, shape, stride, ...)
  kParameter,    // of (tensor, ...): that tensor
  kStorageType,  // of elements of `dtype`
};

struct PickleName {
  std::string_view module;
  std::string_view name;
  PickleRole role = PickleRole::kIgnored;
  DType dtype = DType::kF32;
};

// Null for all other names: a checkpoint that mentions one is refused.
const PickleName* FindPickleName(std::string_view module, std::string_view name);

}  // namespace headlens

#endif  // HEADLENS_CHECKPOINT_PICKLE_NAMES_H_
