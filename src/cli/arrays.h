// The numbers of one photo as NPZ, JSON and safetensors.
#ifndef HEADLENS_CLI_ARRAYS_H_
#define HEADLENS_CLI_ARRAYS_H_

#include <span>
#include <string>

#include "base/result.h"
#include "cli/results.h"
#include "cli/written.h"
#include "engine/engine.h"
#include "image/image.h"

namespace headlens {

// query_scores: (layers, heads, rows, cols); empty without a query patch. name: as in WriteResults.
Status WriteArrays(const Engine& engine, const Image& photo, std::span<const float> query_scores,
                   const ResultRequest& request, const std::string& name, Written& written);

}  // namespace headlens

#endif  // HEADLENS_CLI_ARRAYS_H_
