// The entries of a zip archive, as its central directory lists them. Stored entries only, which is
// all that torch.save writes. https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3
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
  uint32_t crc = 0;  // that the bytes should have
};

bool BeginsAsZip(std::span<const uint8_t> beginning);

// Trusts nothing: every offset and size is checked, each entry's own header must say what the
// directory says, and no entry may overlap another or have another's name. The order is that of
// the data.
Result<std::vector<ZipEntry>> ReadZip(std::span<const uint8_t> archive);

// Whether an entry's bytes are those that were written.
Status CheckCrc(const ZipEntry& entry);

}  // namespace headlens

#endif  // HEADLENS_CHECKPOINT_ZIP_H_
