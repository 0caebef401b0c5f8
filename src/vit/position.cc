#include "vit/position.h"

#include <algorithm>
#include <cmath>

#include "vit/kernels.h"

namespace headlens {
namespace {

// The cubic convolution kernel; Keys 1981.
double Cubic(double distance, double a) {
  const double x = std::abs(distance);
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  if (x < 2) return ((a * x - 5 * a) * x + 8 * a) * x - 4 * a;
  return 0;
}

// The lines of a grid that make up a line of the photo's, `first` to `last`, with their weights.
struct Taps {
  double source;   // where that line lies in the grid
  double stretch;  // how many times as wide the kernel is
  double a;
  int first;
  int last;
  double sum;

  float Weight(int line) const {
    return static_cast<float>(Cubic((source - line) / stretch, a) / sum);
  }
};

// Lines beyond the border repeat it: `line` may be one of them.
Taps FourTaps(double source) {
  const int first = static_cast<int>(std::floor(source)) - 1;
  return {source, 1, -0.75, first, first + 3, 1};
}

// There are no lines beyond the border, and the weights of the others make up for them.
// _compute_indices_weights_aa in PyTorch's UpSampleKernel.cpp.
Taps WideTaps(double source, double stretch, int grid_count) {
  const int first = std::max(static_cast<int>(std::ceil(source - 2 * stretch)), 0);
  const int last = std::min(static_cast<int>(std::floor(source + 2 * stretch)), grid_count - 1);
  Taps taps = {source, stretch, -0.5, first, last, 1};
  double sum = 0;
  for (int line = first; line <= last; ++line) sum += taps.Weight(line);
  taps.sum = sum;
  return taps;
}

// Of one of `count` lines, over a grid of `grid_count`.
Taps TapsOf(PositionRule rule, int line, int count, int grid_count) {
  constexpr double kDinoOffset = 0.1;
  const double step = grid_count / (count + (rule == PositionRule::kDino ? kDinoOffset : 0));
  const double source = (line + 0.5) * step - 0.5;
  if (rule != PositionRule::kAntialias) return FourTaps(source);
  return WideTaps(source, std::max(step, 1.0), grid_count);
}

}  // namespace

void AddPositions(const PositionGrid& grid, PositionRule rule, int rows, int cols, float* tokens,
                  const ThreadPool& pool) {
  const Kernels& kernels = BestKernels();
  const size_t width = grid.width;
  if (rows == grid.rows && cols == grid.cols) {
    kernels.add_scaled(grid.values, 1.0f, size_t{1} * rows * cols * width, tokens);
    return;
  }
  ParallelFor(pool, rows, [&](size_t row) {
    const Taps down = TapsOf(rule, static_cast<int>(row), rows, grid.rows);
    for (int col = 0; col < cols; ++col) {
      const Taps across = TapsOf(rule, col, cols, grid.cols);
      float* const token = tokens + (row * cols + col) * width;
      for (int i = down.first; i <= down.last; ++i) {
        const size_t y = std::clamp(i, 0, grid.rows - 1);
        for (int j = across.first; j <= across.last; ++j) {
          const size_t x = std::clamp(j, 0, grid.cols - 1);
          kernels.add_scaled(grid.values + (y * grid.cols + x) * width,
                             down.Weight(i) * across.Weight(j), width, token);
        }
      }
    }
  });
}

}  // namespace headlens
