#include "maps/export.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <map>
#include <string_view>

#include "base/json.h"
#include "photo_files.h"

namespace headlens {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

// A bit-by-bit CRC-32, to check the table-driven one against.
uint32_t SlowCrc32(std::string_view bytes) {
  uint32_t crc = ~0u;
  for (char byte : bytes) {
    crc ^= static_cast<uint8_t>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = crc & 1 ? crc >> 1 ^ 0xedb88320u : crc >> 1;
  }
  return ~crc;
}

uint32_t FieldAt(std::string_view bytes, size_t at, int size) {
  uint32_t value = 0;
  for (int i = size; i-- > 0;) value = value << 8 | static_cast<uint8_t>(bytes[at + i]);
  return value;
}

// The entries of a zip by name, found from its end as unzip does.
std::map<std::string, std::string> Unzip(std::string_view zip) {
  std::map<std::string, std::string> entries;
  const size_t end = zip.rfind("PK\5\6");
  size_t at = FieldAt(zip, end + 16, 4);
  EXPECT_EQ(at + FieldAt(zip, end + 12, 4), end);
  for (uint32_t left = FieldAt(zip, end + 10, 2); left > 0; --left) {
    EXPECT_THAT(std::string(zip.substr(at)), StartsWith("PK\1\2"));
    const uint32_t crc = FieldAt(zip, at + 16, 4), size = FieldAt(zip, at + 20, 4);
    const uint32_t name_size = FieldAt(zip, at + 28, 2), local = FieldAt(zip, at + 42, 4);
    const std::string name(zip.substr(at + 46, name_size));
    EXPECT_THAT(std::string(zip.substr(local)), StartsWith("PK\3\4"));
    EXPECT_EQ(zip.substr(local + 30, name_size), name);
    const std::string_view data = zip.substr(local + 30 + name_size, size);
    EXPECT_EQ(SlowCrc32(data), crc);
    EXPECT_EQ(FieldAt(zip, local + 14, 4), crc);
    entries[name] = data;
    at += 46 + name_size;
  }
  EXPECT_EQ(at, end);
  return entries;
}

const std::vector<float> kFloats = {0.0f, 0.1f, 1e-30f, -2.5f, 3.4e38f, 1.0f / 3};
const std::vector<uint8_t> kBytes = {0, 1, 255};

std::vector<NpyArray> Arrays() {
  return {{"cls_attention", {1, 2, 3}, std::span(kFloats)}, {"keep_mass", {3}, std::span(kBytes)}};
}

TEST(EncodeNpz, IsAZipOfNpyFiles) {
  const std::vector<uint8_t> file = EncodeNpz(Arrays());
  const auto entries = Unzip({reinterpret_cast<const char*>(file.data()), file.size()});
  ASSERT_EQ(entries.size(), 2u);
  const std::string& npy = entries.at("cls_attention.npy");
  EXPECT_EQ(npy.substr(0, 8), std::string("\x93NUMPY\1\0", 8));
  const size_t values = 10 + FieldAt(npy, 8, 2);
  EXPECT_EQ(values % 64, 0u);
  EXPECT_THAT(npy.substr(10, values - 10),
              StartsWith("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2, 3), }"));
  EXPECT_EQ(npy[values - 1], '\n');
  ASSERT_EQ(npy.size(), values + 24);
  EXPECT_EQ(std::memcmp(&npy[values], kFloats.data(), 24), 0);
  EXPECT_THAT(entries.at("keep_mass.npy"),
              HasSubstr("'|u1', 'fortran_order': False, 'shape': (3,)"));
}

TEST(EncodeNpz, OfNothingIsAnEmptyZip) { EXPECT_EQ(EncodeNpz({}).size(), 22u); }

TEST(EncodeNpz, IsReadByNumpy) {
  if (std::system("python3 -c 'import numpy' 2>/dev/null") != 0) GTEST_SKIP() << "no numpy";
  const std::string path = ::testing::TempDir() + "headlens_export_test.npz";
  const std::vector<uint8_t> file = EncodeNpz(Arrays());
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(file.data()), static_cast<std::streamsize>(file.size()));
  const std::string command = "python3 " HEADLENS_TESTS_DIR "/golden/read_npz.py " + path +
                              " 'cls_attention float32 1,2,3 0.0 0.1 1e-30 -2.5 3.4e+38 0.33333334'"
                              " 'keep_mass uint8 3 0 1 255'";
  EXPECT_EQ(std::system(command.c_str()), 0);
}

TEST(EncodeJson, SaysWhatAnArrayIsWhereThatIsGiven) {
  const std::vector<float> values = {0.5f};
  const std::vector<NpyArray> arrays = {{"told", {1}, std::span<const float>(values), "what it is"},
                                        {"untold", {1}, std::span<const float>(values)}};
  const Result<JsonValue> json = ParseJson(EncodeJson(arrays, {}));
  ASSERT_TRUE(json.ok()) << json.error().message;
  EXPECT_EQ(*json->Find("told")->Find("definition")->AsString(), "what it is");
  EXPECT_EQ(json->Find("untold")->Find("definition"), nullptr);
}

TEST(EncodeJson, ReadsBackExactly) {
  const std::string text = EncodeJson(Arrays(), {{"model", "a \"quoted\" name"}});
  const Result<JsonValue> json = ParseJson(text);
  ASSERT_TRUE(json.ok()) << json.error().message;
  EXPECT_EQ(*json->Find("model")->AsString(), "a \"quoted\" name");
  const JsonValue* array = json->Find("cls_attention");
  ASSERT_NE(array, nullptr);
  EXPECT_EQ(array->Find("shape")->AsArray()->size(), 3u);
  const JsonValue::Array& values = *array->Find("values")->AsArray();
  ASSERT_EQ(values.size(), kFloats.size());
  for (size_t i = 0; i < values.size(); ++i) {
    EXPECT_EQ(static_cast<float>(*values[i].AsNumber()), kFloats[i]);
  }
  EXPECT_THAT(text, HasSubstr("\"values\":[0,1,255]"));
}

TEST(EncodeJson, WritesNoNan) {
  const std::vector<float> values = {NAN, INFINITY, 1.0f};
  const std::vector<NpyArray> arrays = {{"a", {3}, std::span(values)}};
  EXPECT_THAT(EncodeJson(arrays, {}), HasSubstr("[null,null,1]"));
}

TEST(EncodePng, ReadsBackExactly) {
  Image image{13, 29, std::vector<uint8_t>(3 * 13 * 29)};
  for (size_t i = 0; i < image.rgb.size(); ++i) image.rgb[i] = static_cast<uint8_t>(i * i);
  EXPECT_EQ(MaxLevels(DecodeFile(EncodePng(image)), image), 0);
}

}  // namespace
}  // namespace headlens
