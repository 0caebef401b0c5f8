// CRC-32 of ISO 3309, as zip wants it: reflected, polynomial 0xedb88320.
#ifndef HEADLENS_BASE_CRC32_H_
#define HEADLENS_BASE_CRC32_H_

#include <cstdint>
#include <span>

namespace headlens {

uint32_t Crc32(std::span<const uint8_t> bytes);

}  // namespace headlens

#endif  // HEADLENS_BASE_CRC32_H_
