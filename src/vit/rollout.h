// Attention rollout: how much each patch counts for [CLS] through all layers up to one, for each
// layer. Computed from the kept queries and keys, in steps.
//
//   Result<RolloutRun> rollout = RolloutRun::Begin(kept, prefix, options, pool);
//   while (!rollout->done()) rollout->Step();  // stop between steps to cancel
//   rollout->values();
#ifndef HEADLENS_VIT_ROLLOUT_H_
#define HEADLENS_VIT_ROLLOUT_H_

#include <memory>
#include <vector>

#include "base/result.h"
#include "base/threads.h"
#include "vit/fused_attention.h"
#include "vit/kept.h"

namespace headlens {

struct RolloutOptions {
  HeadFusion fusion = HeadFusion::kMean;
  double discard = 0;  // 0..1 of each layer's fused weights, the smallest first, count as 0
};

// The first token's row of the product over layers of A + I with its rows divided by their sums,
// A the fused attention: Abnar and Zuidema 2020, eq. 1. Of A the int(tokens^2 discard) smallest
// weights are dropped, but not the one of [CLS] on itself, as in vit-explain's vit_rollout.py,
// whose last step is not followed: by a slip of broadcasting it divides columns by the sums of
// rows.
//
// The rows are taken through the layers from the last to the first, where each layer's own begins.
// So all of them take about the time of one pass's attention; where weights are dropped, three
// times that, to find which: the threshold is counted out, for no (tokens, tokens) matrix is kept.
class RolloutRun {
 public:
  // kept, of a finished pass, and pool must outlive it. prefix: tokens before the patches.
  static Result<RolloutRun> Begin(const KeptHeads& kept, int prefix, const RolloutOptions& options,
                                  const ThreadPool& pool);
  RolloutRun(RolloutRun&&) noexcept;
  RolloutRun& operator=(RolloutRun&&) noexcept;
  ~RolloutRun();

  void Step();  // part of a layer, of a small picture all of it
  bool done() const;
  int layers_done() const;

  std::vector<float> values() const;  // (layers, patches): up to and with each layer

 private:
  struct State;
  explicit RolloutRun(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace headlens

#endif  // HEADLENS_VIT_ROLLOUT_H_
