// Arbitrary bytes as a PyTorch file, and as the pickle of one whose archive is sound: they are
// refused, or make a checkpoint whose every byte can be read. In pieces they give the same.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <numeric>
#include <span>
#include <string>
#include <vector>

#include "checkpoint/checkpoint.h"
#include "checkpoint/pth.h"
#include "checkpoint/stream.h"
#include "unit/pth_files.h"

namespace {

// The error, "" for a success.
std::string Stream(std::span<const uint8_t> file) {
  headlens::CheckpointStream stream(file.size());
  while (!file.empty()) {
    const auto room = stream.Room();
    if (!room.ok() || room->empty()) std::abort();
    const size_t count = std::min(room->size(), file.size());
    std::copy_n(file.begin(), count, room->begin());
    file = file.subspan(count);
    const auto taken = stream.Take(count);
    if (!taken.ok()) return taken.error().message;
  }
  const auto ended = stream.End();
  return ended.ok() ? "" : ended.error().message;
}

void TryFile(const std::vector<uint8_t>& file) {
  if (headlens::BeginsAsPth(file)) {
    const auto read = headlens::ReadPth(file);
    if (!read.ok() && !read.error().message.ends_with('.')) std::abort();
    if (read.ok()) {
      for (const auto& [name, tensor] : read->tensors) {
        if (tensor.bytes.size() != headlens::TensorBytes(tensor)) std::abort();
        (void)std::accumulate(tensor.bytes.begin(), tensor.bytes.end(), 0u);
      }
    }
  }
  const auto checkpoint = headlens::ReadCheckpoint(file);
  if (Stream(file) != (checkpoint.ok() ? "" : checkpoint.error().message)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  TryFile({data, data + size});
  TryFile(headlens::MakeZip({{"f/data.pkl", {data, data + size}},
                             {"f/data/0", std::string(64, '\1')},
                             {"f/data/1", std::string(4, '\2')}}));
  return 0;
}
