#include "vit/attention_int8.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "vit/kernels.h"
#include "vit/panels.h"

namespace headlens {
namespace {

// A tile's scores and weights fit into the first-level cache.
constexpr int kQueryTile = 8 * kTileRows;
constexpr int kKeyBlock = 256;
static_assert(kQueryTile % 16 == 0);

// Cuts one piece of memory after the other.
class Cutter {
 public:
  explicit Cutter(float* memory) : next_(memory) {}
  template <typename T>
  T* Cut(uint64_t count) {
    static_assert(sizeof(T) == sizeof(float));
    T* const piece = reinterpret_cast<T*>(next_);
    next_ += count;
    return piece;
  }

 private:
  float* next_;
};

// How the packed keys and values of one head are laid out, in 32-bit words.
struct Layout {
  Layout(const HeadShape& shape, const IntegerKernels& integers)
      : kernels(integers),
        tokens(shape.tokens),
        size(shape.head_size),
        cols(BestKernels().panel_cols),
        size_groups(GroupCount(shape.head_size, integers)),
        key_rows(PanelRows(shape.head_size, integers)),
        block_groups(GroupCount(kKeyBlock, integers)),
        value_rows(PanelRows(kKeyBlock, integers)),
        key_panels(PanelCount(shape.tokens)),
        value_panels(PanelCount(shape.head_size)),
        blocks(CeilDiv(shape.tokens, kKeyBlock)) {}

  int value_cols() const { return value_panels * cols; }
  uint64_t key_words() const { return uint64_t{1} * key_panels * key_rows * cols; }
  // Each block's values are panels of their own.
  size_t value_panel_words() const { return size_t{1} * value_rows * cols; }
  uint64_t block_words() const { return value_panels * value_panel_words(); }
  uint64_t head_words() const {
    return key_words() + uint64_t{1} * key_panels * cols + blocks * block_words() +
           2 * uint64_t{1} * blocks * value_cols() + 2 * uint64_t{1} * size;
  }

  const IntegerKernels& kernels;
  int tokens, size, cols;
  int size_groups, key_rows;     // of a key, and of a panel of keys
  int block_groups, value_rows;  // of a block of weights, and of a panel of its values
  int key_panels, value_panels, blocks;
};

// One head's keys and values.
struct PackedHead {
  PackedHead(const Layout& layout, float* memory) {
    Cutter cutter(memory);
    keys = cutter.Cut<uint32_t>(layout.key_words());
    key_scale = cutter.Cut<float>(uint64_t{1} * layout.key_panels * layout.cols);
    values = cutter.Cut<uint32_t>(layout.blocks * layout.block_words());
    value_steps = cutter.Cut<float>(uint64_t{1} * layout.blocks * layout.value_cols());
    value_starts = cutter.Cut<float>(uint64_t{1} * layout.blocks * layout.value_cols());
    key_mean = cutter.Cut<float>(layout.size);
    value_mean = cutter.Cut<float>(layout.size);
  }

