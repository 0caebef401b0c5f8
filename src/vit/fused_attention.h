// The attention matrix of one layer with its heads fused to one, a few rows at a time: it is never
// whole in memory.
#ifndef HEADLENS_VIT_FUSED_ATTENTION_H_
#define HEADLENS_VIT_FUSED_ATTENTION_H_

#include <cstddef>

#include "base/threads.h"
#include "vit/buffer.h"
#include "vit/kept.h"

namespace headlens {

enum class HeadFusion { kMean, kMax, kMin };

class FusedAttention {
 public:
  static constexpr int kTile = 2 * kTileRows;  // rows at a time

  // kept and pool must outlive it.
  FusedAttention(const KeptHeads& kept, HeadFusion fusion, const ThreadPool& pool);
  bool Reserve();  // false where there is no memory

  void Load(int layer);

  // Rows [first, first + count) of the loaded layer, count at most kTile: (count, tokens), stride()
  // floats apart, until the thread's next call.
  float* Tile(int first, int count, int thread) const;
  size_t stride() const { return padded_; }

 private:
  size_t WorkFloats() const;
  void LoadQueries(int head, int first, int count, float* queries, float* expanded) const;

  const KeptHeads& kept_;
  const ThreadPool& pool_;
  HeadFusion fusion_;
  size_t padded_;  // tokens, padded to whole panels
  int layer_ = 0;
  Buffer<float> keys_;  // (heads, panels)
  Buffer<float> work_;  // a thread: fused (kTile, padded), scores (kTile, padded), queries (kTile,
                        // head_size), expanded keys or queries
};

}  // namespace headlens

#endif  // HEADLENS_VIT_FUSED_ATTENTION_H_
