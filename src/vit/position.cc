#include "vit/position.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "vit/kernels.h"

namespace headlens {
namespace {

constexpr int kTaps = 4;

// Which of the grid's lines make up a line of the photo's grid, and with what weight.
struct Taps {
  std::array<int, kTaps> index;
  std::array<float, kTaps> weight;
};

// The cubic convolution kernel at the distances 1 + t, t, 1 - t, 2 - t; Keys 1981, with a = -0.75.
std::array<float, kTaps> CubicWeights(double t) {
  constexpr double a = -0.75;
  const auto near = [](double x) { return ((a + 2) * x - (a + 3)) * x * x + 1; };
  const auto far = [](double x) { return ((a * x - 5 * a) * x + 8 * a) * x - 4 * a; };
  return {static_cast<float>(far(1 + t)), static_cast<float>(near(t)),
          static_cast<float>(near(1 - t)), static_cast<float>(far(2 - t))};
}

// `line` of `count`, over a grid of `grid_count`; lines beyond the border repeat it.
Taps TapsOf(int line, int count, int grid_count) {
  const double scale = (count + 0.1) / grid_count;
  const double source = (line + 0.5) / scale - 0.5;
  const double first = std::floor(source);
  Taps taps;
  taps.weight = CubicWeights(source - first);
  for (int i = 0; i < kTaps; ++i) {
    taps.index[i] = std::clamp(static_cast<int>(first) - 1 + i, 0, grid_count - 1);
  }
  return taps;
}

}  // namespace

void AddPositions(const PositionGrid& grid, int rows, int cols, float* tokens,
                  const ThreadPool& pool) {
  const Kernels& kernels = BestKernels();
  const size_t width = grid.width;
  if (rows == grid.rows && cols == grid.cols) {
    kernels.add_scaled(grid.values, 1.0f, size_t{1} * rows * cols * width, tokens);
    return;
  }
  ParallelFor(pool, rows, [&](size_t row) {
    const Taps down = TapsOf(static_cast<int>(row), rows, grid.rows);
    for (int col = 0; col < cols; ++col) {
      const Taps across = TapsOf(col, cols, grid.cols);
      float* const token = tokens + (row * cols + col) * width;
      for (int i = 0; i < kTaps; ++i) {
        const float* const line = grid.values + size_t{1} * down.index[i] * grid.cols * width;
        for (int j = 0; j < kTaps; ++j) {
          kernels.add_scaled(line + across.index[j] * width, down.weight[i] * across.weight[j],
                             width, token);
        }
      }
    }
  });
}

}  // namespace headlens
