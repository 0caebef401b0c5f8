// What a checkpoint's names and shapes say of its network.
#ifndef HEADLENS_VIT_CONFIG_H_
#define HEADLENS_VIT_CONFIG_H_

#include <string>

#include "base/result.h"
#include "checkpoint/checkpoint.h"

namespace headlens {

struct VitConfig {
  int patch = 0;  // side of a patch in pixels
  int width = 0;  // channels of a token
  int depth = 0;  // blocks
  int heads = 0;
  int mlp = 0;        // hidden channels of the MLP
  int registers = 0;  // tokens between [CLS] and the patches
  int grid_rows = 0;  // of the learned position embedding
  int grid_cols = 0;
  bool layer_scale = false;
  bool position_of_cls =
      true;  // false where pos_embed has no row for [CLS] (timm's reg_token models)

  int head_size() const { return width / heads; }
  int prefix_tokens() const { return 1 + registers; }
};

// heads: 0 takes the metadata's `heads`, else width / 64. Checks every tensor that the network
// needs; the error names the first that is missing or misshapen, with what was found and what was
// expected.
Result<VitConfig> InferConfig(const Checkpoint& checkpoint, int heads = 0);

// "ViT, patch 8, width 192, 12 blocks, 3 heads, 4 registers".
std::string DescribeConfig(const VitConfig& config);

}  // namespace headlens

#endif  // HEADLENS_VIT_CONFIG_H_