  uint32_t* keys;       // panels of (size, tokens)
  float* key_scale;     // (tokens)
  uint32_t* values;     // for each block, panels of (keys, size)
  float* value_steps;   // (blocks, value_cols)
  float* value_starts;  // likewise
  float* key_mean;      // (size)
  float* value_mean;    // (size)
};

// mean (size) of rows (tokens, size).
void MeanOfRows(Rows rows, int tokens, int size, float* mean) {
  std::fill_n(mean, size, 0.0f);
  for (int token = 0; token < tokens; ++token) {
    BestKernels().add_scaled(rows[token], 1.0f / static_cast<float>(tokens), size, mean);
  }
}

void PackKeys(const Layout& layout, Rows keys, int block, const PackedHead& head) {
  const int end = std::min(layout.key_panels * layout.cols, (block + 1) * kKeyBlock);
  for (int token = block * kKeyBlock; token < end; ++token) {
    uint32_t* const column = head.keys +
                             size_t{1} * (token / layout.cols) * layout.key_rows * layout.cols +
                             token % layout.cols;
    const float* const key = token < layout.tokens ? keys[token] : head.key_mean;
    head.key_scale[token] = layout.kernels.pack_key(key, head.key_mean, layout.size, column);
  }
}

void PackValues(const Layout& layout, Rows values, int block, const PackedHead& head) {
  const int first = block * kKeyBlock;
  layout.kernels.pack_values(
      values[first], values.stride, std::min(kKeyBlock, layout.tokens - first), head.value_mean,
      layout.size, head.values + block * layout.block_words(), layout.value_panel_words(),
      head.value_steps + size_t{1} * block * layout.value_cols(),
      head.value_starts + size_t{1} * block * layout.value_cols());
}

// One thread's work memory for one tile of queries.
struct Tile {
  Tile(const Layout& layout, float* memory) {
    Cutter cutter(memory);
    queries = cutter.Cut<uint32_t>(kQueryTile * layout.size_groups);
    octaves = cutter.Cut<float>(kQueryTile);
    scores = cutter.Cut<float>(kQueryTile * kKeyBlock);
    weights = cutter.Cut<uint32_t>(kQueryTile * layout.block_groups);
    out = cutter.Cut<float>(kQueryTile * layout.value_cols());
    block = {cutter.Cut<float>(kQueryTile), cutter.Cut<float>(kQueryTile)};
    running = {cutter.Cut<float>(kQueryTile), cutter.Cut<float>(kQueryTile)};
    shrink = cutter.Cut<float>(kQueryTile);
    block_scale = cutter.Cut<float>(kQueryTile);
  }
  static uint64_t Words(const Layout& layout) {
    return uint64_t{kQueryTile} *
           (layout.size_groups + kKeyBlock + layout.block_groups + layout.value_cols() + 7);
  }

