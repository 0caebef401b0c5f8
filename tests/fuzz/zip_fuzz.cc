// Arbitrary bytes as a zip archive: it is refused, or its entries lie apart inside it.
#include <cstdint>
#include <cstdlib>
#include <span>

#include "checkpoint/zip.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::span<const uint8_t> archive(data, size);
  const auto entries = headlens::ReadZip(archive);
  if (!entries.ok()) return entries.error().message.ends_with('.') ? 0 : (std::abort(), 0);
  const uint8_t* end = data;
  for (const headlens::ZipEntry& entry : *entries) {
    if (entry.bytes.data() < end || entry.bytes.size() > size) std::abort();
    end = entry.bytes.data() + entry.bytes.size();
    if (end > data + size) std::abort();
    (void)headlens::CheckEntry(entry).ok();
  }
  return 0;
}
