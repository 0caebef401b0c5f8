// Arithmetic for sizes that come from files: checked here, at the door, and plain inside.
#ifndef HEADLENS_BASE_CHECKED_H_
#define HEADLENS_BASE_CHECKED_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace headlens {

inline std::optional<uint64_t> CheckedAdd(uint64_t a, uint64_t b) {
  uint64_t sum = 0;
  if (__builtin_add_overflow(a, b, &sum)) return std::nullopt;
  return sum;
}

inline std::optional<uint64_t> CheckedMul(uint64_t a, uint64_t b) {
  uint64_t product = 0;
  if (__builtin_mul_overflow(a, b, &product)) return std::nullopt;
  return product;
}

// The number of elements of a shape; nullopt if it does not fit 64 bits. An empty shape is a
// scalar.
inline std::optional<uint64_t> CheckedProduct(std::span<const uint64_t> shape) {
  std::optional<uint64_t> product = 1;
  for (uint64_t dim : shape) {
    product = CheckedMul(*product, dim);
    if (!product) return std::nullopt;
  }
  return product;
}

}  // namespace headlens

#endif  // HEADLENS_BASE_CHECKED_H_
