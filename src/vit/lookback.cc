#include "vit/lookback.h"

#include <algorithm>
#include <cmath>

#include "vit/kernels.h"
#include "vit/panels.h"

namespace headlens {
namespace {

constexpr int kKeyBlock = 64;  // keys expanded at a time: they stay in the nearest cache
constexpr int kRolloutTile = 2 * kTileRows;  // queries at a time, each with a full row of scores
// Sums that are added up in order at the end: the same result on any number of threads.
constexpr int kRolloutSums = 16;

Error NoRoom() { return NoMemory("There is not enough memory for this map: use a smaller size."); }

// The attention weights (tokens) of one token in one head. expanded: work memory for one query and
// a block of keys.
void KeptRow(const KeptHeads& kept, int layer, int head, int token, float* expanded,
             float* weights) {
  const Kernels& kernels = BestKernels();
  const HeadShape& shape = kept.shape();
  const float scale = 1.0f / std::sqrt(static_cast<float>(shape.head_size));
  const Rows query = kept.Queries(layer, head, token, 1, expanded);
  for (int first = 0; first < shape.tokens; first += kKeyBlock) {
    const int count = std::min(kKeyBlock, shape.tokens - first);
    const Rows keys = kept.Keys(layer, head, first, count, expanded + shape.head_size);
    kernels.dot_rows(query[0], keys.data, keys.stride, count, shape.head_size, scale,
                     weights + first);
  }
  kernels.softmax_rows(weights, shape.tokens, /*rows=*/1, shape.tokens);
}

// One layer's step of the rollout: share (tokens) is how much each token counts above this layer.
class RolloutLayer {
 public:
  RolloutLayer(const KeptHeads& kept, const ThreadPool& pool)
      : kept_(kept),
        shape_(kept.shape()),
        pool_(pool),
        padded_(size_t{1} * PanelCount(shape_.tokens) * BestKernels().panel_cols) {}

  bool Reserve() {
    return keys_.Reserve(padded_ * shape_.width()) && sums_.Reserve(kRolloutSums * padded_) &&
           work_.Reserve(ThreadCount(pool_) * WorkFloats());
  }

  // share <- share (A + I) / 2.
  void Apply(int layer, std::vector<float>& share) {
    PackKeys(layer);
    ParallelForWithThread(pool_, kRolloutSums, [&](size_t thread, size_t part) {
      float* const sum = sums_.data() + part * padded_;
      std::fill_n(sum, shape_.tokens, 0.0f);
      const int first = static_cast<int>(part) * kRolloutTile;
      for (int query = first; query < shape_.tokens; query += kRolloutSums * kRolloutTile) {
        AddTile(layer, query, share, static_cast<int>(thread), sum);
      }
    });
    for (int part = 0; part < kRolloutSums; ++part) {
      BestKernels().add_scaled(sums_.data() + part * padded_, 1.0f, share.size(), share.data());
    }
    for (float& s : share) s *= 0.5f;
  }

 private:
  // A thread's: scores (kRolloutTile, padded_), queries (kRolloutTile, head_size), one expanded
  // panel of keys.
  size_t WorkFloats() const {
    const size_t rows = kRolloutTile + BestKernels().panel_cols;
    return kRolloutTile * padded_ + rows * shape_.head_size;
  }
  float* Scores(int thread) const { return work_.data() + thread * WorkFloats(); }
  float* Queries(int thread) const { return Scores(thread) + kRolloutTile * padded_; }
  float* Expanded(int thread) const { return Queries(thread) + kRolloutTile * shape_.head_size; }

  void PackKeys(int layer) {
    const int panels = PanelCount(shape_.tokens);
    ParallelForWithThread(pool_, size_t{1} * shape_.heads * panels, [&](size_t thread, size_t i) {
      const int cols = BestKernels().panel_cols;
      const int head = static_cast<int>(i) / panels;
      const int first = static_cast<int>(i) % panels * cols;
      const int count = std::min(cols, shape_.tokens - first);
      const Rows keys = kept_.Keys(layer, head, first, count, Expanded(static_cast<int>(thread)));
      PackKeyPanel(keys, count, shape_.head_size, keys_.data() + i * shape_.head_size * cols);
    });
  }

