// What of a pass is kept so that any patch can be asked at once: queries and keys of every layer,
// and the tokens.
#ifndef HEADLENS_VIT_KEPT_H_
#define HEADLENS_VIT_KEPT_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/threads.h"
#include "vit/attention.h"
#include "vit/buffer.h"

namespace headlens {

enum class KeptForm {
  kF32,  // exact
  kF16,  // half the memory
};

class KeptHeads {
 public:
  // False where there is no memory; what was kept is then as it was.
  bool Reserve(KeptForm form, int layers, const HeadShape& shape);
  static uint64_t Bytes(KeptForm form, int layers, const HeadShape& shape);

  // rows: (tokens, 2, heads, head_size) of queries and keys, `stride` floats apart.
  void Keep(int layer, Rows rows, const ThreadPool& pool);

  // Rows [first, first + count) of one head, (count, head_size), as f32: in place where they are
  // kept so, else expanded into scratch, which has room for them.
  Rows Queries(int layer, int head, int first, int count, float* scratch) const;
  Rows Keys(int layer, int head, int first, int count, float* scratch) const;

  int layers() const { return layers_; }
  const HeadShape& shape() const { return shape_; }
  size_t bytes() const { return f32_.bytes() + f16_.bytes(); }

 private:
  // Where a token's row begins; column: the heads of the queries, then those of the keys.
  size_t Place(int layer, int column, int token) const;
  Rows Read(size_t place, int count, float* scratch) const;

  KeptForm form_ = KeptForm::kF32;
  int layers_ = 0;
  HeadShape shape_;
  Buffer<float> f32_;  // (layers, 2, heads, tokens, head_size), in one of the two
  Buffer<uint16_t> f16_;
};

// The tokens that enter each layer, in half precision.
class KeptTokens {
 public:
  bool Reserve(int layers, int tokens, int width);
  static uint64_t Bytes(int layers, int tokens, int width);

  void Keep(int layer, const float* tokens, const ThreadPool& pool);  // (tokens, width)

  // Those of a layer from `first` on: (tokens - first, width).
  std::vector<float> Read(int layer, int first) const;
  size_t bytes() const { return f16_.bytes(); }

 private:
  int tokens_ = 0;
  int width_ = 0;
  Buffer<uint16_t> f16_;  // (layers, tokens, width)
};

// For rollout.h, lookback.h and pca.h.
struct KeptPass {
  KeptHeads heads;
  KeptTokens tokens;
  size_t bytes() const { return heads.bytes() + tokens.bytes(); }
};

}  // namespace headlens

#endif  // HEADLENS_VIT_KEPT_H_
