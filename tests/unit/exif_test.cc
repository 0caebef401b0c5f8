#include "image/exif.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace headlens {
namespace {

using ::testing::ElementsAreArray;

using Bytes = std::vector<uint8_t>;

// One directory with one entry: the orientation.
Bytes BigEndianTiff(uint8_t orientation) {
  return {'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0};
}

Bytes LittleEndianTiff(uint8_t orientation) {
  return {'I', 'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0};
}

TEST(ExifOrientation, ReadsBothByteOrders) {
  for (uint8_t orientation = 1; orientation <= 8; ++orientation) {
    EXPECT_EQ(ExifOrientation(BigEndianTiff(orientation)), orientation);
    EXPECT_EQ(ExifOrientation(LittleEndianTiff(orientation)), orientation);
  }
}

TEST(ExifOrientation, FindsTheTagBehindOthers) {
  Bytes tiff = LittleEndianTiff(8);
  tiff[8] = 2;  // entries
  const Bytes other = {0x00, 0x01, 3, 0, 1, 0, 0, 0, 5, 0, 0, 0};
  tiff.insert(tiff.begin() + 10, other.begin(), other.end());
  EXPECT_EQ(ExifOrientation(tiff), 8);
}

TEST(ExifOrientation, TakesNonsenseAsUpright) {
  EXPECT_EQ(ExifOrientation({}), 1);
  EXPECT_EQ(ExifOrientation(BigEndianTiff(0)), 1);
  EXPECT_EQ(ExifOrientation(BigEndianTiff(9)), 1);
  Bytes other_type = BigEndianTiff(6);
  other_type[13] = 4;
  EXPECT_EQ(ExifOrientation(other_type), 1);
  Bytes far_directory = LittleEndianTiff(6);
  far_directory[4] = far_directory[5] = far_directory[6] = far_directory[7] = 0xff;
  EXPECT_EQ(ExifOrientation(far_directory), 1);
}

TEST(ExifOrientation, StaysWithinAShortBlock) {
  Bytes tiff = BigEndianTiff(6);
  tiff[8] = tiff[9] = 0xff;  // more entries than there are
  EXPECT_EQ(ExifOrientation(tiff), 6);
  while (!tiff.empty()) {
    tiff.pop_back();
    EXPECT_EQ(ExifOrientation(Bytes(tiff)), 1) << tiff.size();
  }
}

// A picture whose red channel is the letters, in rows.
Image Letters(int height, int width, const std::string& letters) {
  Image image{height, width, {}};
  for (char letter : letters) {
    for (int c = 0; c < 3; ++c) image.rgb.push_back(static_cast<uint8_t>(letter + 32 * c));
  }
  return image;
}

// The upright picture is     A B C    in each of the ways that a camera may store it.
//                            D E F
TEST(ApplyOrientation, TurnsAllEightWays) {
  const std::vector<Image> stored = {Letters(2, 3, "ABCDEF"), Letters(2, 3, "CBAFED"),
                                     Letters(2, 3, "FEDCBA"), Letters(2, 3, "DEFABC"),
                                     Letters(3, 2, "ADBECF"), Letters(3, 2, "CFBEAD"),
                                     Letters(3, 2, "FCEBDA"), Letters(3, 2, "DAEBFC")};
  const Image upright = Letters(2, 3, "ABCDEF");
  for (int orientation = 1; orientation <= 8; ++orientation) {
    const Image turned = ApplyOrientation(stored[orientation - 1], orientation);
    EXPECT_EQ(turned.height, 2) << orientation;
    EXPECT_EQ(turned.width, 3) << orientation;
    EXPECT_THAT(turned.rgb, ElementsAreArray(upright.rgb)) << orientation;
  }
}

// Larger than a tile of the copy, and no multiple of it.
TEST(ApplyOrientation, ReachesEveryPixelOfALargePhoto) {
  Image stored{70, 45, std::vector<uint8_t>(3 * 70 * 45)};
  for (size_t i = 0; i < stored.rgb.size(); ++i)
    stored.rgb[i] = static_cast<uint8_t>(i * 7 + i / 256);
  const Image turned = ApplyOrientation(stored, 6);
  for (int row = 0; row < 45; ++row) {
    for (int col = 0; col < 70; ++col) {
      for (int c = 0; c < 3; ++c) {
        ASSERT_EQ(turned.rgb[3 * (row * 70 + col) + c],
                  stored.rgb[3 * ((69 - col) * 45 + row) + c]);
      }
    }
  }
}

}  // namespace
}  // namespace headlens