  // Adds what the queries [first, first + kRolloutTile) pass on to sum (tokens).
  void AddTile(int layer, int first, const std::vector<float>& share, int thread, float* sum) {
    const int count = std::min(kRolloutTile, shape_.tokens - first);
    const auto from = share.begin() + first;
    if (std::all_of(from, from + count, [](float s) { return s == 0; })) return;

    const Kernels& kernels = BestKernels();
    const size_t panel = size_t{1} * shape_.head_size * kernels.panel_cols;
    const int panels = PanelCount(shape_.tokens);
    for (int head = 0; head < shape_.heads; ++head) {
      LoadQueries(layer, head, first, count, thread);
      kernels.multiply(Queries(thread), shape_.head_size, kRolloutTile, shape_.head_size,
                       {keys_.data() + head * panels * panel, panel, panels}, Scores(thread),
                       padded_);
      kernels.softmax_rows(Scores(thread), padded_, count, shape_.tokens);
      for (int i = 0; i < count; ++i) {
        kernels.add_scaled(Scores(thread) + i * padded_, from[i] / static_cast<float>(shape_.heads),
                           shape_.tokens, sum);
      }
    }
  }

  void LoadQueries(int layer, int head, int first, int count, int thread) {
    float* const queries = Queries(thread);
    const float scale = 1.0f / std::sqrt(static_cast<float>(shape_.head_size));
    const Rows rows = kept_.Queries(layer, head, first, count, queries);
    for (int i = 0; i < count; ++i) {
      for (int k = 0; k < shape_.head_size; ++k) {
        queries[i * shape_.head_size + k] = scale * rows[i][k];
      }
    }
    std::fill_n(queries + count * shape_.head_size, (kRolloutTile - count) * shape_.head_size,
                0.0f);
  }

  const KeptHeads& kept_;
  const HeadShape& shape_;
  const ThreadPool& pool_;
  size_t padded_;  // tokens, padded to whole panels
  Buffer<float> keys_;
  Buffer<float> sums_;
  Buffer<float> work_;
};

}  // namespace

Result<std::vector<float>> AttentionOfToken(const KeptHeads& kept, int token, int prefix,
                                            const ThreadPool& pool) {
  const HeadShape& shape = kept.shape();
  const size_t patches = shape.tokens - prefix;
  const size_t work_floats = shape.tokens + (1 + kKeyBlock) * size_t{1} * shape.head_size;
  Buffer<float> work;
  if (!work.Reserve(ThreadCount(pool) * work_floats)) return NoRoom();

  const size_t rows = size_t{1} * kept.layers() * shape.heads;
  std::vector<float> maps(rows * patches);
  ParallelForWithThread(pool, rows, [&](size_t thread, size_t row) {
    const int layer = static_cast<int>(row) / shape.heads;
    const int head = static_cast<int>(row) % shape.heads;
    float* const weights = work.data() + thread * work_floats;
    KeptRow(kept, layer, head, token, weights + shape.tokens, weights);
    std::copy_n(weights + prefix, patches, maps.data() + row * patches);
  });
  return maps;
}

Result<std::vector<float>> RolloutOfFirst(const KeptHeads& kept, int prefix,
                                          const ThreadPool& pool) {
  RolloutLayer step(kept, pool);
  if (!step.Reserve()) return NoRoom();
  std::vector<float> share(kept.shape().tokens, 0.0f);
  share[0] = 1.0f;
  for (int layer = kept.layers() - 1; layer >= 0; --layer) step.Apply(layer, share);
  share.erase(share.begin(), share.begin() + prefix);
  return share;
}

}  // namespace headlens
