// The entries of a zip archive, as its central directory lists them. Only stored ones can be read,
// as all are that torch.save writes.
// https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3
#ifndef HEADLENS_CHECKPOINT_ZIP_H_
#define HEADLENS_CHECKPOINT_ZIP_H_

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace headlens {

// Both views point into the archive.
struct ZipEntry {
  std::string_view name;
  std::span<const uint8_t> bytes;
  uint32_t crc = 0;    // that the bytes should have
  bool stored = true;  // else compressed or encrypted
};

bool BeginsAsZip(std::span<const uint8_t> beginning);

// Trusts nothing: every offset and size is checked, each entry's own header must say what the
// directory says, and no entry may overlap another or have another's name. The order is that of
// the data.
Result<std::vector<ZipEntry>> ReadZip(std::span<const uint8_t> archive);

// Whether an entry is stored, and its bytes are those that were written.
Status CheckEntry(const ZipEntry& entry);

}  // namespace headlens

#endif  // HEADLENS_CHECKPOINT_ZIP_H_
