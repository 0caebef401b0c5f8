// A checkpoint's weights, packed for the pass.
#ifndef HEADLENS_VIT_WEIGHTS_H_
#define HEADLENS_VIT_WEIGHTS_H_

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "checkpoint/checkpoint.h"
#include "vit/config.h"
#include "vit/layer_norm.h"
#include "vit/linear.h"
#include "vit/vit.h"

namespace headlens {

// LayerScale is folded into proj and fc2. The last block has only norm1 and, in qkv, the rows of
// the queries and keys: the maps need no more of it.
struct BlockWeights {
  LayerNorm norm1;
  Linear qkv;
  Linear proj;
  LayerNorm norm2;
  Linear fc1;
  Linear fc2;
};

struct VitWeights {
  Linear patch;                 // (width, 3 * patch * patch)
  std::vector<float> prefix;    // (1 + registers, width): each with its position if it has one
  std::vector<float> position;  // (grid rows, grid cols, width)
  std::vector<BlockWeights> blocks;

  bool any_int8() const;
  size_t bytes() const;
};

// The checkpoint's shapes have been checked: config is InferConfig's.
Result<VitWeights> LoadWeights(const Checkpoint& checkpoint, const VitConfig& config,
                               Precision precision);

// The same in parts, each from its own tensors alone: those of a block, and all others.
// weights.blocks has config.depth elements.
Status PackBlock(const Checkpoint& checkpoint, const VitConfig& config, Precision precision,
                 int block, VitWeights& weights);
Status PackEmbedding(const Checkpoint& checkpoint, const VitConfig& config, Precision precision,
                     VitWeights& weights);

// What the blocks' matrices will take, from the shapes; the rest is little beside it.
uint64_t PackedBytes(const Checkpoint& checkpoint, const VitConfig& config, Precision precision);

}  // namespace headlens

#endif  // HEADLENS_VIT_WEIGHTS_H_
