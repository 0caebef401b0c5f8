#include "engine/memory.h"

#include <algorithm>
#include <string>

namespace headlens {
namespace {

std::string Megabytes(uint64_t bytes) {
  return std::to_string((bytes + 999'999) / 1'000'000) + " MB";
}

// The largest short side, in whole patches, at which a photo of this shape fits; 0 if none does.
int LargestSize(const Vit& vit, const Placement& wanted, uint64_t available) {
  const int patch = vit.config().patch;
  int size = std::min(wanted.resized_height, wanted.resized_width) / patch * patch;
  for (; size > 0; size -= patch) {
    const Result<Placement> placement =
        PlacePhoto(wanted.resized_height, wanted.resized_width, {.short_side = size}, patch);
    if (placement.ok() && vit.WorkBytes(placement->height, placement->width) <= available) {
      return size;
    }
  }
  return 0;
}

}  // namespace

Status CheckPassFits(const Vit& vit, const Placement& placement, uint64_t available) {
  const uint64_t needed = vit.WorkBytes(placement.height, placement.width);
  if (needed <= available) return {};
  const std::string problem =
      std::to_string(placement.height) + " x " + std::to_string(placement.width) + " pixels need " +
      Megabytes(needed) + " of memory, but only " + Megabytes(available) + " can be had: ";
  const int size = LargestSize(vit, placement, available);
  if (size == 0) return NoMemory(problem + "choose a smaller model.");
  return NoMemory(problem + "choose a size of at most " + std::to_string(size) + ".");
}

}  // namespace headlens
