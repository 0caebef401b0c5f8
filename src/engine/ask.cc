#include "engine/ask.h"

#include <string>
#include <utility>

#include "vit/pca.h"

namespace headlens {
namespace {

constexpr int kCls = 0;

int PrefixOf(const Engine& engine) { return engine.vit()->config().prefix_tokens(); }

int TokenOf(const Engine& engine, std::optional<GridPlace> place) {
  if (!place) return kCls;
  return PrefixOf(engine) + place->row * engine.vit()->shape().cols + place->col;
}

}  // namespace

Status CheckAsk(const Engine& engine, std::optional<GridPlace> place) {
  if (!engine.done()) return Invalid("There are no finished maps to ask: run a photo first.");
  if (!place) return {};
  const MapShape shape = engine.vit()->shape();
  if (place->row >= 0 && place->row < shape.rows && place->col >= 0 && place->col < shape.cols) {
    return {};
  }
  return Invalid("There is no patch at row " + std::to_string(place->row) + ", column " +
                 std::to_string(place->col) + ": the grid has " + std::to_string(shape.rows) +
                 " rows and " + std::to_string(shape.cols) + " columns, counted from 0.");
}

Result<std::vector<float>> Similarity(const Engine& engine, std::optional<GridPlace> query) {
  if (Status fit = CheckAsk(engine, query); !fit.ok()) return fit.error();
  return SimilarityOfToken(engine.vit()->kept().heads, TokenOf(engine, query), PrefixOf(engine),
                           engine.pool());
}

Result<std::vector<float>> Pca(const Engine& engine, int layer, PcaFacet facet) {
  if (Status fit = CheckAsk(engine, std::nullopt); !fit.ok()) return fit.error();
  const MapShape shape = engine.vit()->shape();
  if (layer < 1 || layer > shape.layers) {
    return Invalid("There is no layer " + std::to_string(layer) + ": the model has " +
                   std::to_string(shape.layers) + ", counted from 1.");
  }
  const KeptPass& kept = engine.vit()->kept();
  const int prefix = PrefixOf(engine);
  std::vector<float> rows = facet == PcaFacet::kKeys ? KeysOfPatches(kept.heads, layer - 1, prefix)
                                                     : kept.tokens.Read(layer - 1, prefix);
  return PrincipalComponents(std::move(rows), shape.rows * shape.cols, engine.vit()->config().width,
                             engine.pool());
}

Result<WeightParts> Explain(const Engine& engine, std::optional<GridPlace> query, GridPlace patch) {
  for (const std::optional<GridPlace>& place : {query, std::optional(patch)}) {
    if (Status fit = CheckAsk(engine, place); !fit.ok()) return fit.error();
  }
  return PartsOfWeight(engine.vit()->kept().heads, TokenOf(engine, query), TokenOf(engine, patch),
                       PrefixOf(engine), engine.pool());
}

Result<RolloutRun> BeginRollout(const Engine& engine, const RolloutOptions& options) {
  if (Status fit = CheckAsk(engine, std::nullopt); !fit.ok()) return fit.error();
  return RolloutRun::Begin(engine.vit()->kept().heads, PrefixOf(engine), options, engine.pool());
}

}  // namespace headlens
