// What a checkpoint's names and shapes say of its network.
#ifndef HEADLENS_VIT_CONFIG_H_
#define HEADLENS_VIT_CONFIG_H_

#include <string>

#include "base/result.h"
#include "checkpoint/checkpoint.h"
#include "checkpoint/conventions.h"

namespace headlens {

struct VitConfig {
  int patch = 0;  // side of a patch in pixels
  int width = 0;  // channels of a token
  int depth = 0;  // blocks
  int heads = 0;
  int mlp = 0;             // hidden channels of the MLP
  int registers = 0;       // tokens between [CLS] and the patches
  bool distilled = false;  // the first of them is DeiT's distillation token
  int grid_rows = 0;       // of the learned position embedding
  int grid_cols = 0;
  int prefix_positions = 1;  // rows of pos_embed before the grid's: none, [CLS]'s or all tokens'
  PositionRule position = PositionRule::kDino;
  bool layer_scale = false;

  int head_size() const { return width / heads; }
  int prefix_tokens() const { return 1 + registers; }
};

// Heads and position rule are those of ReadConventions. Checks every tensor that the network needs;
// the error names the first that is missing or misshapen, with what was found and what was
// expected.
Result<VitConfig> InferConfig(const Checkpoint& checkpoint, const ModelChoices& choices = {});

// "ViT, patch 8, width 192, 12 blocks, 3 heads, 4 registers".
std::string DescribeConfig(const VitConfig& config);

}  // namespace headlens

#endif  // HEADLENS_VIT_CONFIG_H_
