// A weights file read while its bytes arrive, so that a tensor can be used, and its bytes freed,
// while the next one is still on its way.
//
//   CheckpointStream stream(file_bytes);
//   while (more bytes arrive) {
//     Result<std::span<uint8_t>> room = stream.Room();       // the next bytes of the file go there
//     Result<std::string> whole = stream.Take(count);        // so many were put there
//     if (!whole->empty()) use(stream.checkpoint()->Find(*whole)), stream.Release(*whole);
//   }
//   Status ended = stream.End();
//
// A .pth file can be read only when all of it is there: it is gathered, and its tensors are whole
// after End.
#ifndef HEADLENS_CHECKPOINT_STREAM_H_
#define HEADLENS_CHECKPOINT_STREAM_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "checkpoint/checkpoint.h"
#include "checkpoint/growing_block.h"

namespace headlens {

// Trusts the file as little as ReadCheckpoint, and refuses in the same words what that refuses.
class CheckpointStream {
 public:
  // file_bytes: the file's length where it is known for certain: a header that announces more is
  // then refused before any memory is taken for it. Else 0. network: as ModelChoices. memory_limit:
  // bytes that a file may take which has to be gathered; one that is longer is refused as soon as
  // that is known.
  explicit CheckpointStream(uint64_t file_bytes, std::string network = "",
                            uint64_t memory_limit = UINT64_MAX);

  // Never empty. Fails where there is no memory.
  Result<std::span<uint8_t>> Room();

  // count: at most Room's size. Gives the name of the tensor that is whole with these bytes, ""
  // if there is none. After an error the stream is of no more use.
  Result<std::string> Take(size_t count);

  // Fails if the file is not whole.
  Status End();

  // Of a file that is gathered: they stay until the stream goes.
  uint64_t gathered_bytes() const { return gathered_.size(); }

  // What the header says; null before it is there. The names are canonical, and a tensor has bytes
  // from when it is whole until it is released.
  const Checkpoint* checkpoint() const { return checkpoint_ ? &*checkpoint_ : nullptr; }
  void Release(const std::string& name);

 private:
  // A tensor that is wanted, or a part of one, in the order of the file.
  struct Arriving {
    std::string name;  // of the tensor
    uint64_t begin = 0;
    uint64_t end = 0;
    uint64_t place = 0;  // of the first byte in the tensor
  };
  // The bytes of a tensor, and how many of its parts are still to come.
  struct Data {
    std::unique_ptr<uint8_t[]> bytes = nullptr;
    size_t missing = 0;
  };

  Status ReadOpening();
  Status ReadHeader();
  void Expect(const std::string& name, const Tensor& tensor);
  Status Gather();
  Status MakeRoom(uint64_t bytes);
  Status ReadGathered();

  uint64_t file_bytes_;
  std::string network_;
  uint64_t memory_limit_;
  uint64_t received_ = 0;
  std::vector<uint8_t> opening_;  // what comes before the data, until the header is read
  uint64_t opening_end_;          // of it, as far as is known
  std::optional<Checkpoint> checkpoint_;
  uint64_t announced_ = 0;  // bytes of the file
  std::vector<Arriving> arriving_;
  size_t next_ = 0;  // of them
  std::map<std::string, Data> data_;
  std::vector<uint8_t> unwanted_;  // where bytes go that the network does not need
  GrowingBlock gathered_;          // the whole file, where its format asks for that
};

}  // namespace headlens

#endif  // HEADLENS_CHECKPOINT_STREAM_H_
