// What can still be asked after a pass, from the kept queries and keys.
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

// Attention rollout of the first token, without the first `prefix` keys: (tokens - prefix). The
// first row of the product over layers of (A + I) / 2, A the mean over heads, whose rows sum to 1.
// Abnar and Zuidema 2020, eq. 1. A vector is taken through the layers from the last to the first,
// so the time is about that of one pass's attention and no (tokens, tokens) matrix exists.
Result<std::vector<float>> RolloutOfFirst(const KeptHeads& kept, int prefix,
                                          const ThreadPool& pool);

}  // namespace headlens

#endif  // HEADLENS_VIT_LOOKBACK_H_
