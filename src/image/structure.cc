#include "image/structure.h"

#include <cstdlib>
#include <string>
#include <string_view>

#include "image/bytes.h"

namespace headlens {
namespace {

using namespace std::string_view_literals;

Error CutOff(std::string_view format) {
  return Invalid("The " + std::string(format) + " is cut off: get the whole file again.");
}

Error Damaged(std::string_view format) {
  return Invalid("The " + std::string(format) + " is damaged: save it again as JPEG or PNG.");
}

// Far above any real photo's; each one goes over the whole picture.
constexpr int kMaxJpegScans = 256;

struct JpegSummary {
  int scans = 0;
  int components = 0;
  int adobe_transform = -1;  // of the Adobe APP14 segment; -1 where there is none
  std::span<const uint8_t> exif;
};

// Moves `at` behind the next marker and gives its code; 0 at the end of the file. Stuffed zeros,
// fill bytes and restart markers, which belong to the scan's data, are passed over.
uint8_t NextJpegMarker(std::span<const uint8_t> file, size_t& at) {
  for (; at + 1 < file.size(); ++at) {
    if (file[at] != 0xff) continue;
    const uint8_t code = file[at + 1];
    const bool restart = code >= 0xd0 && code <= 0xd7;
    if (code == 0x00 || code == 0xff || restart) continue;
    at += 2;
    return code;
  }
  return 0;
}

bool IsFrameHeader(uint8_t code) {  // SOF0 to SOF15, without DHT, JPG and DAC
  return code >= 0xc0 && code <= 0xcf && code != 0xc4 && code != 0xc8 && code != 0xcc;
}

void NoteJpegSegment(uint8_t code, std::span<const uint8_t> segment, JpegSummary& summary) {
  if (code == 0xda) ++summary.scans;
  if (IsFrameHeader(code) && segment.size() > 5) summary.components = segment[5];
  if (code == 0xee && StartsWith(segment, "Adobe"sv) && segment.size() > 11) {
    summary.adobe_transform = segment[11];
  }
  if (code == 0xe1 && StartsWith(segment, "Exif\0\0"sv) && summary.exif.empty()) {
    summary.exif = segment.subspan(6);
  }
}

Result<JpegSummary> SummariseJpeg(std::span<const uint8_t> file) {
  constexpr uint8_t kTem = 0x01, kSoi = 0xd8, kEoi = 0xd9;
  JpegSummary summary;
  size_t at = 2;
  while (const uint8_t code = NextJpegMarker(file, at)) {
    if (code == kEoi) return summary;
    if (code == kTem || code == kSoi) continue;
    const std::span<const uint8_t> rest = file.subspan(at);
    if (rest.size() < 2) return CutOff("JPEG");
    const size_t length = BigEndian16(rest);  // counts its own two bytes
    if (length < 2) return Damaged("JPEG");
    if (length > rest.size()) return CutOff("JPEG");
    NoteJpegSegment(code, rest.subspan(2, length - 2), summary);
    if (summary.scans > kMaxJpegScans) return Damaged("JPEG");
    at += length;
  }
  return CutOff("JPEG");
}

Result<PhotoStructure> ReadJpeg(std::span<const uint8_t> file) {
  Result<JpegSummary> summary = SummariseJpeg(file);
  if (!summary.ok()) return summary.error();
  if (summary->scans == 0) return Damaged("JPEG");
  const int transform = summary->adobe_transform;
  if (summary->components == 4 && transform != 0 && transform != 2) {
    return Invalid(
        "This JPEG has four inks and does not say how they are stored: save it as an RGB JPEG.");
  }
  return PhotoStructure{.exif = summary->exif};
}

// https://www.w3.org/TR/png-3/#5Chunk-layout
Result<PhotoStructure> ReadPng(std::span<const uint8_t> file) {
  constexpr size_t kSignature = 8;
  constexpr size_t kChunkFrame = 12;  // length, type, CRC
  PhotoStructure structure;
  if (file.size() < kSignature) return CutOff("PNG");
  for (std::span<const uint8_t> rest = file.subspan(kSignature); rest.size() >= kChunkFrame;) {
    const size_t length = BigEndian32(rest);
    if (length > rest.size() - kChunkFrame) return CutOff("PNG");
    const std::span<const uint8_t> type = rest.subspan(4, 4);
    const std::span<const uint8_t> data = rest.subspan(8, length);
    if (StartsWith(type, "IEND"sv)) return structure;
    if (StartsWith(type, "eXIf"sv)) structure.exif = data;
    if (StartsWith(type, "IHDR"sv) && length >= 8) {
      structure.width = BigEndian32(data);
      structure.height = BigEndian32(data.subspan(4));
    }
    rest = rest.subspan(kChunkFrame + length);
  }
  return CutOff("PNG");
}

// Passes over blocks that each begin with their length, up to the empty one. False if the file ends
// before.
bool SkipGifBlocks(std::span<const uint8_t>& rest) {
  while (!rest.empty()) {
    const size_t length = rest[0];
    if (length >= rest.size()) return false;
    rest = rest.subspan(1 + length);
    if (length == 0) return true;
  }
  return false;
}

size_t GifTableBytes(uint8_t flags) { return (flags & 0x80) ? size_t{3} << ((flags & 7) + 1) : 0; }

// https://www.w3.org/Graphics/GIF/spec-gif89a.txt
Result<PhotoStructure> ReadGif(std::span<const uint8_t> file) {
  constexpr size_t kHeader = 13;
  if (file.size() < kHeader) return CutOff("GIF");
  const size_t table = GifTableBytes(file[10]);
  if (file.size() < kHeader + table) return CutOff("GIF");
  std::span<const uint8_t> rest = file.subspan(kHeader + table);
  while (rest.size() > 1) {
    if (rest[0] == 0x21) {  // extension: label, blocks
      rest = rest.subspan(2);
      if (!SkipGifBlocks(rest)) return CutOff("GIF");
      continue;
    }
    if (rest[0] != 0x2c) return Damaged("GIF");
    if (rest.size() < 10) return CutOff("GIF");
    const size_t image_header = 10 + GifTableBytes(rest[9]) + 1;
    if (rest.size() < image_header) return CutOff("GIF");
    rest = rest.subspan(image_header);
    if (!SkipGifBlocks(rest)) return CutOff("GIF");
    return PhotoStructure{};
  }
  return CutOff("GIF");
}

// BITMAPCOREHEADER (12 bytes) or BITMAPINFOHEADER (40) and its successors.
Result<PhotoStructure> ReadBmp(std::span<const uint8_t> file) {
  constexpr size_t kFileHeader = 14;
  constexpr uint32_t kRgb = 0, kBitFields = 3;
  if (file.size() < kFileHeader + 12) return CutOff("BMP");
  const bool core = LittleEndian32(file.subspan(14)) == 12;
  if (!core && file.size() < kFileHeader + 40) return CutOff("BMP");
  const uint32_t compression = core ? kRgb : LittleEndian32(file.subspan(30));
  if (compression != kRgb && compression != kBitFields) return PhotoStructure{};  // refused later
  const uint64_t width = core ? LittleEndian16(file.subspan(18)) : LittleEndian32(file.subspan(18));
  const int64_t signed_height = core ? LittleEndian16(file.subspan(20))
                                     : static_cast<int32_t>(LittleEndian32(file.subspan(22)));
  const uint64_t height = static_cast<uint64_t>(std::llabs(signed_height));
  const uint64_t bits = LittleEndian16(file.subspan(core ? 24 : 28));
  if (width == 0 || height == 0 || bits == 0 || bits > 32) return Damaged("BMP");
  const uint64_t stride = (width * bits + 31) / 32 * 4;
  const uint64_t last_row = (width * bits + 7) / 8;  // its padding may be missing
  const uint64_t offset = LittleEndian32(file.subspan(10));
  if (offset > file.size() || last_row > file.size() - offset) return CutOff("BMP");
  if (height - 1 > (file.size() - offset - last_row) / stride) return CutOff("BMP");
  return PhotoStructure{};
}

}  // namespace

Result<PhotoStructure> ReadStructure(std::span<const uint8_t> file, PhotoFormat format) {
  switch (format) {
    case PhotoFormat::kJpeg:
      return ReadJpeg(file);
    case PhotoFormat::kPng:
      return ReadPng(file);
    case PhotoFormat::kGif:
      return ReadGif(file);
    case PhotoFormat::kBmp:
      return ReadBmp(file);
  }
  return PhotoStructure{};
}

}  // namespace headlens
