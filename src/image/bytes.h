// Reading fields of binary files. The caller has checked that the bytes are there.
#ifndef HEADLENS_IMAGE_BYTES_H_
#define HEADLENS_IMAGE_BYTES_H_

#include <algorithm>
#include <cstdint>
#include <span>
#include <string_view>

namespace headlens {

inline uint16_t BigEndian16(std::span<const uint8_t> bytes) {
  return static_cast<uint16_t>(bytes[0] << 8 | bytes[1]);
}

inline uint32_t BigEndian32(std::span<const uint8_t> bytes) {
  return uint32_t{BigEndian16(bytes)} << 16 | BigEndian16(bytes.subspan(2));
}

inline uint16_t LittleEndian16(std::span<const uint8_t> bytes) {
  return static_cast<uint16_t>(bytes[1] << 8 | bytes[0]);
}

inline uint32_t LittleEndian32(std::span<const uint8_t> bytes) {
  return uint32_t{LittleEndian16(bytes.subspan(2))} << 16 | LittleEndian16(bytes);
}

inline bool StartsWith(std::span<const uint8_t> bytes, std::string_view text) {
  return bytes.size() >= text.size() &&
         std::equal(text.begin(), text.end(), bytes.begin(),
                    [](char a, uint8_t b) { return static_cast<uint8_t>(a) == b; });
}

}  // namespace headlens

#endif  // HEADLENS_IMAGE_BYTES_H_
