// What keys and toggles do to the view: pure changes of ViewState.
#ifndef HEADLENS_VIEWER_KEYS_H_
#define HEADLENS_VIEWER_KEYS_H_

#include <span>
#include <string_view>

#include "viewer/layout.h"
#include "viewer/view_state.h"

namespace headlens {

// What the maps on screen allow: of two models the larger numbers.
struct ViewLimits {
  int layers = 0;
  int heads = 0;
  PatchGrid grid;             // in which the query counts
  bool grids_differ = false;  // another pane has another one
};

// The change that a key asks for; keys are named as KeyboardEvent.key names them, with "Shift+" in
// front of arrows. False if the key means nothing here.
bool ApplyKey(std::string_view key, const ViewLimits& limits, ViewState* state);

struct KeyHelp {
  const char* keys;
  const char* what;
};
struct KeyGroup {
  const char* title;
  std::span<const KeyHelp> keys;
};
std::span<const KeyGroup> KeyGroups();

char KeyOf(View view);  // in lower case

// Which colours apply to what the view shows; in mode figure and view PCA neither.
bool UsesPalette(const ViewState& state);
bool UsesColormap(const ViewState& state);

// Heads count from 0 here.
bool HeadIsOn(const ViewState& state, int head);
void ToggleHead(int head, int heads, ViewState* state);
void GroupHeads(ViewState* state);  // or no longer; what has no order gets one
void ShowAllHeads(ViewState* state);

// These heads alone, bit h for head h; all again where they already were alone. `was_on` is what
// was drawn before the clicks that led here.
void SoloHeads(uint64_t alone, int heads, uint64_t was_on, ViewState* state);

// The heads that the picture draws: in mode single the one, else those that are on.
uint64_t DrawnHeads(const ViewState& state, int heads);

}  // namespace headlens

#endif  // HEADLENS_VIEWER_KEYS_H_
