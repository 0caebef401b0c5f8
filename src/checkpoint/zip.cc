#include "checkpoint/zip.h"

#include <algorithm>
#include <cstring>
#include <initializer_list>
#include <limits>
#include <string>

#include "base/checked.h"
#include "base/crc32.h"
#include "checkpoint/quoted.h"

namespace headlens {
namespace {

using Bytes = std::span<const uint8_t>;

// The parts of an archive: the mark that each begins with, and its bytes without names and
// comments.
constexpr uint32_t kLocalMark = 0x04034b50, kRecordMark = 0x02014b50, kEndMark = 0x06054b50;
constexpr uint32_t kWideEndMark = 0x06064b50, kLocatorMark = 0x07064b50;
constexpr size_t kLocalBytes = 30, kRecordBytes = 46, kEndBytes = 22;
constexpr size_t kWideEndBytes = 56, kLocatorBytes = 20;
constexpr size_t kMaxCommentBytes = 0xFFFF;

constexpr uint16_t kEncrypted = 1 << 0;
constexpr uint16_t kSizesFollow = 1 << 3;  // the local header leaves them to a descriptor
constexpr uint16_t kWideExtra = 1;         // the extra field of what takes 64 bits

// Little-endian; the caller has checked that it lies inside.
template <typename T>
T Read(Bytes bytes, size_t at) {
  T value = 0;
  std::memcpy(&value, bytes.data() + at, sizeof(T));
  return value;
}
uint16_t Read16(Bytes bytes, size_t at) { return Read<uint16_t>(bytes, at); }
uint32_t Read32(Bytes bytes, size_t at) { return Read<uint32_t>(bytes, at); }
uint64_t Read64(Bytes bytes, size_t at) { return Read<uint64_t>(bytes, at); }

Error Damaged(const std::string& what) {
  return Invalid("This archive is damaged: " + what + ". Download or copy it again.");
}

std::string_view TextAt(Bytes bytes, size_t at, size_t length) {
  return {reinterpret_cast<const char*>(bytes.data()) + at, length};
}

struct Directory {
  uint64_t begin = 0;
  uint64_t bytes = 0;
  uint64_t entries = 0;
};

// An entry as the directory records it.
struct Record {
  ZipEntry entry;
  uint16_t flags = 0;
  uint16_t method = 0;  // of compression
  uint64_t size = 0;    // in the archive
  uint64_t begin = 0;   // of its local header
  uint64_t end = 0;     // of its data
};

// The end record is the last thing in the file but for a comment, whose length it says.
Result<size_t> FindEnd(Bytes archive) {
  const size_t farthest = kEndBytes + kMaxCommentBytes;
  for (size_t back = kEndBytes; back <= std::min(archive.size(), farthest); ++back) {
    const size_t at = archive.size() - back;
    if (Read32(archive, at) == kEndMark && Read16(archive, at + 20) == back - kEndBytes) return at;
  }
  return Invalid(
      "This archive is cut off: the directory that should be at its end is missing. Download or "
      "copy it again.");
}

// Whether a field says what the wide one does, or leaves it to that.
template <typename T>
bool Agrees(T narrow, uint64_t wide) {
  return narrow == wide || narrow == std::numeric_limits<T>::max();
}

// Where the end record has a wider one before it, that one counts.
Result<Directory> FindDirectory(Bytes archive) {
  const Result<size_t> end = FindEnd(archive);
  if (!end.ok()) return end.error();
  const uint16_t entries = Read16(archive, *end + 10);
  const uint32_t bytes = Read32(archive, *end + 12);
  const uint32_t begin = Read32(archive, *end + 16);
  Directory directory = {begin, bytes, entries};
  uint64_t limit = *end;
  bool one_disk = Read32(archive, *end + 4) == 0 && Read16(archive, *end + 8) == entries;

  if (*end >= kLocatorBytes && Read32(archive, *end - kLocatorBytes) == kLocatorMark) {
    const size_t locator = *end - kLocatorBytes;
    const uint64_t wide = Read64(archive, locator + 8);
    if (locator < kWideEndBytes || wide > locator - kWideEndBytes ||
        Read32(archive, static_cast<size_t>(wide)) != kWideEndMark) {
      return Damaged("its end record is not where it should be");
    }
    limit = wide;
    const Bytes record = archive.subspan(static_cast<size_t>(wide), kWideEndBytes);
    directory = {Read64(record, 48), Read64(record, 40), Read64(record, 32)};
    one_disk = Read64(record, 16) == 0 && Read64(record, 24) == directory.entries;
    if (!Agrees(entries, directory.entries) || !Agrees(bytes, directory.bytes) ||
        !Agrees(begin, directory.begin)) {
      return Damaged("its two end records differ");
    }
  }
  if (!one_disk) return Damaged("it would be one part of several");
  if (CheckedAdd(directory.begin, directory.bytes) != limit) {
    return Damaged("its directory does not lie before its end record");
  }
  return directory;
}

// Sizes and offsets that do not fit the record's 32 bits are in an extra field, in this
// order; 4.5.3.
bool ReadWideFields(Bytes extra, std::initializer_list<uint64_t*> fields) {
  const auto is_wide = [](const uint64_t* field) { return *field == UINT32_MAX; };
  if (std::ranges::none_of(fields, is_wide)) return true;
  while (extra.size() >= 4) {
    const size_t length = Read16(extra, 2);
    if (length > extra.size() - 4) return false;
    Bytes values = extra.subspan(4, length);
    const bool found = Read16(extra, 0) == kWideExtra;
    extra = extra.subspan(4 + length);
    if (!found) continue;
    for (uint64_t* field : fields) {
      if (!is_wide(field)) continue;
      if (values.size() < sizeof(uint64_t)) return false;
      *field = Read64(values, 0);
      values = values.subspan(sizeof(uint64_t));
    }
    return true;
  }
  return false;
}

// The record at the front of `rest`, which is taken off it.
Result<Record> TakeRecord(Bytes& rest) {
  if (rest.size() < kRecordBytes || Read32(rest, 0) != kRecordMark) {
    return Damaged("its directory is not as long as it should be");
  }
  const size_t name = Read16(rest, 28), extra = Read16(rest, 30), comment = Read16(rest, 32);
  const size_t length = kRecordBytes + name + extra + comment;
  if (length > rest.size()) return Damaged("a name runs over the end of its directory");

  Record record;
  record.entry.name = TextAt(rest, kRecordBytes, name);
  record.entry.crc = Read32(rest, 16);
  record.flags = Read16(rest, 8);
  record.method = Read16(rest, 10);
  record.size = Read32(rest, 20);
  record.begin = Read32(rest, 42);
  record.entry.stored = record.method == 0 && !(record.flags & kEncrypted);
  uint64_t unpacked_size = Read32(rest, 24);
  if (!ReadWideFields(rest.subspan(kRecordBytes + name, extra),
                      {&unpacked_size, &record.size, &record.begin}) ||
      (record.entry.stored && unpacked_size != record.size)) {
    return Damaged("the size of its entry " + Quoted(record.entry.name) + " is not clear");
  }
  rest = rest.subspan(length);
  return record;
}

// Finds the data behind the entry's own header. limit: where the directory begins.
Status Locate(Bytes archive, uint64_t limit, Record& record) {
  const auto wrong = [&record](const std::string& what) {
    return Damaged("its entry " + Quoted(record.entry.name) + " " + what);
  };
  if (limit < kLocalBytes || record.begin > limit - kLocalBytes) return wrong("lies outside of it");
  const Bytes header = archive.subspan(static_cast<size_t>(record.begin), kLocalBytes);
  const size_t name = Read16(header, 26), extra = Read16(header, 28);
  const uint64_t begin = record.begin + kLocalBytes + name + extra;
  if (begin > limit || record.size > limit - begin) return wrong("is longer than the archive");
  record.end = begin + record.size;

  const auto at = static_cast<size_t>(record.begin) + kLocalBytes;
  bool same = Read32(header, 0) == kLocalMark && Read16(header, 6) == record.flags &&
              Read16(header, 8) == record.method && TextAt(archive, at, name) == record.entry.name;
  if (!(record.flags & kSizesFollow)) {
    same =
        same && Read32(header, 14) == record.entry.crc && Agrees(Read32(header, 18), record.size);
  }
  if (!same) return wrong("has another header than the directory says");
  record.entry.bytes =
      archive.subspan(static_cast<size_t>(begin), static_cast<size_t>(record.size));
  return {};
}

Status CheckNoOverlap(const std::vector<Record>& in_order) {
  for (size_t i = 1; i < in_order.size(); ++i) {
    if (in_order[i].begin >= in_order[i - 1].end) continue;
    return Damaged("its entries " + Quoted(in_order[i - 1].entry.name) + " and " +
                   Quoted(in_order[i].entry.name) + " overlap");
  }
  return {};
}

Status CheckNamesDiffer(const std::vector<ZipEntry>& entries) {
  std::vector<std::string_view> names;
  for (const ZipEntry& entry : entries) names.push_back(entry.name);
  std::ranges::sort(names);
  const auto twice = std::ranges::adjacent_find(names);
  if (twice == names.end()) return {};
  return Damaged("it has two entries of the name " + Quoted(*twice));
}

}  // namespace

bool BeginsAsZip(std::span<const uint8_t> beginning) {
  return beginning.size() >= 4 && Read32(beginning, 0) == kLocalMark;
}

Result<std::vector<ZipEntry>> ReadZip(std::span<const uint8_t> archive) {
  const Result<Directory> directory = FindDirectory(archive);
  if (!directory.ok()) return directory.error();
  Bytes rest =
      archive.subspan(static_cast<size_t>(directory->begin), static_cast<size_t>(directory->bytes));
  std::vector<Record> records;
  while (!rest.empty()) {
    Result<Record> record = TakeRecord(rest);
    if (!record.ok()) return record.error();
    const Status located = Locate(archive, directory->begin, *record);
    if (!located.ok()) return located.error();
    records.push_back(*record);
  }
  if (records.size() != directory->entries) {
    return Damaged("its directory has " + std::to_string(records.size()) + " entries where " +
                   std::to_string(directory->entries) + " were announced");
  }
  std::ranges::sort(records, {}, &Record::begin);
  if (const Status apart = CheckNoOverlap(records); !apart.ok()) return apart.error();
  std::vector<ZipEntry> entries;
  for (const Record& record : records) entries.push_back(record.entry);
  if (const Status differ = CheckNamesDiffer(entries); !differ.ok()) return differ.error();
  return entries;
}

Status CheckEntry(const ZipEntry& entry) {
  if (!entry.stored) {
    return Invalid("The entry " + Quoted(entry.name) +
                   " of this archive is compressed or encrypted, which torch.save never does: "
                   "unpack the archive, or download the original.");
  }
  if (Crc32(entry.bytes) == entry.crc) return {};
  return Damaged("the bytes of its entry " + Quoted(entry.name) +
                 " are not those that were written");
}

}  // namespace headlens
