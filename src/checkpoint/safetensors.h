// The safetensors format: u64 header length, JSON header, tensor data without gaps.
// https://github.com/huggingface/safetensors#format
#ifndef HEADLENS_CHECKPOINT_SAFETENSORS_H_
#define HEADLENS_CHECKPOINT_SAFETENSORS_H_

#include <cstddef>
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

// The same in steps, for a file of which only the beginning is there.

inline constexpr size_t kSafetensorsOpening = 9;  // the header's length, and its opening brace
bool BeginsAsSafetensors(std::span<const uint8_t> beginning);

// How many bytes come before the data. beginning: the opening, or more.
Result<uint64_t> SafetensorsDataBegin(std::span<const uint8_t> beginning);

struct SafetensorsHeader {
  Checkpoint checkpoint;    // all but the tensors' bytes
  uint64_t file_bytes = 0;  // that the file must have
};
// beginning: what comes before the data.
Result<SafetensorsHeader> ReadSafetensorsHeader(std::span<const uint8_t> beginning);

// Whether a file is as long as its header announces.
Status CheckSafetensorsLength(uint64_t announced, uint64_t present);

// The inverse of ReadSafetensors. Ordered as the official writer does, larger elements first and
// then by name, with the data from a multiple of 8 on: every tensor is aligned to its elements.
std::vector<uint8_t> WriteSafetensors(const std::map<std::string, Tensor>& tensors,
                                      const std::map<std::string, std::string>& metadata);

}  // namespace headlens

#endif  // HEADLENS_CHECKPOINT_SAFETENSORS_H_
