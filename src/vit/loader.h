// A model loaded while its weights file arrives: a block is packed as soon as its tensors are
// whole, and their bytes are freed. Beside the packed weights it holds about one block of the file,
// more where the file has its tensors in an unusual order, and all of a file that can be read only
// when it is whole (.pth).
//
//   VitLoader loader({.file_bytes = n}, pool);
//   while (more bytes arrive) {
//     Result<std::span<uint8_t>> room = loader.Room();  // the next bytes of the file go there
//     Status taken = loader.Take(count);                // so many were put there
//   }
//   Result<std::unique_ptr<Vit>> vit = loader.End();
#ifndef HEADLENS_VIT_LOADER_H_
#define HEADLENS_VIT_LOADER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/threads.h"
#include "checkpoint/stream.h"
#include "vit/config.h"
#include "vit/vit.h"
#include "vit/weights.h"

namespace headlens {

struct VitLoaderOptions {
  uint64_t file_bytes = 0;             // as CheckpointStream takes it
  uint64_t memory_limit = UINT64_MAX;  // bytes that the weights may take while they are packed
  VitOptions vit = {};
};

class VitLoader {
 public:
  // The pool must outlive the loader and the model.
  VitLoader(const VitLoaderOptions& options, const ThreadPool& pool);

  Result<std::span<uint8_t>> Room();  // as CheckpointStream
  Status Take(size_t count);          // after an error the loader is of no more use
  // The model, if the file was whole.
  Result<std::unique_ptr<Vit>> End();

  // Of the file, once its header is there, of a .pth file after End.
  const Conventions& conventions() const { return conventions_; }
  const Origin& origin() const { return stream_.checkpoint()->origin; }

 private:
  Status ReadHeader();
  Status CountDown(const std::string& tensor);
  Status Pack(int part);
  Status PackGathered();

  VitLoaderOptions options_;
  const ThreadPool* pool_;
  CheckpointStream stream_;
  Status failed_;
  Conventions conventions_;
  VitConfig config_;
  VitWeights weights_;
  // By part, each block and then what comes before the blocks:
  std::vector<std::vector<std::string>> tensors_;  // that it is made of
  std::vector<size_t> missing_;                    // of them
};

}  // namespace headlens

#endif  // HEADLENS_VIT_LOADER_H_
