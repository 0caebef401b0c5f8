#include "base/crc32.h"

#include <array>
#include <bit>
#include <cstring>

namespace headlens {
namespace {

static_assert(std::endian::native == std::endian::little, "words are read as they lie");

constexpr size_t kSlices = 8;  // bytes a step
using Table = std::array<uint32_t, 256>;

// Slice k gives what a byte does to the CRC when k more bytes follow it: the bytes of a step are
// looked up side by side. Kounavis and Berry, "A Systematic Approach to Building High Performance
// Software-Based CRC Generators", 2005.
constexpr std::array<Table, kSlices> MakeTables() {
  std::array<Table, kSlices> tables{};
  for (uint32_t i = 0; i < 256; ++i) {
    uint32_t crc = i;
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0u);
    tables[0][i] = crc;
  }
  for (size_t slice = 1; slice < kSlices; ++slice) {
    for (uint32_t i = 0; i < 256; ++i) {
      const uint32_t before = tables[slice - 1][i];
      tables[slice][i] = before >> 8 ^ tables[0][before & 255];
    }
  }
  return tables;
}

constexpr std::array<Table, kSlices> kTables = MakeTables();

}  // namespace

uint32_t Crc32(std::span<const uint8_t> bytes) {
  uint32_t crc = ~0u;
  for (; bytes.size() >= kSlices; bytes = bytes.subspan(kSlices)) {
    uint32_t low = 0, high = 0;
    std::memcpy(&low, bytes.data(), 4);
    std::memcpy(&high, bytes.data() + 4, 4);
    low ^= crc;
    crc = kTables[7][low & 255] ^ kTables[6][low >> 8 & 255] ^ kTables[5][low >> 16 & 255] ^
          kTables[4][low >> 24] ^ kTables[3][high & 255] ^ kTables[2][high >> 8 & 255] ^
          kTables[1][high >> 16 & 255] ^ kTables[0][high >> 24];
  }
  for (const uint8_t byte : bytes) crc = crc >> 8 ^ kTables[0][(crc ^ byte) & 255];
  return ~crc;
}

}  // namespace headlens
