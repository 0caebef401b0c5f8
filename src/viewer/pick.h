// The pointer over the picture: which patch is under it, what it scores, and which is the query.
#ifndef HEADLENS_VIEWER_PICK_H_
#define HEADLENS_VIEWER_PICK_H_

#include <cstddef>
#include <optional>
#include <span>

#include "viewer/layout.h"
#include "viewer/panes.h"
#include "viewer/theme.h"
#include "viewer/view_state.h"

namespace headlens {

struct Hovered {
  size_t pane = 0;
  Patch patch;
  bool operator==(const Hovered&) const = default;
};

// Draws the query's marker and what hovering shows, at the same place of every pane; a click makes
// the patch the query. Returns the patch under the pointer.
std::optional<Hovered> PickPatch(const Theme& theme, const Layout& layout, std::span<Pane> panes,
                                 ViewState* state);

}  // namespace headlens

#endif  // HEADLENS_VIEWER_PICK_H_
