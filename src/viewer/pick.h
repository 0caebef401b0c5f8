// The pointer over the picture: which patch is under it, what it scores, and which is the query.
#ifndef HEADLENS_VIEWER_PICK_H_
#define HEADLENS_VIEWER_PICK_H_

#include <optional>

#include "viewer/heads.h"
#include "viewer/layout.h"
#include "viewer/theme.h"
#include "viewer/view_state.h"

namespace headlens {

// Draws the query's marker and what hovering shows; a click makes the patch the query. Returns the
// patch under the pointer.
std::optional<Patch> PickPatch(const Theme& theme, const Layout& layout, const Heads& heads,
                               ViewState* state);

}  // namespace headlens

#endif  // HEADLENS_VIEWER_PICK_H_
