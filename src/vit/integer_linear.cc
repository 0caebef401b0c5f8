#include "vit/integer_linear.h"

#include <algorithm>

#include "vit/kernels.h"
#include "vit/panels.h"

namespace headlens {
namespace {

constexpr int kRowTile = 24;
static_assert(kRowTile % kTileRows == 0);

const IntegerKernels& Words() { return BestKernels().words; }

int GroupsOf(int inputs) { return GroupCount(inputs, Words()); }

// A tile's quantised rows and their steps.
size_t TileWords(int inputs) { return size_t{kRowTile} * (GroupsOf(inputs) + 1); }

}  // namespace

IntegerLinear::IntegerLinear(const Int8Matrix& weights, std::span<const float> bias)
    : inputs_(weights.cols), outputs_(weights.rows) {
  const int cols = BestKernels().panel_cols;
  const int groups = GroupsOf(inputs_);
  const int group = Words().group;
  const size_t padded = size_t{1} * PanelCount(outputs_) * cols;
  panels_.resize(padded * groups);
  scale_.assign(padded, 0.0f);
  bias_.assign(padded, 0.0f);
  std::copy(weights.scale.begin(), weights.scale.end(), scale_.begin());
  std::copy(bias.begin(), bias.end(), bias_.begin());
  for (int output = 0; output < outputs_; ++output) {
    const int8_t* const row = weights.values.data() + size_t{1} * output * inputs_;
    uint32_t* const column =
        panels_.data() + size_t{1} * (output / cols) * groups * cols + output % cols;
    for (int i = 0; i < inputs_; ++i) {
      const uint32_t factor = static_cast<uint16_t>(row[i]);
      column[size_t{1} * (i / group) * cols] |= factor << (16 * (i % group));
    }
  }
}

size_t IntegerLinear::Scratch(size_t inputs, int threads) {
  return threads * TileWords(static_cast<int>(inputs));
}

// finish(outputs, count) once for each tile's outputs.
template <typename Finish>
void IntegerLinear::RunTiles(const float* in, size_t rows, uint32_t* scratch, float* out,
                             const ThreadPool& pool, const Finish& finish) const {
  const int groups = GroupsOf(inputs_);
  ParallelForWithThread(pool, (rows + kRowTile - 1) / kRowTile, [&](size_t thread, size_t task) {
    uint32_t* const quantised = scratch + thread * TileWords(inputs_);
    float* const steps = reinterpret_cast<float*>(quantised + kRowTile * groups);
    const size_t first = task * kRowTile;
    const int count = static_cast<int>(std::min<size_t>(kRowTile, rows - first));
    for (int i = 0; i < count; ++i) {
      steps[i] = Words().quantise_row(in + (first + i) * inputs_, inputs_, quantised + i * groups);
    }
    const int padded = (count + kTileRows - 1) / kTileRows * kTileRows;
    std::fill(quantised + count * groups, quantised + padded * groups, 0);
    Words().outputs({.a = quantised,
                     .a_stride = static_cast<size_t>(groups),
                     .rows = count,
                     .cols = outputs_,
                     .groups = groups,
                     .b = {panels_.data(), size_t{1} * groups * BestKernels().panel_cols}},
                    steps, scale_.data(), bias_.data(), out + first * outputs_, outputs_);
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
  return panels_.size() * sizeof(uint32_t) + 2 * scale_.size() * sizeof(float);
}

}  // namespace headlens
