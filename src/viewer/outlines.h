// Contours of what keep_mass keeps of each head, computed when what they depend on changed.
#ifndef HEADLENS_VIEWER_OUTLINES_H_
#define HEADLENS_VIEWER_OUTLINES_H_

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "maps/contours.h"
#include "maps/weights.h"
#include "viewer/panes.h"
#include "viewer/tile.h"
#include "viewer/view_state.h"

namespace headlens {

inline constexpr int kAllTogether = -1;  // the union or intersection of the heads

struct HeadContour {
  int head = 0;  // counted from 0, or kAllTogether
  std::vector<Outline> outlines;
};

struct ContourInputs {
  unsigned revision = 0;
  bool of_query = false;
  WeightStyle style;
  Contours contours = Contours::kNone;
  bool operator==(const ContourInputs&) const = default;
};

struct LayerContours {
  size_t pane = 0;
  int layer = 0;
  ContourInputs inputs;
  std::vector<HeadContour> heads;  // all of the layer's, or one of all together
};

// Of a pane's layer; valid until the next call. None where the view has no contours, or keeps every
// patch.
std::span<const HeadContour> ContoursOf(std::vector<LayerContours>* known,
                                        std::span<const Pane> panes, size_t pane, int layer,
                                        const ViewState& state);

// Those of a pane's layer that is shown, of the heads that are drawn, as JSON:
// [{"head": 1, "colour": "#rrggbb", "path": ".."}] with SVG path data in pixels of a photo of this
// size; "head" is null for all together.
std::string ContoursToJson(std::vector<LayerContours>* known, std::span<const Pane> panes,
                           size_t pane, const ViewState& state, int height, int width);

}  // namespace headlens

#endif  // HEADLENS_VIEWER_OUTLINES_H_
