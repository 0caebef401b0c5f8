// One session: a loaded model, and the input that went through it last.
//
//   Engine engine({.threads = 2});
//   Status loaded = engine.Load(file, {});
//   Result<Input> input = engine.Prepare(photo, {.short_side = 224});
//   Status begun = engine.Begin(*input);
//   while (!engine.done()) engine.Step();      // stop between steps to cancel
//   engine.vit()->cls_attention(); engine.Query(row, col);
//
// Whatever fails says so in one sentence; what went before stays: a failed Load keeps the model and
// its results, a refused photo keeps the results of the last one.
#ifndef HEADLENS_ENGINE_ENGINE_H_
#define HEADLENS_ENGINE_ENGINE_H_

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
#include "base/threads.h"
#include "image/image.h"
#include "image/preprocess.h"
#include "vit/loader.h"
#include "vit/vit.h"

namespace headlens {

struct EngineOptions {
  int threads = 0;          // 0: one per processor
  size_t memory_limit = 0;  // bytes that the model and a pass may hold together; 0: no limit
};

// The network's input, and where in the photo it comes from.
struct Input {
  Pixels pixels;
  Placement placement;
};

class Engine {
 public:
  explicit Engine(const EngineOptions& options);

  // Takes any weights file that ReadCheckpoint knows. To change the precision or a choice, load
  // again.
  Status Load(std::span<const uint8_t> file, const VitOptions& options);
  // The same for a file that is still to arrive: its bytes go through the loader, and the loader,
  // once it has them all, to FinishLoad. file_bytes: 0 where it is not known for certain.
  VitLoader StartLoad(uint64_t file_bytes, const VitOptions& options) const;
  Status FinishLoad(VitLoader loader);

  // Resizes, crops and normalises a photo for the model.
  Result<Input> Prepare(const Image& photo, const SizeRule& rule) const;
  // Takes pixels that are normalised already; what does not fill a patch is left out.
  Result<Input> Prepare(Pixels pixels) const;

  // Refuses, before anything is touched, an input whose work would not fit into the memory.
  Status Begin(const Input& input);
  Status Step();      // a part of the pass; does nothing when done
  bool done() const;  // a pass has ended: its maps may be read and queried

  // Scores of the patch (row, col) as the query: (layers, heads, rows, cols). ask.h asks for more.
  Result<std::vector<float>> Query(int row, int col) const;

  const Vit* vit() const { return vit_.get(); }              // null before the first Load
  const Placement& placement() const { return placement_; }  // of the pass begun last
  // Of the model.
  ChannelNormalisation normalisation() const { return {conventions_.mean, conventions_.std}; }
  ResizeFilter filter() const {
    return conventions_.filter == PhotoFilter::kBicubic ? ResizeFilter::kBicubic
                                                        : ResizeFilter::kBilinear;
  }
  const Conventions& conventions() const { return conventions_; }
  const Origin& origin() const { return origin_; }
  const ThreadPool& pool() const { return pool_; }
  int threads() const { return ThreadCount(pool_); }

 private:
  ThreadPool pool_;
  size_t memory_limit_;
  std::unique_ptr<Vit> vit_;
  Conventions conventions_;
  Origin origin_;
  size_t weights_bytes_ = 0;
  Placement placement_;
  bool begun_ = false;  // a pass of this model has begun
};

}  // namespace headlens

#endif  // HEADLENS_ENGINE_ENGINE_H_
