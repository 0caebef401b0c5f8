#include "vit/lookback.h"

#include <algorithm>
#include <cmath>

#include "vit/kernels.h"

namespace headlens {
namespace {

constexpr int kKeyBlock = 64;  // keys expanded at a time: they stay in the nearest cache

// Work memory of a thread: a row of scores, an expanded query, a block of expanded keys.
size_t WorkFloats(const HeadShape& shape) {
  return shape.tokens + (1 + kKeyBlock) * size_t{1} * shape.head_size;
}

// q . k / sqrt(head_size) of one token with all keys, in the work memory's row. (tokens)
void ScoreRow(const KeptHeads& kept, int layer, int head, int token, float* work) {
  const HeadShape& shape = kept.shape();
  float* const expanded = work + shape.tokens;
  const float scale = 1.0f / std::sqrt(static_cast<float>(shape.head_size));
  const Rows query = kept.Queries(layer, head, token, 1, expanded);
  for (int first = 0; first < shape.tokens; first += kKeyBlock) {
    const int count = std::min(kKeyBlock, shape.tokens - first);
    const Rows keys = kept.Keys(layer, head, first, count, expanded + shape.head_size);
    BestKernels().dot_rows(query[0], keys.data, keys.stride, count, shape.head_size, scale,
                           work + first);
  }
}

// Calls body(row, scores) for each head of each layer, in parallel; row: their number.
template <typename Body>
Status ForEachScoreRow(const KeptHeads& kept, int token, const ThreadPool& pool, const Body& body) {
  const HeadShape& shape = kept.shape();
  Buffer<float> work;
  if (!work.Reserve(ThreadCount(pool) * WorkFloats(shape))) {
    return NoMemory("There is not enough memory for this map: use a smaller size.");
  }
  const size_t rows = size_t{1} * kept.layers() * shape.heads;
  ParallelForWithThread(pool, rows, [&](size_t thread, size_t row) {
    float* const scores = work.data() + thread * WorkFloats(shape);
    const int layer = static_cast<int>(row) / shape.heads;
    ScoreRow(kept, layer, static_cast<int>(row) % shape.heads, token, scores);
    body(row, scores);
  });
  return {};
}

float Norm(const float* x, size_t size) {
  double sum = 0;
  for (size_t i = 0; i < size; ++i) sum += double{x[i]} * x[i];
  return static_cast<float>(std::sqrt(sum));
}

// Keys [first, first + count) of a layer, the heads concatenated: (count, width).
void JoinKeys(const KeptHeads& kept, int layer, int first, int count, float* scratch, float* out) {
  const HeadShape& shape = kept.shape();
  for (int head = 0; head < shape.heads; ++head) {
    const Rows keys = kept.Keys(layer, head, first, count, scratch);
    for (int i = 0; i < count; ++i) {
      std::copy_n(keys[i], shape.head_size,
                  out + size_t{1} * i * shape.width() + size_t{1} * head * shape.head_size);
    }
  }
}

}  // namespace

Result<std::vector<float>> AttentionOfToken(const KeptHeads& kept, int token, int prefix,
                                            const ThreadPool& pool) {
  const int tokens = kept.shape().tokens;
  const size_t patches = tokens - prefix;
  std::vector<float> maps(size_t{1} * kept.layers() * kept.shape().heads * patches);
  const Status ran = ForEachScoreRow(kept, token, pool, [&](size_t row, float* scores) {
    BestKernels().softmax_rows(scores, tokens, /*rows=*/1, tokens);
    std::copy_n(scores + prefix, patches, maps.data() + row * patches);
  });
  if (!ran.ok()) return ran.error();
  return maps;
}

Result<WeightParts> PartsOfWeight(const KeptHeads& kept, int query, int key, int prefix,
                                  const ThreadPool& pool) {
  const int tokens = kept.shape().tokens;
  const size_t rows = size_t{1} * kept.layers() * kept.shape().heads;
  WeightParts parts;
  for (std::vector<float>* part : {&parts.dot, &parts.max, &parts.sum}) part->resize(rows);
  parts.prefix.resize(2 * rows);
  const Status ran = ForEachScoreRow(kept, query, pool, [&](size_t row, const float* scores) {
    const float max = *std::max_element(scores, scores + tokens);
    const auto sum = [&](int begin, int end) {
      double total = 0;
      for (int i = begin; i < end; ++i) total += std::exp(scores[i] - max);
      return total;
    };
    const double all = sum(0, tokens);
    parts.dot[row] = scores[key];
    parts.max[row] = max;
    parts.sum[row] = static_cast<float>(all);
    parts.prefix[2 * row] = static_cast<float>(sum(0, 1) / all);
    parts.prefix[2 * row + 1] = static_cast<float>(sum(1, prefix) / all);
  });
  if (!ran.ok()) return ran.error();
  return parts;
}

std::vector<float> SimilarityOfToken(const KeptHeads& kept, int token, int prefix,
                                     const ThreadPool& pool) {
  const HeadShape& shape = kept.shape();
  const size_t width = shape.width();
  const size_t patches = shape.tokens - prefix;
  std::vector<float> cosines(kept.layers() * patches);
  ParallelFor(pool, kept.layers(), [&](size_t layer) {
    std::vector<float> asked(width);
    std::vector<float> keys(kKeyBlock * width);
    std::vector<float> scratch(size_t{1} * kKeyBlock * shape.head_size);
    JoinKeys(kept, static_cast<int>(layer), token, 1, scratch.data(), asked.data());
    const float asked_norm = Norm(asked.data(), width);
    for (int first = prefix; first < shape.tokens; first += kKeyBlock) {
      const int count = std::min(kKeyBlock, shape.tokens - first);
      JoinKeys(kept, static_cast<int>(layer), first, count, scratch.data(), keys.data());
      float* const out = cosines.data() + layer * patches + (first - prefix);
      BestKernels().dot_rows(asked.data(), keys.data(), width, count, shape.width(), 1.0f, out);
      for (int i = 0; i < count; ++i) {
        const float norms = asked_norm * Norm(keys.data() + i * width, width);
        out[i] /= std::max(norms, 1e-8f);  // as PyTorch's CosineSimilarity
      }
    }
  });
  return cosines;
}

std::vector<float> KeysOfPatches(const KeptHeads& kept, int layer, int prefix) {
  const HeadShape& shape = kept.shape();
  const int patches = shape.tokens - prefix;
  std::vector<float> scratch(size_t{1} * patches * shape.head_size);
  std::vector<float> keys(size_t{1} * patches * shape.width());
  JoinKeys(kept, layer, prefix, patches, scratch.data(), keys.data());
  return keys;
}

}  // namespace headlens
