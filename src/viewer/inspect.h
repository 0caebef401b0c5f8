// What is written beside the pointer of the patch under it.
#ifndef HEADLENS_VIEWER_INSPECT_H_
#define HEADLENS_VIEWER_INSPECT_H_

#include <optional>
#include <span>

#include "viewer/layout.h"
#include "viewer/panes.h"
#include "viewer/theme.h"
#include "viewer/view_state.h"

namespace headlens {

// patches: of each pane, in its own grid. A column for each pane that has a patch there; its
// model's name above where there are several.
void InspectPatch(const Theme& theme, std::span<const Pane> panes, const ViewState& state,
                  std::span<const std::optional<Patch>> patches);

}  // namespace headlens

#endif  // HEADLENS_VIEWER_INSPECT_H_
