#include "base/crc32.h"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

namespace headlens {
namespace {

std::vector<uint8_t> FromText(std::string_view text) { return {text.begin(), text.end()}; }

TEST(Crc32, IsThatOfTheStandardsCheck) {
  EXPECT_EQ(Crc32({}), 0u);
  EXPECT_EQ(Crc32(FromText("123456789")), 0xCBF43926u);
  EXPECT_EQ(Crc32(FromText("The quick brown fox jumps over the lazy dog")), 0x414FA339u);
}

// A bit at a time, as the polynomial says.
uint32_t SlowCrc32(const std::vector<uint8_t>& bytes) {
  uint32_t crc = ~0u;
  for (const uint8_t byte : bytes) {
    crc ^= byte;
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0u);
  }
  return ~crc;
}

TEST(Crc32, IsTheSameInStepsOfEightBytesAndOfOneBit) {
  std::vector<uint8_t> bytes;
  for (uint32_t length = 0; length < 100; ++length) {
    EXPECT_EQ(Crc32(bytes), SlowCrc32(bytes)) << length;
    bytes.push_back(static_cast<uint8_t>(length * 2654435761u >> 24));
  }
}

}  // namespace
}  // namespace headlens
