// How pictures are drawn, as options of the command line and as attributes of <vit-attention>.
#ifndef HEADLENS_CLI_DRAWING_OPTIONS_H_
#define HEADLENS_CLI_DRAWING_OPTIONS_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "cli/args.h"
#include "maps/compose.h"

namespace headlens {

struct DrawingOptions {
  OverlayStyle style;              // keep_mass is that of below, or 1
  std::optional<float> keep_mass;  // whether it is asked for counts for what arrays hold
};

// The target must outlive the table.
std::vector<Option> DrawingTable(DrawingOptions& options);

// The error says which of them make no sense together.
Status CheckDrawing(const DrawingOptions& options);

// What the style has other than usual, as fields of the viewer's state with the names of
// attributes:
// {{"mode", "mean"}, {"keep-mass", "0.6"}}.
std::vector<std::pair<std::string, std::string>> DrawingAttributes(const OverlayStyle& style);

}  // namespace headlens

#endif  // HEADLENS_CLI_DRAWING_OPTIONS_H_
