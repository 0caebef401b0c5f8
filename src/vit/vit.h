// The network: a loaded model, and passes of photos through it that leave attention maps behind.
//
//   Result<std::unique_ptr<Vit>> vit = Vit::Load(checkpoint, options, pool);
//   vit->Begin(pixels, height, width);         // plans the work memory, embeds the patches
//   while (!vit->done()) vit->Step();          // stop between steps to cancel
//   vit->cls_attention(); vit->QueryAttention(row, col);
#ifndef HEADLENS_VIT_VIT_H_
#define HEADLENS_VIT_VIT_H_

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
#include "base/threads.h"
#include "checkpoint/checkpoint.h"
#include "checkpoint/conventions.h"
#include "vit/config.h"
#include "vit/kept.h"
#include "vit/rollout.h"
#include "vit/stages.h"

namespace headlens {

enum class Precision {
  kAuto,  // each matrix as the file stores it
  kF32,   // every matrix in f32, int8 ones expanded
  kInt8,  // the matrices that PacksToInt8 names in int8
};

struct VitOptions {
  Precision precision = Precision::kAuto;
  ModelChoices choices = {};  // a checkpoint that is read already has its network chosen
};

// The grid of one pass. Maps have the shape (layers, heads, rows, cols).
struct MapShape {
  int layers = 0;
  int heads = 0;
  int rows = 0;
  int cols = 0;
  size_t size() const { return size_t{1} * layers * heads * rows * cols; }
};

struct VitWeights;

class Vit {
 public:
  // Packs the weights; the checkpoint may go afterwards. The pool must outlive the model.
  static Result<std::unique_ptr<Vit>> Load(const Checkpoint& checkpoint, const VitOptions& options,
                                           const ThreadPool& pool);
  // Of weights that are packed already, as VitLoader packs them while they arrive.
  static Result<std::unique_ptr<Vit>> FromWeights(const VitConfig& config, VitWeights weights,
                                                  const ThreadPool& pool);
  ~Vit();

  const VitConfig& config() const;
  Precision precision() const;  // kF32 or kInt8: what the matrices are in

  // pixels: (3, height, width), normalised. What does not fill a patch at the right and the bottom
  // is left out. On failure the results of the previous pass stay readable if planning failed
  // before work began.
  Status Begin(std::span<const float> pixels, int height, int width);
  Status Step();      // a part of layer(), of a small picture all of it
  int layer() const;  // blocks done so far in this pass
  bool done() const;  // all blocks done: the results below may be read

  MapShape shape() const;
  // Softmax scores of the [CLS] query on the patches, not renormalised: (layers, heads, rows,
  // cols).
  std::span<const float> cls_attention() const;
  // The same query's scores on [CLS] and the registers: (layers, heads, 1 + registers).
  std::span<const float> cls_prefix_attention() const;
  // A whole RolloutRun, up to and with the last layer: (rows, cols).
  Result<std::vector<float>> Rollout(const RolloutOptions& options = {}) const;
  // Scores of the patch (row, col) as the query, from the kept Q and K: (layers, heads, rows,
  // cols).
  Result<std::vector<float>> QueryAttention(int row, int col) const;

  // What else can be asked of the pass, until the next begins.
  const KeptPass& kept() const;

  const StageClock& stages() const;  // seconds of each stage of this pass so far

  size_t memory_bytes() const;  // weights and work memory held now
  // Work memory that a pass of this size takes in all, whether held already or not.
  uint64_t WorkBytes(int height, int width) const;

 private:
  Vit();
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace headlens

#endif  // HEADLENS_VIT_VIT_H_
