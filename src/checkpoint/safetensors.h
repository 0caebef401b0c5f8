// The safetensors format: u64 header length, JSON header, tensor data without gaps.
// https://github.com/huggingface/safetensors#format
#ifndef HEADLENS_CHECKPOINT_SAFETENSORS_H_
#define HEADLENS_CHECKPOINT_SAFETENSORS_H_

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "checkpoint/checkpoint.h"

namespace headlens {

// Trusts nothing: the header is bounded and strict JSON without duplicate names, every size is
// checked, and the tensors must cover the data exactly, without overlap. Takes the file over;
// nothing is copied.
Result<Checkpoint> ReadSafetensors(std::vector<uint8_t> file);

// The inverse of ReadSafetensors. Ordered as the official writer does, larger elements first and
// then by name, with the data from a multiple of 8 on: every tensor is aligned to its elements.
std::vector<uint8_t> WriteSafetensors(const std::map<std::string, Tensor>& tensors,
                                      const std::map<std::string, std::string>& metadata);

}  // namespace headlens

#endif  // HEADLENS_CHECKPOINT_SAFETENSORS_H_
