#include <bit>
#include <string_view>

#include "base/crc32.h"
#include "maps/export.h"

namespace headlens {
namespace {

static_assert(std::endian::native == std::endian::little, "values are written as they lie");

std::span<const uint8_t> BytesOf(const NpyArray& array) {
  return std::visit(
      [](const auto& values) {
        return std::span(reinterpret_cast<const uint8_t*>(values.data()), values.size_bytes());
      },
      array.values);
}

void Append16(std::vector<uint8_t>& out, uint32_t value) {
  out.push_back(static_cast<uint8_t>(value));
  out.push_back(static_cast<uint8_t>(value >> 8));
}

void Append32(std::vector<uint8_t>& out, uint32_t value) {
  Append16(out, value);
  Append16(out, value >> 16);
}

void AppendText(std::vector<uint8_t>& out, std::string_view text) {
  out.insert(out.end(), text.begin(), text.end());
}

// "(3, 28, 28)", and "(3,)" for one axis.
std::string PythonTuple(std::span<const int> shape) {
  std::string text = "(";
  for (size_t i = 0; i < shape.size(); ++i) {
    text += (i > 0 ? ", " : "") + std::to_string(shape[i]);
  }
  return text + (shape.size() == 1 ? ",)" : ")");
}

std::vector<uint8_t> EncodeNpy(const NpyArray& array) {
  constexpr size_t kAlignment = 64;
  constexpr size_t kPreamble = 10;  // magic, version, header length
  const bool floats = std::holds_alternative<std::span<const float>>(array.values);
  std::string header = "{'descr': '" + std::string(floats ? "<f4" : "|u1") +
                       "', 'fortran_order': False, 'shape': " + PythonTuple(array.shape) + ", }";
  const size_t unpadded = kPreamble + header.size() + 1;
  header.append((kAlignment - unpadded % kAlignment) % kAlignment, ' ');
  header += '\n';

  const std::span<const uint8_t> values = BytesOf(array);
  std::vector<uint8_t> npy;
  npy.reserve(kPreamble + header.size() + values.size());
  AppendText(npy, "\x93NUMPY");
  Append16(npy, 1);  // version 1.0
  Append16(npy, static_cast<uint32_t>(header.size()));
  AppendText(npy, header);
  npy.insert(npy.end(), values.begin(), values.end());
  return npy;
}

struct ZipEntry {
  std::string name;
  uint32_t crc = 0;
  uint32_t size = 0;
  uint32_t offset = 0;
};

// The fields that an entry's local header and its central directory record share: APPNOTE.TXT,
// 4.3.7 and 4.3.12. Stored, dated 1980-01-01, the earliest that zip knows, so that equal arrays
// make equal files.
void AppendZipFields(std::vector<uint8_t>& out, const ZipEntry& entry) {
  constexpr uint32_t kVersion = 20, kFlags = 0, kStored = 0, kTime = 0, kDate = 0x21;
  for (uint32_t field : {kVersion, kFlags, kStored, kTime, kDate}) Append16(out, field);
  for (uint32_t field : {entry.crc, entry.size, entry.size}) Append32(out, field);
  Append16(out, static_cast<uint32_t>(entry.name.size()));
  Append16(out, 0);  // no extra field
}

void AppendLocalHeader(std::vector<uint8_t>& out, const ZipEntry& entry) {
  Append32(out, 0x04034b50);
  AppendZipFields(out, entry);
  AppendText(out, entry.name);
}

void AppendDirectoryRecord(std::vector<uint8_t>& out, const ZipEntry& entry) {
  Append32(out, 0x02014b50);
  Append16(out, 20);  // made by version 2.0
  AppendZipFields(out, entry);
  Append16(out, 0);  // no comment
  Append16(out, 0);  // disk 0
  Append16(out, 0);  // internal attributes
  Append32(out, 0);  // external attributes
  Append32(out, entry.offset);
  AppendText(out, entry.name);
}

void AppendDirectory(std::vector<uint8_t>& out, std::span<const ZipEntry> entries) {
  const auto start = static_cast<uint32_t>(out.size());
  for (const ZipEntry& entry : entries) AppendDirectoryRecord(out, entry);
  const auto size = static_cast<uint32_t>(out.size()) - start;
  const auto count = static_cast<uint32_t>(entries.size());
  Append32(out, 0x06054b50);
  Append16(out, 0);  // disk 0
  Append16(out, 0);  // the directory starts there
  Append16(out, count);
  Append16(out, count);
  Append32(out, size);
  Append32(out, start);
  Append16(out, 0);  // no comment
}

}  // namespace

std::vector<uint8_t> EncodeNpz(std::span<const NpyArray> arrays) {
  std::vector<uint8_t> out;
  std::vector<ZipEntry> entries;
  for (const NpyArray& array : arrays) {
    const std::vector<uint8_t> npy = EncodeNpy(array);
    entries.push_back({.name = array.name + ".npy",
                       .crc = Crc32(npy),
                       .size = static_cast<uint32_t>(npy.size()),
                       .offset = static_cast<uint32_t>(out.size())});
    AppendLocalHeader(out, entries.back());
    out.insert(out.end(), npy.begin(), npy.end());
  }
  AppendDirectory(out, entries);
  return out;
}

}  // namespace headlens
