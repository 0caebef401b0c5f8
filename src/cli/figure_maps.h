// The `.maps` file of a baked figure: safetensors with these tensors,
//
//   cls         U8  (layers, heads, rows, cols)   coded as maps/baked.h says, a map at a time
//   cls.low     F32 (layers, heads)               and cls.high
//   prefix      F32 (layers, heads)               share of the mass on [CLS] and the registers
//   queries     I32 (queries, 2)                  row and column of the patches that were asked
//   query_maps  U8  (queries, layers, heads, rows, cols), with query_maps.low and .high
//
// the last four only where patches were asked. The metadata say what it is: `format` and `version`,
// which a reader checks, and how maps and photo fit together. web/embed/baked.js reads it.
#ifndef HEADLENS_CLI_FIGURE_MAPS_H_
#define HEADLENS_CLI_FIGURE_MAPS_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "cli/maps_options.h"
#include "engine/engine.h"

namespace headlens {

// Scores of a patch as the query: (layers, heads, rows, cols).
struct AskedPatch {
  QueryPatch patch;
  std::vector<float> scores;
};

// facts: what the metadata say besides what the engine knows.
std::vector<uint8_t> EncodeFigureMaps(const Engine& engine, const std::vector<AskedPatch>& asked,
                                      std::vector<std::pair<std::string, std::string>> facts);

}  // namespace headlens

#endif  // HEADLENS_CLI_FIGURE_MAPS_H_
