// Multi-head self-attention, fused: scores exist only for one tile of queries and one block of keys
// at a time. Dao et al. 2022 (FlashAttention), with the running softmax of Milakov and Gimelshein
// 2018.
#ifndef HEADLENS_VIT_ATTENTION_H_
#define HEADLENS_VIT_ATTENTION_H_

#include <cstddef>
#include <cstdint>

#include "base/threads.h"
#include "vit/panels.h"

namespace headlens {

struct HeadShape {
  int tokens = 0;
  int heads = 0;
  int head_size = 0;
  int width() const { return heads * head_size; }
};

// Some of the heads, so that a long computation can be done in pieces.
struct HeadRange {
  int first = 0;
  int count = 0;
};

// Floats of work memory that Attend needs: the packed keys and values, and a tile a thread.
uint64_t AttentionScratch(const HeadShape& shape, int threads);

// out = softmax(q k^T / sqrt(head_size)) v, for each of the range's heads. Vaswani et al. 2017,
// eq. 1. qkv: (tokens, 3, heads, head_size); out: (tokens, heads, head_size).
void Attend(const HeadShape& shape, HeadRange range, const float* qkv, float* scratch, float* out,
            const ThreadPool& pool);

// One row of one head's attention: weights[i] = softmax_i(query . keys[i] / sqrt(head_size)).
// query: (head_size), keys: (tokens, head_size), weights: (tokens).
void AttentionRow(const float* query, Rows keys, int tokens, int head_size, float* weights);

}  // namespace headlens

#endif  // HEADLENS_VIT_ATTENTION_H_
