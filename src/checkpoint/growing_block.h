// Bytes in one block that grows where it is, if it can: a lack of memory is a value, not an
// exception.
#ifndef HEADLENS_CHECKPOINT_GROWING_BLOCK_H_
#define HEADLENS_CHECKPOINT_GROWING_BLOCK_H_

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>

namespace headlens {

class GrowingBlock {
 public:
  // False, and nothing changes, if there is not enough memory. New bytes have no value yet.
  bool Grow(size_t size) {
    uint8_t* const before = block_.release();
    void* const block = std::realloc(before, size);
    block_.reset(block ? static_cast<uint8_t*>(block) : before);
    if (block) size_ = size;
    return block != nullptr;
  }

  size_t size() const { return size_; }
  std::span<uint8_t> bytes() { return {block_.get(), size_}; }

 private:
  struct Free {
    void operator()(uint8_t* block) const { std::free(block); }
  };
  std::unique_ptr<uint8_t, Free> block_;
  size_t size_ = 0;
};

}  // namespace headlens

#endif  // HEADLENS_CHECKPOINT_GROWING_BLOCK_H_
