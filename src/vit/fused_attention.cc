#include "vit/fused_attention.h"

#include <algorithm>
#include <cmath>

#include "vit/kernels.h"
#include "vit/panels.h"

namespace headlens {
namespace {

// Takes one head's row into what is fused so far.
void Fuse(HeadFusion fusion, int heads, const float* row, int tokens, float* fused) {
  switch (fusion) {
    case HeadFusion::kMean:
      return BestKernels().add_scaled(row, 1.0f / static_cast<float>(heads), tokens, fused);
    case HeadFusion::kMax:
      for (int i = 0; i < tokens; ++i) fused[i] = std::max(fused[i], row[i]);
      return;
    case HeadFusion::kMin:
      for (int i = 0; i < tokens; ++i) fused[i] = std::min(fused[i], row[i]);
  }
}

}  // namespace

FusedAttention::FusedAttention(const KeptHeads& kept, HeadFusion fusion, const ThreadPool& pool)
    : kept_(kept),
      pool_(pool),
      fusion_(fusion),
      padded_(size_t{1} * PanelCount(kept.shape().tokens) * BestKernels().panel_cols) {}

bool FusedAttention::Reserve() {
  return keys_.Reserve(padded_ * kept_.shape().width()) &&
         work_.Reserve(ThreadCount(pool_) * WorkFloats());
}

size_t FusedAttention::WorkFloats() const {
  const size_t rows = kTile + std::max(kTile, BestKernels().panel_cols);
  return 2 * kTile * padded_ + rows * kept_.shape().head_size;
}

void FusedAttention::Load(int layer) {
  layer_ = layer;
  const HeadShape& shape = kept_.shape();
  const int panels = PanelCount(shape.tokens);
  ParallelForWithThread(pool_, size_t{1} * shape.heads * panels, [&](size_t thread, size_t i) {
    const int cols = BestKernels().panel_cols;
    const int head = static_cast<int>(i) / panels;
    const int first = static_cast<int>(i) % panels * cols;
    const int count = std::min(cols, shape.tokens - first);
    const Rows keys = kept_.Keys(layer, head, first, count, work_.data() + thread * WorkFloats());
    PackKeyPanel(keys, count, shape.head_size, keys_.data() + i * shape.head_size * cols);
  });
}

void FusedAttention::LoadQueries(int head, int first, int count, float* queries,
                                 float* expanded) const {
  const size_t size = kept_.shape().head_size;
  const float scale = 1.0f / std::sqrt(static_cast<float>(size));
  const Rows rows = kept_.Queries(layer_, head, first, count, expanded);
  for (int i = 0; i < count; ++i) {
    std::transform(rows[i], rows[i] + size, queries + i * size,
                   [scale](float q) { return scale * q; });
  }
  std::fill_n(queries + count * size, (kTile - count) * size, 0.0f);
}

float* FusedAttention::Tile(int first, int count, int thread) const {
  const Kernels& kernels = BestKernels();
  const HeadShape& shape = kept_.shape();
  const size_t panel = size_t{1} * shape.head_size * kernels.panel_cols;
  const int panels = PanelCount(shape.tokens);
  float* const fused = work_.data() + thread * WorkFloats();
  float* const scores = fused + kTile * padded_;
  float* const queries = scores + kTile * padded_;
  float* const expanded = queries + size_t{1} * kTile * shape.head_size;

  std::fill_n(fused, count * padded_, fusion_ == HeadFusion::kMin ? 1.0f : 0.0f);
  for (int head = 0; head < shape.heads; ++head) {
    LoadQueries(head, first, count, queries, expanded);
    kernels.multiply(queries, shape.head_size, kTile, shape.head_size,
                     {keys_.data() + head * panels * panel, panel, panels}, scores, padded_);
    kernels.softmax_rows(scores, padded_, count, shape.tokens);
    for (int i = 0; i < count; ++i) {
      Fuse(fusion_, shape.heads, scores + i * padded_, shape.tokens, fused + i * padded_);
    }
  }
  return fused;
}

}  // namespace headlens
