#include "vit/attention.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "vit/kernels.h"

namespace headlens {
namespace {

constexpr int kQueryTile = 96;  // a multiple of kTileRows
constexpr int kKeyBlock = 256;  // a multiple of every panel_cols
static_assert(kQueryTile % kTileRows == 0);

// The keys and values of all heads in panels:
// keys (heads, key panels, head_size, panel_cols), values (heads, value panels, tokens,
// panel_cols).
class PackedHeads {
 public:
  PackedHeads(const HeadShape& shape, float* memory)
      : shape_(shape), keys_(memory), values_(memory + KeyFloats(shape)) {}

  static uint64_t Floats(const HeadShape& shape) { return KeyFloats(shape) + ValueFloats(shape); }

  void Pack(HeadRange range, const float* qkv, const ThreadPool& pool) {
    const int panels = PanelCount(shape_.tokens);
    ParallelFor(pool, size_t{1} * range.count * panels, [&](size_t task) {
      const int head = range.first + static_cast<int>(task) / panels;
      PackPanel(qkv, head, static_cast<int>(task) % panels);
    });
  }

  // Of the keys from `first` on (a multiple of panel_cols), `count` of them.
  Panels Keys(int head, int first, int count) const {
    const size_t panel = KeyPanelFloats(shape_);
    const size_t index = size_t{1} * head * PanelCount(shape_.tokens) + first / Cols();
    return {keys_ + index * panel, panel, CeilDiv(count, Cols())};
  }
  Panels Values(int head, int first) const {
    const size_t panel = ValuePanelFloats(shape_);
    const int panels = PanelCount(shape_.head_size);
    return {values_ + size_t{1} * head * panels * panel + size_t{1} * first * Cols(), panel,
            panels};
  }

 private:
  static int Cols() { return BestKernels().panel_cols; }
  static size_t KeyPanelFloats(const HeadShape& shape) {
    return size_t{1} * shape.head_size * Cols();
  }
  static size_t ValuePanelFloats(const HeadShape& shape) {
    return size_t{1} * shape.tokens * Cols();
  }
  static uint64_t KeyFloats(const HeadShape& shape) {
    return uint64_t{1} * KeyPanelFloats(shape) * shape.heads * PanelCount(shape.tokens);
  }
  static uint64_t ValueFloats(const HeadShape& shape) {
    return uint64_t{1} * ValuePanelFloats(shape) * shape.heads * PanelCount(shape.head_size);
  }

  void PackPanel(const float* qkv, int head, int panel) {
    const size_t width = shape_.width();
    const int first = panel * Cols();
    const int count = std::min(Cols(), shape_.tokens - first);
    const float* const keys = qkv + first * 3 * width + width + head * shape_.head_size;
    const Panels key_panel = Keys(head, first, count);
    const Panels value_panels = Values(head, first);
    PackKeyPanel({keys, 3 * width}, count, shape_.head_size, const_cast<float*>(key_panel.data));
    PackValueRows({keys + width, 3 * width}, count, shape_.head_size, value_panels.stride,
                  const_cast<float*>(value_panels.data));
  }

  HeadShape shape_;
  float* keys_;
  float* values_;
};

// One thread's work memory for one tile of queries.
struct Tile {
  Tile(int head_size, int value_cols, float* memory)
      : out_cols(value_cols),
        queries(memory),
        scores(queries + kQueryTile * head_size),
        out(scores + kQueryTile * kKeyBlock),
        running{out + kQueryTile * value_cols, out + kQueryTile * (value_cols + 1)} {}

  static size_t Floats(int head_size, int value_cols) {
    return size_t{kQueryTile} * (head_size + kKeyBlock + value_cols + 2);
  }

