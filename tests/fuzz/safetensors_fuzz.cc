// Arbitrary bytes as a weights file: they are refused, or make a checkpoint that packs and reads
// back.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <span>
#include <vector>

#include "checkpoint/checkpoint.h"
#include "checkpoint/pack.h"

namespace {

void TryFile(const std::vector<uint8_t>& file) {
  const auto checkpoint = headlens::ReadCheckpoint(file);
  if (!checkpoint.ok()) return;
  for (const auto& pack : {headlens::PackInt8, headlens::PackF32}) {
    const auto packed = pack(*checkpoint);
    if (packed.ok() && !headlens::ReadCheckpoint(*packed).ok()) std::abort();
  }
}

// Mutations rarely leave the length of the header right: set it so that it ends at the last brace.
std::vector<uint8_t> WithLengthMended(std::vector<uint8_t> file) {
  const auto brace = std::find(file.rbegin(), file.rend(), '}');
  const uint64_t end = file.rend() - brace;
  if (end <= 8) return file;
  const uint64_t length = end - 8;
  std::memcpy(file.data(), &length, sizeof(length));
  return file;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::vector<uint8_t> file(data, data + size);
  TryFile(file);
  TryFile(WithLengthMended(file));
  return 0;
}
