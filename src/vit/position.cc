#include "vit/position.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "vit/kernels.h"

namespace headlens {
namespace {

// Which of the grid's lines make up a line of the photo's grid, and with what weight.
struct Tap {
  int line;
  float weight;
};
using Taps = std::vector<Tap>;

// The cubic convolution kernel; Keys 1981.
double Cubic(double distance, double a) {
  const double x = std::abs(distance);
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  if (x < 2) return ((a * x - 5 * a) * x + 8 * a) * x - 4 * a;
  return 0;
}

// Around the place `source` in a grid of `count` lines; lines beyond the border repeat it.
Taps FourTaps(double source, int count) {
  const int first = static_cast<int>(std::floor(source)) - 1;
  Taps taps;
  for (int line = first; line < first + 4; ++line) {
    const double weight = Cubic(source - line, -0.75);
    taps.push_back({std::clamp(line, 0, count - 1), static_cast<float>(weight)});
  }
  return taps;
}

// The same with a kernel `stretch` times as wide; there are no lines beyond the border, and the
// weights of the others make up for them. _compute_indices_weights_aa in PyTorch's
// UpSampleKernel.cpp.
Taps WideTaps(double source, double stretch, int count) {
  const int first = std::max(static_cast<int>(std::ceil(source - 2 * stretch)), 0);
  const int last = std::min(static_cast<int>(std::floor(source + 2 * stretch)), count - 1);
  Taps taps;
  double sum = 0;
  for (int line = first; line <= last; ++line) {
    const double weight = Cubic((source - line) / stretch, -0.5);
    taps.push_back({line, static_cast<float>(weight)});
    sum += weight;
  }
  for (Tap& tap : taps) tap.weight = static_cast<float>(tap.weight / sum);
  return taps;
}

// Of each of `count` lines, over a grid of `grid_count`.
std::vector<Taps> TapsOf(PositionRule rule, int count, int grid_count) {
  constexpr double kDinoOffset = 0.1;
  const double step = grid_count / (count + (rule == PositionRule::kDino ? kDinoOffset : 0));
  std::vector<Taps> lines;
  for (int line = 0; line < count; ++line) {
    const double source = (line + 0.5) * step - 0.5;
    lines.push_back(rule == PositionRule::kAntialias
                        ? WideTaps(source, std::max(step, 1.0), grid_count)
                        : FourTaps(source, grid_count));
  }
  return lines;
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
  const std::vector<Taps> down = TapsOf(rule, rows, grid.rows);
  const std::vector<Taps> across = TapsOf(rule, cols, grid.cols);
  ParallelFor(pool, rows, [&](size_t row) {
    for (int col = 0; col < cols; ++col) {
      float* const token = tokens + (row * cols + col) * width;
      for (const Tap& y : down[row]) {
        const float* const line = grid.values + size_t{1} * y.line * grid.cols * width;
        for (const Tap& x : across[col]) {
          kernels.add_scaled(line + x.line * width, y.weight * x.weight, width, token);
        }
      }
    }
  });
}

}  // namespace headlens
