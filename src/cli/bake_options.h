// The command line of `headlens bake`.
#ifndef HEADLENS_CLI_BAKE_OPTIONS_H_
#define HEADLENS_CLI_BAKE_OPTIONS_H_

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/args.h"
#include "cli/drawing_options.h"
#include "cli/maps_options.h"
#include "vit/vit.h"

namespace headlens {

struct BakeOptions {
  std::vector<std::string> photos;
  std::string model;
  VitOptions vit;
  int threads = 0;         // 0: one per processor
  int size = 224;          // of the photo's short side for the network, in pixels
  bool square = false;     // squashed to size x size
  int layer = kLastLayer;  // counted from 1
  // Who looks: the first in the poster and when the figure opens, the others when clicked. None:
  // [CLS].
  std::vector<std::optional<QueryPatch>> queries;
  int photo_size = 1024;  // the most that the long side of the figure's photo may have, in pixels
  std::string out = "headlens-out";
  DrawingOptions drawing;
};

// The error says what is wrong with the command line.
Result<BakeOptions> ReadBakeOptions(Args args);

std::string BakeHelp();

}  // namespace headlens

#endif  // HEADLENS_CLI_BAKE_OPTIONS_H_
