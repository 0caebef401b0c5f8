// The panes: the photo with the maps of one model, or of two to compare. One ViewState is linked to
// all of them; here is what it means in each.
#ifndef HEADLENS_VIEWER_PANES_H_
#define HEADLENS_VIEWER_PANES_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "maps/traits.h"
#include "viewer/heads.h"
#include "viewer/keys.h"
#include "viewer/layout.h"
#include "viewer/view_state.h"

namespace headlens {

// What RefreshTraits computed last, and of which maps.
struct ShownTraits {
  unsigned revision = 0;
  bool of_query = false;
  std::vector<HeadTraits> values;  // (layers, heads)
};

struct Pane {
  std::string model;  // the name that the caption gives it
  Heads heads;
  std::optional<Patch> clicked;  // the last patch, where the first pane's grid may be too coarse
  int photo_height = 0;          // pixels
  int photo_width = 0;
  unsigned revision = 1;         // another one whenever the page brings something new into `heads`
  ShownTraits traits = {};
};

ViewLimits LimitsOf(std::span<const Pane> panes);

// The heads that a pane draws: of those that the view asks for the ones that its model has.
uint64_t DrawnHeadsIn(std::span<const Pane> panes, size_t pane, const ViewState& state);

// How a pane's maps in a layer become weights.
WeightStyle WeightStyleIn(std::span<const Pane> panes, size_t pane, const ViewState& state);

// The query in a pane's own grid: ViewState.query counts in the first pane's, and is the same place
// of the photo in the others. None while the pane has no maps.
std::optional<Patch> QueryIn(std::span<const Pane> panes, size_t pane, const ViewState& state);

// The queries of all panes: [[row, col], null].
std::string QueriesToJson(std::span<const Pane> panes, const ViewState& state);

// A patch of a pane becomes the query of all.
void AskPatch(std::span<Pane> panes, size_t pane, Patch patch, ViewState* state);

// True while a pane's maps of the query are being computed.
bool AnyAwaitsQuery(std::span<const Pane> panes, const ViewState& state);

// What is written above a pane: its model, and how what it shows differs from the others.
struct Caption {
  std::string model;
  std::vector<std::string> details;  // the first say most
};
Caption CaptionOf(std::span<const Pane> panes, size_t pane, const ViewState& state);

}  // namespace headlens

#endif  // HEADLENS_VIEWER_PANES_H_
