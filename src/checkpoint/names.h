// One canonical naming, DINO's: cls_token, dist_token, register_tokens, pos_embed,
// patch_embed.proj.*, blocks.N.{norm1, attn.qkv, attn.proj, ls1.gamma, norm2, mlp.fc1, mlp.fc2,
// ls2.gamma}.*, norm.*
#ifndef HEADLENS_CHECKPOINT_NAMES_H_
#define HEADLENS_CHECKPOINT_NAMES_H_

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "checkpoint/checkpoint.h"

namespace headlens {

// Renames the tensors in place, from any scheme of schemes.h, makes one of separate queries, keys
// and values (see Tensor::parts), takes one network of a nested checkpoint, and drops what the maps
// do not need (heads, optimisers). A packed `NAME.scale` goes where NAME goes. Says in `origin`
// what it found. network: as ModelChoices.
// Fails, and changes nothing, if two tensors would get one name, if one of query, key and value is
// missing, if none is left, if the names show parts that the network here has not, so that the maps
// would be wrong, or, with their names as Error::choices, if there are several networks, none is
// asked for and none is the teacher.
Status CanonicaliseNames(Checkpoint& checkpoint, const std::string& network = "");

// Copies the parts of each tensor that has some together, where their bytes are at hand.
void JoinParts(Checkpoint& checkpoint);

// A canonical name within a block: "blocks.3.attn.qkv.weight" is block 3's "attn.qkv.weight".
struct BlockTensor {
  int block = 0;
  std::string_view part;
};
std::optional<BlockTensor> SplitBlockName(std::string_view canonical_name);

// One more than the highest block of a checkpoint with canonical names.
int CountBlocks(const Checkpoint& checkpoint);

}  // namespace headlens

#endif  // HEADLENS_CHECKPOINT_NAMES_H_
