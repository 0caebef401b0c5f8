#include "vit/integer_linear.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numeric>

#include "vit/kernels.h"
#include "vit/panels.h"

namespace headlens {
namespace {

constexpr int kRowTile = 24;
static_assert(kRowTile % kTileRows == 0);

// A tile's quantised rows and their steps.
size_t TileWords(int groups) {
  return size_t{kRowTile} * (groups + sizeof(RowSteps) / sizeof(uint32_t));
}

// What magnitudes of a row of weights come to at most: see LinearKernels.
struct Sums {
  int pair = 0;
  int chunk = 0;
};

Sums LargestSums(const std::vector<int8_t>& row, const LinearKernels& kernels) {
  const size_t factors = size_t{1} * kernels.group * kernels.chunk;
  const size_t lanes = kernels.group / 2;
  Sums largest;
  for (size_t first = 0; first < row.size(); first += factors) {
    int chunk[2] = {};
    for (size_t i = first; i < std::min(first + factors, row.size()); i += 2) {
      const int a = int{row[i]}, b = i + 1 < row.size() ? int{row[i + 1]} : 0;
      const int apart = std::abs(a) + std::abs(b);
      largest.pair = std::max({largest.pair, std::abs(a + b), std::abs(a), std::abs(b)});
      chunk[i / 2 % lanes] += apart;
    }
    largest.chunk = std::max({largest.chunk, chunk[0], chunk[1]});
  }
  return largest;
}

// Rounds a row more coarsely until its sums fit; returns how many of the old steps are in a new.
float Coarsen(std::vector<int8_t>& row, const LinearKernels& kernels) {
  const std::vector<int8_t> fine = row;
  float factor = 1.0f;
  for (;;) {
    const Sums sums = LargestSums(row, kernels);
    const float too_much = std::max(1.0f * sums.pair / kernels.most_in_pair,
                                    1.0f * sums.chunk / kernels.most_in_chunk);
    if (too_much <= 1.0f) return 1.0f / factor;
    factor /= std::max(too_much, 1.005f);
    for (size_t i = 0; i < row.size(); ++i) {
      row[i] = static_cast<int8_t>(std::nearbyint(fine[i] * factor));
    }
  }
}

}  // namespace

IntegerLinear::IntegerLinear(const Int8Matrix& weights, std::span<const float> bias,
                             const LinearKernels& kernels)
    : kernels_(&kernels), inputs_(weights.cols), outputs_(weights.rows) {
  const int cols = BestKernels().panel_cols;
  const size_t panel = size_t{1} * PanelRows(inputs_, kernels) * cols;
  const size_t panels = PanelCount(outputs_);
  panels_.resize(panels * panel);
  scale_.assign(panels * cols, 0.0f);
  sum_.assign(panels * cols, 0.0f);
  bias_.assign(panels * cols, 0.0f);
  std::copy(bias.begin(), bias.end(), bias_.begin());
  std::vector<int8_t> row(inputs_);
  for (int output = 0; output < outputs_; ++output) {
    std::copy_n(weights.values.data() + size_t{1} * output * inputs_, inputs_, row.begin());
    scale_[output] = weights.scale[output] * Coarsen(row, kernels);
    sum_[output] = scale_[output] * std::accumulate(row.begin(), row.end(), 0);
    kernels.pack_weights(row.data(), inputs_,
                         panels_.data() + output / cols * panel + output % cols);
  }
}

uint64_t IntegerLinear::WeightBytes(uint64_t weights, const LinearKernels& kernels) {
  const uint64_t rows = weights / kernels.group;
  return sizeof(uint32_t) * (rows + rows / kernels.chunk * kernels.start_rows);
}

// Groups of 12 bits are the wider.
size_t IntegerLinear::Scratch(size_t inputs, int threads) {
  return threads * TileWords(GroupCount(static_cast<int>(inputs), BestKernels().exact_linear));
}

// finish(outputs, count) once for each tile's outputs.
template <typename Finish>
void IntegerLinear::RunTiles(const float* in, size_t rows, uint32_t* scratch, float* out,
                             const ThreadPool& pool, const Finish& finish) const {
  const int groups = GroupCount(inputs_, *kernels_);
  ParallelForWithThread(pool, (rows + kRowTile - 1) / kRowTile, [&](size_t thread, size_t task) {
    uint32_t* const quantised = scratch + thread * TileWords(groups);
    RowSteps* const steps = reinterpret_cast<RowSteps*>(quantised + kRowTile * groups);
    const size_t first = task * kRowTile;
    const int count = static_cast<int>(std::min<size_t>(kRowTile, rows - first));
    for (int i = 0; i < count; ++i) {
      steps[i] =
          kernels_->quantise_row(in + (first + i) * inputs_, inputs_, quantised + i * groups);
    }
    const int padded = (count + kTileRows - 1) / kTileRows * kTileRows;
    std::fill(quantised + count * groups, quantised + padded * groups, 0);
    kernels_->outputs({.a = quantised,
                       .a_stride = static_cast<size_t>(groups),
                       .rows = count,
                       .cols = outputs_,
                       .groups = groups,
                       .b = {panels_.data(),
                             size_t{1} * PanelRows(inputs_, *kernels_) * BestKernels().panel_cols}},
                      steps, scale_.data(), sum_.data(), bias_.data(), out + first * outputs_,
                      outputs_);
    finish(out + first * outputs_, size_t{1} * count * outputs_);
  });
}

void IntegerLinear::Run(const float* in, size_t rows, uint32_t* scratch, float* out,
                        const ThreadPool& pool) const {
  RunTiles(in, rows, scratch, out, pool, [](float*, size_t) {});
}

void IntegerLinear::RunThenGelu(const float* in, size_t rows, uint32_t* scratch, float* out,
                                const ThreadPool& pool) const {
  RunTiles(in, rows, scratch, out, pool, BestKernels().gelu);
}

size_t IntegerLinear::bytes() const {
  return panels_.size() * sizeof(uint32_t) + 3 * scale_.size() * sizeof(float);
}

}  // namespace headlens
