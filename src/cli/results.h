// From a finished pass to the files of one photo.
#ifndef HEADLENS_CLI_RESULTS_H_
#define HEADLENS_CLI_RESULTS_H_

#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "cli/maps_options.h"
#include "cli/output.h"
#include "engine/engine.h"
#include "image/image.h"

namespace headlens {

// What to leave behind for each photo.
struct ResultRequest {
  Formats formats;
  std::vector<int> layers;          // of the pictures and of keep_mass, counted from 0
  bool all_layers = false;          // whether names and shapes tell the layers apart
  std::optional<QueryPatch> query;  // none: [CLS]
  std::optional<float> keep_mass;
  ContourStyle contours = ContourStyle::kPatches;  // of SVG
  bool traits = false;
  std::string photo;  // its path, for SVG to link to; empty: pixels, which are in no photo
  OverlayStyle style;
  std::vector<std::pair<std::string, std::string>> facts;  // for JSON and safetensors
};

// name: of the photo's files, without ending. Gives the files' names, the overlay first.
Result<std::vector<std::string>> WriteResults(const Engine& engine, const Image& photo,
                                              const ResultRequest& request, const std::string& name,
                                              Output& output);

}  // namespace headlens

#endif  // HEADLENS_CLI_RESULTS_H_
