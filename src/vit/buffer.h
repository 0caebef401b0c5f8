// A block of work memory, left uninitialised and kept for reuse.
#ifndef HEADLENS_VIT_BUFFER_H_
#define HEADLENS_VIT_BUFFER_H_

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <type_traits>

#include "xnnpack.h"

namespace headlens {

// Aligned to a cache line, with the slack behind its end that XNNPACK's kernels may read.
template <typename T>
class Buffer {
  static_assert(std::is_trivially_destructible_v<T>);

 public:
  // Makes room for count elements; what was there is lost if it has to grow. False where there is
  // no memory: the buffer is then as it was.
  bool Reserve(size_t count) {
    if (count <= size_) return true;
    const size_t bytes = (count * sizeof(T) + XNN_EXTRA_BYTES + kLine - 1) / kLine * kLine;
    T* grown = static_cast<T*>(std::aligned_alloc(kLine, bytes));
    if (grown == nullptr) return false;
    data_.reset(grown);
    size_ = count;
    return true;
  }

  T* data() const { return data_.get(); }
  size_t bytes() const { return size_ * sizeof(T); }

 private:
  static constexpr size_t kLine = 64;
  struct Free {
    void operator()(T* data) const { std::free(data); }
  };
  std::unique_ptr<T[], Free> data_;
  size_t size_ = 0;
};

}  // namespace headlens

#endif  // HEADLENS_VIT_BUFFER_H_
