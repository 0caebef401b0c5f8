#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "image/image.h"
#include "image/preprocess.h"
#include "photo_files.h"

#define STB_IMAGE_WRITE_STATIC
#define STB_IMAGE_WRITE_IMPLEMENTATION
#define STBI_WRITE_NO_STDIO
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#include "stb_image_write.h"
#pragma GCC diagnostic pop

namespace headlens {
namespace {

using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

using Bytes = std::vector<uint8_t>;

Bytes Prefix(const Bytes& file, size_t length) { return {file.begin(), file.begin() + length}; }

// The JPEG with one more segment right after its start.
Bytes WithSegment(const Bytes& jpeg, uint8_t marker, const Bytes& payload) {
  const size_t length = payload.size() + 2;
  Bytes file = {0xff, 0xd8, 0xff, marker, uint8_t(length >> 8), uint8_t(length)};
  file.insert(file.end(), payload.begin(), payload.end());
  file.insert(file.end(), jpeg.begin() + 2, jpeg.end());
  return file;
}

TEST(DecodeImage, ReadsTheSamePhotoFromEveryFormat) {
  const Image upright = TestPhoto("photos/odd/upright.png");
  EXPECT_EQ(upright.height, 80);
  EXPECT_EQ(upright.width, 120);
  EXPECT_EQ(MaxLevels(TestPhoto("photos/odd/photo.bmp"), upright), 0);
  EXPECT_EQ(MaxLevels(TestPhoto("photos/odd/sixteen_bit.png"), upright), 0);
  EXPECT_LT(MeanLevels(TestPhoto("photos/odd/progressive.jpg"), upright), 4);
  EXPECT_LT(MeanLevels(TestPhoto("photos/odd/photo.gif"), upright), 4);
  EXPECT_LT(MeanLevels(TestPhoto("photos/odd/cmyk.jpg"), upright), 6);
}

TEST(DecodeImage, TakesTheFirstFrameOfAnAnimation) {
  EXPECT_LT(MeanLevels(TestPhoto("photos/odd/animated.gif"), TestPhoto("photos/odd/upright.png")),
            4);
}

TEST(DecodeImage, ReadsGreyAsEqualChannels) {
  const Image grey = TestPhoto("photos/odd/grey.jpg");
  for (size_t i = 0; i < grey.rgb.size(); i += 3) {
    ASSERT_EQ(grey.rgb[i], grey.rgb[i + 1]);
    ASSERT_EQ(grey.rgb[i], grey.rgb[i + 2]);
  }
}

TEST(DecodeImage, TurnsEveryExifOrientationUpright) {
  const Image upright = TestPhoto("photos/odd/upright.png");
  for (int orientation = 1; orientation <= 8; ++orientation) {
    const std::string name = "photos/odd/orientation" + std::to_string(orientation) + ".png";
    EXPECT_EQ(MaxLevels(TestPhoto(name), upright), 0) << name;
  }
  EXPECT_LT(MeanLevels(TestPhoto("photos/odd/orientation6.jpg"), upright), 4);
}

// The files' alpha falls from 255 at the left to 0 at the right.
TEST(DecodeImage, LaysAlphaOverWhite) {
  const Image upright = TestPhoto("photos/odd/upright.png");
  const Image blended = TestPhoto("photos/odd/rgba.png");
  const Image grey = TestPhoto("photos/odd/grey_alpha.png");
  ASSERT_EQ(blended.rgb.size(), upright.rgb.size());
  for (int row = 0; row < upright.height; ++row) {
    const size_t left = size_t{3} * row * upright.width;
    const size_t right = left + 3 * (upright.width - 1);
    for (int c = 0; c < 3; ++c) {
      EXPECT_NEAR(blended.rgb[left + c], upright.rgb[left + c], 2);
      EXPECT_GE(blended.rgb[right + c], 253);
      EXPECT_GE(grey.rgb[right + c], 253);
    }
  }
  EXPECT_LT(MeanLevels(TestPhoto("photos/odd/palette_alpha.png"), upright), 40);
}

TEST(ImageFromRgba, LaysAlphaOverWhite) {
  const Bytes rgba = {10, 20, 30, 255, 10, 20, 30, 0, 0, 100, 200, 51};
  const Result<Image> image = ImageFromRgba(rgba, 1, 3);
  ASSERT_TRUE(image.ok());
  // A fifth of the colour, four fifths of white.
  EXPECT_THAT(image->rgb, ElementsAre(10, 20, 30, 255, 255, 255, 204, 224, 244));
}

TEST(ImageFromRgba, RefusesDataOfAnotherSize) {
  EXPECT_THAT(ImageFromRgba(Bytes(15), 2, 2).error().message, HasSubstr("2 x 2 RGBA"));
  EXPECT_FALSE(ImageFromRgba(Bytes(), 0, 4).ok());
  EXPECT_FALSE(ImageFromRgba(Bytes(), -1, -1).ok());
  EXPECT_FALSE(ImageFromRgba(Bytes(4), 1 << 30, 1 << 30).ok());
}

TEST(DecodeImage, SaysWhatIsWrongWithAFile) {
  const auto refusal = [](const char* name) {
    return Refusal(TestFile(std::string("photos/odd/") + name));
  };
  EXPECT_EQ(refusal("empty.jpg"), "The file is empty: choose a photo.");
  EXPECT_THAT(refusal("truncated.jpg"), StartsWith("The JPEG is cut off"));
  EXPECT_THAT(refusal("truncated.png"), StartsWith("The PNG is cut off"));
  EXPECT_THAT(refusal("not_a_picture.jpg"), HasSubstr("a text, not a picture"));
  EXPECT_THAT(refusal("webp_inside.jpg"), StartsWith("This is a WebP picture"));
  EXPECT_THAT(refusal("tiff_inside.jpg"), StartsWith("This is a TIFF"));
  EXPECT_THAT(refusal("gigapixel.png"), StartsWith("The photo is 40000 x 30000 pixels"));
  EXPECT_THAT(Refusal(TestFile("fixtures/dino-micro.safetensors")),
              HasSubstr("safetensors weights file, not a picture"));
}

TEST(DecodeImage, NamesOtherKindsOfFiles) {
  using namespace std::string_literals;
  const auto refusal = [](const std::string& text) {
    return Refusal(Bytes(text.begin(), text.end()));
  };
  EXPECT_THAT(refusal("\0\0\0\x18"s + "ftypheic\0\0\0\0"s), StartsWith("This is a HEIC picture"));
  EXPECT_THAT(refusal("\0\0\0\x18"s + "ftypavif\0\0\0\0"s), StartsWith("This is an AVIF picture"));
  EXPECT_THAT(refusal("\0\0\0\x18"s + "ftypisom\0\0\0\0"s), HasSubstr("a video, not a picture"));
  EXPECT_THAT(refusal("%PDF-1.7\n"), HasSubstr("a PDF document"));
  EXPECT_THAT(refusal("PK\x03\x04"s), HasSubstr("zip archive"));
  EXPECT_THAT(refusal("\x01\x02\x03"), HasSubstr("not a picture that headlens knows"));
}

TEST(DecodeImage, RefusesAJpegCutAtAnyByte) {
  const Bytes file = TestFile("photos/odd/orientation6.jpg");
  for (size_t length = 3; length < file.size(); ++length) {
    ASSERT_THAT(Refusal(Prefix(file, length)), StartsWith("The JPEG is cut off")) << length;
  }
  EXPECT_EQ(Refusal(file), "");
}

TEST(DecodeImage, RefusesAProgressiveJpegCutBetweenScans) {
  const Bytes file = TestFile("photos/odd/progressive.jpg");
  for (size_t length = 100; length < file.size(); length += 50) {
    ASSERT_THAT(Refusal(Prefix(file, length)), StartsWith("The JPEG is cut off")) << length;
  }
}

TEST(DecodeImage, RefusesAPngCutAtAnyByte) {
  const Bytes file = TestFile("photos/odd/tiny.png");
  for (size_t length = 4; length < file.size(); ++length) {
    ASSERT_THAT(Refusal(Prefix(file, length)), StartsWith("The PNG is cut off")) << length;
  }
  EXPECT_EQ(Refusal(file), "");
}

TEST(DecodeImage, RefusesABmpCutAtAnyByte) {
  const Bytes file = TestFile("photos/odd/photo.bmp");
  for (size_t length = 2; length < file.size(); ++length) {
    ASSERT_THAT(Refusal(Prefix(file, length)), StartsWith("The BMP is cut off")) << length;
  }
}

TEST(DecodeImage, RefusesAGifCutWithinItsFirstFrame) {
  const Bytes file = TestFile("photos/odd/animated.gif");
  const Image whole = DecodeFile(file);
  bool taken = false;
  for (size_t length = 4; length < file.size(); ++length) {
    const Result<Image> image = DecodeImage(Prefix(file, length));
    if (!image.ok()) {
      ASSERT_FALSE(taken) << "a longer file is refused: " << length;
      ASSERT_THAT(image.error().message, StartsWith("The GIF is cut off"));
      continue;
    }
    taken = true;
    ASSERT_EQ(MaxLevels(*image, whole), 0) << length;
    length += 500;
  }
  EXPECT_TRUE(taken);
}

TEST(DecodeImage, SeesPastTheEndOfAnEmbeddedThumbnail) {
  const Bytes photo = TestFile("photos/odd/progressive.jpg");
  const Bytes thumbnail = TestFile("photos/odd/orientation6.jpg");
  const Bytes file = WithSegment(photo, 0xe1, thumbnail);
  EXPECT_EQ(MaxLevels(DecodeFile(file), DecodeFile(photo)), 0);
  EXPECT_THAT(Refusal(Prefix(file, file.size() - 100)), StartsWith("The JPEG is cut off"));
}

TEST(DecodeImage, IgnoresWhatFollowsTheEndOfAJpeg) {
  Bytes file = TestFile("photos/odd/progressive.jpg");
  const Image photo = DecodeFile(file);
  file.insert(file.end(), {0, 1, 2, 0xff, 0xda, 0xff});
  EXPECT_EQ(MaxLevels(DecodeFile(file), photo), 0);
}

TEST(DecodeImage, RefusesFourInksOfUnknownMeaning) {
  Bytes file = TestFile("photos/odd/cmyk.jpg");
  const std::string adobe = "Adobe";
  const auto at = std::search(file.begin(), file.end(), adobe.begin(), adobe.end());
  ASSERT_NE(at, file.end());
  *at = 'a';
  EXPECT_THAT(Refusal(file), StartsWith("This JPEG has four inks"));
}

TEST(DecodeImage, RefusesAJpegWithoutPicture) {
  EXPECT_THAT(Refusal(Bytes{0xff, 0xd8, 0xff, 0xd9}), StartsWith("The JPEG is damaged"));
}

// BMP: a height of -2^31 has no positive counterpart.
TEST(DecodeImage, RefusesImpossibleSizes) {
  Bytes file = TestFile("photos/odd/photo.bmp");
  file[22] = file[23] = file[24] = 0;
  file[25] = 0x80;
  EXPECT_NE(Refusal(file), "");
  file[18] = file[19] = file[20] = file[21] = 0xff;
  EXPECT_NE(Refusal(file), "");
}

TEST(DecodeImage, TakesAsManyPixelsAsItIsAllowed) {
  const Bytes file = TestFile("photos/odd/upright.png");
  EXPECT_TRUE(DecodeImage(file, 120 * 80).ok());
  EXPECT_FALSE(DecodeImage(file, 120 * 80 - 1).ok());
}

TEST(DecodeImage, ReadsAThinStrip) {
  const Image strip = TestPhoto("photos/odd/strip.png");
  EXPECT_EQ(strip.height, 1);
  EXPECT_EQ(strip.width, 3000);
}

Bytes EncodeJpeg(const Image& image) {
  Bytes file;
  const auto append = [](void* to, void* data, int size) {
    const auto* bytes = static_cast<const uint8_t*>(data);
    static_cast<Bytes*>(to)->insert(static_cast<Bytes*>(to)->end(), bytes, bytes + size);
  };
  stbi_write_jpg_to_func(append, &file, image.width, image.height, 3, image.rgb.data(), 50);
  return file;
}

TEST(DecodeImage, ReadsFortyEightMegapixels) {
  constexpr int kHeight = 6000, kWidth = 8000;
  Image ramp{kHeight, kWidth, std::vector<uint8_t>(size_t{3} * kHeight * kWidth)};
  for (size_t i = 0; i < ramp.rgb.size(); i += 3) {
    const int row = static_cast<int>(i / 3 / kWidth), col = static_cast<int>(i / 3 % kWidth);
    ramp.rgb[i] = static_cast<uint8_t>(col / 32);
    ramp.rgb[i + 1] = ramp.rgb[i + 2] = static_cast<uint8_t>(row / 32);
  }
  const Image photo = DecodeFile(EncodeJpeg(ramp));
  ASSERT_EQ(photo.height, kHeight);
  ASSERT_EQ(photo.width, kWidth);
  EXPECT_LT(MeanLevels(photo, ramp), 3);
  const Result<Placement> placement = PlacePhoto(kHeight, kWidth, {.short_side = 480}, 8);
  ASSERT_TRUE(placement.ok());
  EXPECT_EQ(Preprocess(photo, *placement, {}).values.size(), size_t{3} * 480 * 640);
}

TEST(DecodeImage, SurvivesDamagedBytes) {
  std::mt19937 random(7);
  for (const char* name : {"orientation6.jpg", "progressive.jpg", "rgba.png", "palette_alpha.png",
                           "animated.gif", "photo.bmp"}) {
    const Bytes whole = TestFile(std::string("photos/odd/") + name);
    for (int round = 0; round < 60; ++round) {
      Bytes file = whole;
      for (int i = 0; i < 5; ++i) file[random() % file.size()] = static_cast<uint8_t>(random());
      const Result<Image> image = DecodeImage(file, 1'000'000);
      if (!image.ok()) {
        EXPECT_THAT(image.error().message, AnyOf(HasSubstr(": "), HasSubstr("."))) << name;
        continue;
      }
      EXPECT_EQ(image->rgb.size(), size_t{3} * image->height * image->width) << name;
    }
  }
}

}  // namespace
}  // namespace headlens
