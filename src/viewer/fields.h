// The fields that the views rollout, similarity and PCA draw: which one a view asks for, and
// whether it is there.
#ifndef HEADLENS_VIEWER_FIELDS_H_
#define HEADLENS_VIEWER_FIELDS_H_

#include <span>
#include <string>

#include "viewer/heads.h"
#include "viewer/view_state.h"

namespace headlens {

// All that the values of a view's field depend on, of a photo in a model with so many layers:
// "rollout mean 0.9", "similarity 3,5" or "similarity cls", "pca 12 keys"; empty for the views
// that have none. Queries count in the first pane's grid, shares in thousandths.
std::string FieldKey(View view, const ViewState& state, int layers);

// Null for the views that have none.
const Field* FieldOf(const Heads& heads, View view);
Field* FieldOf(Heads* heads, View view);

// True while the field that the view asks for is not there.
bool AwaitsField(const Heads& heads, const ViewState& state);

// What there is of the view's field in the layer shown, (rows, cols, channels): while the one asked
// for is being computed, that of before; empty if there is none.
std::span<const float> ShownField(const Heads& heads, const ViewState& state);

}  // namespace headlens

#endif  // HEADLENS_VIEWER_FIELDS_H_
