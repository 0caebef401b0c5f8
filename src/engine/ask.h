// What can be asked of the photo that went through the engine last, without the network.
#ifndef HEADLENS_ENGINE_ASK_H_
#define HEADLENS_ENGINE_ASK_H_

#include <optional>
#include <vector>

#include "base/result.h"
#include "engine/engine.h"
#include "vit/lookback.h"
#include "vit/rollout.h"

namespace headlens {

struct GridPlace {
  int row = 0;
  int col = 0;
};

enum class PcaFacet {
  kKeys,    // the keys of a layer, the heads concatenated
  kTokens,  // the tokens that enter it, before its norm; kept in half precision
};

// Cosine of the query's key with every patch's: (layers, rows, cols). No query: [CLS].
Result<std::vector<float>> Similarity(const Engine& engine, std::optional<GridPlace> query);

// PrincipalComponents of the patches in a layer, counted from 1: (rows, cols, kComponents).
Result<std::vector<float>> Pca(const Engine& engine, int layer, PcaFacet facet);

// How the score of a patch came about, in every layer and head.
Result<WeightParts> Explain(const Engine& engine, std::optional<GridPlace> query, GridPlace patch);

// (layers, rows, cols). It must end before the engine's next pass or model begins.
Result<RolloutRun> BeginRollout(const Engine& engine, const RolloutOptions& options);

// Fails, in words, where there is no finished pass, or no such patch in its grid.
Status CheckAsk(const Engine& engine, std::optional<GridPlace> place);

}  // namespace headlens

#endif  // HEADLENS_ENGINE_ASK_H_
