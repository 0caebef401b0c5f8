#include "vit/patches.h"

#include <algorithm>

namespace headlens {

void CutPatches(const float* pixels, int height, int width, int patch, float* out,
                const ThreadPool& pool) {
  const size_t rows = height / patch;
  const size_t cols = width / patch;
  const size_t patch_size = size_t{3} * patch * patch;
  ParallelFor(pool, rows, [&](size_t row) {
    float* const first = out + row * cols * patch_size;
    for (int channel = 0; channel < 3; ++channel) {
      for (int y = 0; y < patch; ++y) {
        const float* const line =
            pixels + (size_t{1} * channel * height + row * patch + y) * static_cast<size_t>(width);
        float* to = first + (channel * patch + y) * patch;
        for (size_t col = 0; col < cols; ++col, to += patch_size) {
          std::copy_n(line + col * patch, patch, to);
        }
      }
    }
  });
}

}  // namespace headlens
