// The bar under the picture that says which score each colour of the scale stands for.
#ifndef HEADLENS_VIEWER_COLOUR_BAR_H_
#define HEADLENS_VIEWER_COLOUR_BAR_H_

#include <span>
#include <string>
#include <vector>

#include "viewer/panes.h"
#include "viewer/view_state.h"

namespace headlens {

enum class BarKind {
  kNone,   // colours of heads need none
  kScale,  // a colour scale with ticks
  kRgb,    // three components as red, green and blue
};

struct BarTick {
  float at = 0;  // 0..1 along the scale
  std::string text;
};

struct ColourBar {
  BarKind kind = BarKind::kNone;
  std::string title;   // what the colours show
  std::string detail;  // by which normalisation
  std::vector<BarTick> ticks;
};

// Scores where all that is drawn has one range, "least" and "most" where each head, or each model,
// has its own.
ColourBar ColourBarOf(std::span<const Pane> panes, const ViewState& state);

// What a bar was made of.
struct BarInputs {
  std::string state;  // as JSON
  std::vector<unsigned> revisions;
  bool operator==(const BarInputs&) const = default;
};

struct KnownBar {
  BarInputs inputs;
  ColourBar bar;
};

// Made anew only when something changed.
const ColourBar& CurrentBar(KnownBar* known, std::span<const Pane> panes, const ViewState& state);

}  // namespace headlens

#endif  // HEADLENS_VIEWER_COLOUR_BAR_H_
