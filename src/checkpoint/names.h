// One canonical naming, DINO's: cls_token, register_tokens, pos_embed, patch_embed.proj.*,
// blocks.N.{norm1, attn.qkv, attn.proj, ls1.gamma, norm2, mlp.fc1, mlp.fc2, ls2.gamma}.*, norm.*
#ifndef HEADLENS_CHECKPOINT_NAMES_H_
#define HEADLENS_CHECKPOINT_NAMES_H_

#include "base/result.h"
#include "checkpoint/checkpoint.h"

namespace headlens {

// Renames the tensors in place: strips `module.`, `backbone.`, `model.`, `vit.` (repeatedly), calls
// timm's `reg_token` `register_tokens`, and drops what the network does not need (heads,
// optimisers). A packed `NAME.scale` follows its NAME. Fails if two tensors would get one name.
Status CanonicaliseNames(Checkpoint& checkpoint);

}  // namespace headlens

#endif  // HEADLENS_CHECKPOINT_NAMES_H_
