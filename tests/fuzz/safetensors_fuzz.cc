// Arbitrary bytes as a weights file: they are refused, or make a checkpoint that packs and reads
// back. In pieces they give the same checkpoint, or the same words.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <span>
#include <string>
#include <vector>

#include "checkpoint/checkpoint.h"
#include "checkpoint/pack.h"
#include "checkpoint/stream.h"

namespace {

// Gives the error, "" for a success; compares each tensor when it is whole.
std::string Stream(std::span<const uint8_t> file, const headlens::Checkpoint* expected) {
  headlens::CheckpointStream stream(file.size());
  const size_t chunk = 1 + file.size() % 61;
  while (!file.empty()) {
    const auto room = stream.Room();
    if (!room.ok() || room->empty()) std::abort();
    const size_t count = std::min({chunk, room->size(), file.size()});
    std::copy_n(file.begin(), count, room->begin());
    file = file.subspan(count);
    const auto whole = stream.Take(count);
    if (!whole.ok()) return whole.error().message;
    if (whole->empty()) continue;
    if (!expected || !std::ranges::equal(stream.checkpoint()->Find(*whole)->bytes,
                                         expected->Find(*whole)->bytes)) {
      std::abort();
    }
    stream.Release(*whole);
  }
  const auto ended = stream.End();
  return ended.ok() ? "" : ended.error().message;
}

void TryFile(const std::vector<uint8_t>& file) {
  const auto checkpoint = headlens::ReadCheckpoint(file);
  const std::string error = checkpoint.ok() ? "" : checkpoint.error().message;
  if (Stream(file, checkpoint.ok() ? &*checkpoint : nullptr) != error) std::abort();
  if (!checkpoint.ok()) return;
  for (const auto& pack : {headlens::PackInt8, headlens::PackF32}) {
    const auto packed = pack(*checkpoint);
    if (packed.ok() && !headlens::ReadCheckpoint(*packed).ok()) std::abort();
  }
  const auto f16 = headlens::PackF16(*checkpoint);
  if (f16.ok() && !headlens::ReadCheckpoint(f16->bytes).ok()) std::abort();
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