  uint32_t* queries;   // (kQueryTile, size_groups)
  float* octaves;      // (kQueryTile): of a score's unit; log2(e) / sqrt(size) included
  float* scores;       // (kQueryTile, kKeyBlock)
  uint32_t* weights;   // (kQueryTile, block_groups)
  float* out;          // (kQueryTile, value_cols), not yet divided by the sum
  BlockSoftmax block;  // (kQueryTile) each
  BlockSoftmax running;
  float* shrink;       // (kQueryTile)
  float* block_scale;  // (kQueryTile)
};

// Rows of the tile beyond `count` are those of the last query: what they compute is left alone.
void StartTile(const Layout& layout, Rows queries, int count, Tile& tile) {
  const float scale = 1.44269504f / std::sqrt(static_cast<float>(layout.size));
  for (int i = 0; i < kQueryTile; ++i) {
    tile.octaves[i] =
        scale * layout.kernels.quantise_row(queries[std::min(i, count - 1)], layout.size,
                                            tile.queries + i * layout.size_groups);
  }
  std::fill_n(tile.out, kQueryTile * layout.value_cols(), 0.0f);
  std::fill_n(tile.running.largest, kQueryTile, std::numeric_limits<float>::lowest());
  std::fill_n(tile.running.sum, kQueryTile, 0.0f);
}

void ScaleRows(const float* factors, int cols, float* rows) {
  for (int i = 0; i < kQueryTile; ++i, rows += cols) {
    if (factors[i] == 1.0f) continue;
    for (int c = 0; c < cols; ++c) rows[c] *= factors[i];
  }
}

void AttendBlock(const Layout& layout, const PackedHead& head, int block, Tile& tile) {
  const int first = block * kKeyBlock;
  const int keys = std::min(kKeyBlock, layout.tokens - first);
  const IntegerKernels& kernels = layout.kernels;
  const size_t key_panel = size_t{1} * layout.key_rows * layout.cols;
  const size_t values = size_t{1} * block * layout.value_cols();
  kernels.scores({.a = tile.queries,
                  .a_stride = static_cast<size_t>(layout.size_groups),
                  .rows = kQueryTile,
                  .cols = keys,
                  .groups = layout.size_groups,
                  .b = {head.keys + first / layout.cols * key_panel, key_panel}},
                 head.key_scale + first, tile.scores, kKeyBlock);
  kernels.weigh(tile.scores, kKeyBlock, tile.octaves, kQueryTile, keys, tile.weights,
                layout.block_groups, tile.block);
  kernels.join(kQueryTile, tile.block, tile.running, tile.shrink, tile.block_scale);
  ScaleRows(tile.shrink, layout.value_cols(), tile.out);
  kernels.add({.a = tile.weights,
               .a_stride = static_cast<size_t>(layout.block_groups),
               .rows = kQueryTile,
               .cols = layout.size,
               .groups = GroupCount(keys, kernels),
               .b = {head.values + block * layout.block_words(), layout.value_panel_words()}},
              tile.block_scale, head.value_steps + values, head.value_starts + values, tile.out,
              layout.value_cols());
}

void FinishTile(const Layout& layout, const PackedHead& head, const Tile& tile, int count,
                size_t stride, float* out) {
  for (int i = 0; i < count; ++i, out += stride) {
    const float scale = 1.0f / tile.running.sum[i];
    for (int k = 0; k < layout.size; ++k) {
      out[k] = scale * tile.out[i * layout.value_cols() + k] + head.value_mean[k];
    }
  }
}

}  // namespace

uint64_t AttentionInt8Scratch(const HeadShape& shape, const IntegerKernels& kernels, int threads) {
  const Layout layout(shape, kernels);
  return shape.heads * layout.head_words() + threads * Tile::Words(layout);
}

void AttendInt8(const HeadShape& shape, HeadRange range, const IntegerKernels& kernels,
                const float* qkv, float* scratch, float* out, const ThreadPool& pool) {
  const Layout layout(shape, kernels);
  const size_t width = shape.width();
  const auto head_at = [&](int head) {
    return PackedHead(layout, scratch + head * layout.head_words());
  };
  // part: 0 queries, 1 keys, 2 values.
  const auto rows_of = [&](int part, int head) {
    return Rows{qkv + part * width + size_t{1} * head * shape.head_size, 3 * width};
  };

  ParallelFor(pool, 2 * range.count, [&](size_t task) {
    const int head = range.first + static_cast<int>(task) / 2;
    const int part = static_cast<int>(task) % 2;
    const PackedHead packed = head_at(head);
    MeanOfRows(rows_of(1 + part, head), layout.tokens, layout.size,
               part == 0 ? packed.key_mean : packed.value_mean);
  });
  ParallelFor(pool, size_t{1} * range.count * layout.blocks, [&](size_t task) {
    const int head = range.first + static_cast<int>(task) / layout.blocks;
    const int block = static_cast<int>(task) % layout.blocks;
    PackKeys(layout, rows_of(1, head), block, head_at(head));
    PackValues(layout, rows_of(2, head), block, head_at(head));
  });

  float* const tiles = scratch + shape.heads * layout.head_words();
  const int tiles_per_head = CeilDiv(layout.tokens, kQueryTile);
  const auto attend = [&](size_t thread, size_t task) {
    const int head = range.first + static_cast<int>(task) / tiles_per_head;
    const int first = static_cast<int>(task) % tiles_per_head * kQueryTile;
    const int count = std::min(kQueryTile, layout.tokens - first);
    const Rows queries = rows_of(0, head);
    const PackedHead packed = head_at(head);
    Tile tile(layout, tiles + thread * Tile::Words(layout));
    StartTile(layout, {queries[first], queries.stride}, count, tile);
    for (int block = 0; block < layout.blocks; ++block) AttendBlock(layout, packed, block, tile);
    FinishTile(layout, packed, tile, count, width,
               out + first * width + size_t{1} * head * shape.head_size);
  };
  ParallelForWithThread(pool, size_t{1} * range.count * tiles_per_head, attend);
}

}  // namespace headlens
