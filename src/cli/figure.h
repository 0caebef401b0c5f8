// A baked figure: a photo with its maps, for <vit-attention> in a web page.
#ifndef HEADLENS_CLI_FIGURE_H_
#define HEADLENS_CLI_FIGURE_H_

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/maps_options.h"
#include "cli/output.h"
#include "engine/engine.h"
#include "image/image.h"
#include "maps/compose.h"

namespace headlens {

struct FigureRequest {
  int layer = 0;                                   // that it opens with, counted from 0
  std::vector<std::optional<QueryPatch>> queries;  // as in BakeOptions, at least one
  int size = 224;                                  // as in BakeOptions
  bool square = false;
  int photo_size = 1024;
  OverlayStyle style;
};

struct Figure {
  std::vector<std::string> files;  // names in the folder
  std::string lines;               // of HTML, to paste
  size_t bytes = 0;                // of what a reader fetches: photo, maps and poster
};

// Of a finished pass. name: of the figure's files, without ending.
Result<Figure> WriteFigure(const Engine& engine, const Image& photo, const FigureRequest& request,
                           const std::string& name, Output& output);

}  // namespace headlens

#endif  // HEADLENS_CLI_FIGURE_H_