  int out_cols;            // head_size, padded to whole panels
  float* queries;          // (kQueryTile, head_size), scaled by 1 / sqrt(head_size)
  float* scores;           // (kQueryTile, kKeyBlock)
  float* out;              // (kQueryTile, out_cols), not yet divided by the sum
  RunningSoftmax running;  // (kQueryTile) each
};

int ValueCols(const HeadShape& shape) {
  return PanelCount(shape.head_size) * BestKernels().panel_cols;
}

// Rows of the tile beyond `count` are zero: what they compute is left alone.
void StartTile(Rows queries, int count, int rows, int head_size, Tile& tile) {
  const float scale = 1.0f / std::sqrt(static_cast<float>(head_size));
  std::fill_n(tile.queries, rows * head_size, 0.0f);
  for (int i = 0; i < count; ++i) {
    for (int k = 0; k < head_size; ++k) tile.queries[i * head_size + k] = scale * queries[i][k];
  }
  std::fill_n(tile.out, rows * tile.out_cols, 0.0f);
  std::fill_n(tile.running.largest, rows, std::numeric_limits<float>::lowest());
  std::fill_n(tile.running.sum, rows, 0.0f);
}

void AttendTile(const HeadShape& shape, const PackedHeads& packed, int head, int rows, Tile& tile) {
  const Kernels& kernels = BestKernels();
  for (int first = 0; first < shape.tokens; first += kKeyBlock) {
    const int keys = std::min(kKeyBlock, shape.tokens - first);
    kernels.multiply(tile.queries, shape.head_size, rows, shape.head_size,
                     packed.Keys(head, first, keys), tile.scores, kKeyBlock);
    kernels.running_softmax(tile.scores, kKeyBlock, rows, keys, tile.running, tile.out,
                            tile.out_cols);
    kernels.multiply_add(tile.scores, kKeyBlock, rows, keys, packed.Values(head, first), tile.out,
                         tile.out_cols);
  }
}

void FinishTile(const Tile& tile, int count, int head_size, size_t stride, float* out) {
  for (int i = 0; i < count; ++i) {
    const float scale = 1.0f / tile.running.sum[i];
    for (int k = 0; k < head_size; ++k)
      out[i * stride + k] = scale * tile.out[i * tile.out_cols + k];
  }
}

}  // namespace

uint64_t AttentionScratch(const HeadShape& shape, int threads) {
  return PackedHeads::Floats(shape) + threads * Tile::Floats(shape.head_size, ValueCols(shape));
}

void Attend(const HeadShape& shape, HeadRange range, const float* qkv, float* scratch, float* out,
            const ThreadPool& pool) {
  PackedHeads packed(shape, scratch);
  packed.Pack(range, qkv, pool);

  float* const tiles = scratch + PackedHeads::Floats(shape);
  const int value_cols = ValueCols(shape);
  const size_t width = shape.width();
  const int tiles_per_head = CeilDiv(shape.tokens, kQueryTile);
  const auto attend = [&](size_t thread, size_t task) {
    const int head = range.first + static_cast<int>(task) / tiles_per_head;
    const int first = static_cast<int>(task) % tiles_per_head * kQueryTile;
    const int count = std::min(kQueryTile, shape.tokens - first);
    const int rows = CeilDiv(count, kTileRows) * kTileRows;
    const size_t column = size_t{1} * head * shape.head_size;

    Tile tile(shape.head_size, value_cols,
              tiles + thread * Tile::Floats(shape.head_size, value_cols));
    StartTile({qkv + first * 3 * width + column, 3 * width}, count, rows, shape.head_size, tile);
    AttendTile(shape, packed, head, rows, tile);
    FinishTile(tile, count, shape.head_size, width, out + first * width + column);
  };
  ParallelForWithThread(pool, size_t{1} * range.count * tiles_per_head, attend);
}

void AttentionRow(const float* query, Rows keys, int tokens, int head_size, float* weights) {
  const Kernels& kernels = BestKernels();
  const float scale = 1.0f / std::sqrt(static_cast<float>(head_size));
  kernels.dot_rows(query, keys.data, keys.stride, tokens, head_size, scale, weights);
  kernels.softmax_rows(weights, tokens, /*rows=*/1, tokens);
}

}  // namespace headlens
