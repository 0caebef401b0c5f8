// What one token can still be asked after a pass, from the kept queries and keys.
#ifndef HEADLENS_VIT_LOOKBACK_H_
#define HEADLENS_VIT_LOOKBACK_H_

#include <vector>

#include "base/result.h"
#include "base/threads.h"
#include "vit/kept.h"

namespace headlens {

// The attention of one token as the query, in every layer and head, without the first `prefix`
// keys: (layers, heads, tokens - prefix).
Result<std::vector<float>> AttentionOfToken(const KeptHeads& kept, int token, int prefix,
                                            const ThreadPool& pool);

// How one weight of that attention came about: exp(dot - max) / sum. Each is (layers, heads).
struct WeightParts {
  std::vector<float> dot;     // q . k / sqrt(head_size) of the query and the key
  std::vector<float> max;     // the largest of these over all keys
  std::vector<float> sum;     // of exp(q . k / sqrt(head_size) - max) over all keys
  std::vector<float> prefix;  // (layers, heads, 2): the row's share on [CLS], on the registers
};
Result<WeightParts> PartsOfWeight(const KeptHeads& kept, int query, int key, int prefix,
                                  const ThreadPool& pool);

// Cosine of one token's key with every patch's, the heads concatenated: (layers, tokens - prefix).
// As Amir et al. 2022, dino-vit-features, compare their descriptors of facet `key` without bins.
std::vector<float> SimilarityOfToken(const KeptHeads& kept, int token, int prefix,
                                     const ThreadPool& pool);

// Keys of a layer without the first `prefix`, the heads concatenated: (tokens - prefix, width).
std::vector<float> KeysOfPatches(const KeptHeads& kept, int layer, int prefix);

}  // namespace headlens

#endif  // HEADLENS_VIT_LOOKBACK_H_
