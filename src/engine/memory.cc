#include "engine/memory.h"

#include <algorithm>
#include <cstdint>
#include <string>

namespace headlens {
namespace {

std::string Megabytes(size_t bytes) {
  return std::to_string((bytes + 999'999) / 1'000'000) + " MB";
}

size_t PassBytes(const VitConfig& config, const Placement& placement) {
  return PassBytes(config, placement.height / config.patch, placement.width / config.patch);
}

// The largest short side, in whole patches, at which a photo of this shape fits; 0 if none does.
int LargestSize(const VitConfig& config, const Placement& wanted, size_t available) {
  int size = std::min(wanted.resized_height, wanted.resized_width) / config.patch * config.patch;
  for (; size > 0; size -= config.patch) {
    const Result<Placement> placement =
        PlacePhoto(wanted.resized_height, wanted.resized_width, {.short_side = size}, config.patch);
    if (placement.ok() && PassBytes(config, *placement) <= available) return size;
  }
  return 0;
}

}  // namespace

size_t PassBytes(const VitConfig& config, int rows, int cols) {
  const size_t patches = size_t{1} * rows * cols;
  const size_t tokens = config.prefix_tokens() + patches;
  const size_t width = config.width;
  // Per token in f32: residual, normed, qkv (3), attention out; the MLP's hidden channels, once in
  // f32 and once in int8.
  const size_t activations = tokens * (sizeof(float) * (6 * width + config.mlp) + config.mlp);
  const size_t kept_qk = tokens * config.depth * 2 * width * sizeof(uint16_t);
  const size_t maps = tokens * config.depth * config.heads * sizeof(float);
  return activations + kept_qk + maps;
}

Status CheckPassFits(const VitConfig& config, const Placement& placement, size_t available) {
  const size_t needed = PassBytes(config, placement);
  if (needed <= available) return {};
  const int size = LargestSize(config, placement, available);
  const std::string problem =
      std::to_string(placement.height) + " x " + std::to_string(placement.width) + " pixels need " +
      Megabytes(needed) + " of memory, but only " + Megabytes(available) + " can be had: ";
  if (size == 0) return NoMemory(problem + "choose a smaller model.");
  return NoMemory(problem + "choose a size of at most " + std::to_string(size) + ".");
}

}  // namespace headlens
