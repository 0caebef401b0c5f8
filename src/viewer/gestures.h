// Wheel, pinch, drag and double-click over the pictures: zoom, pan, and the divider of view slider.
#ifndef HEADLENS_VIEWER_GESTURES_H_
#define HEADLENS_VIEWER_GESTURES_H_

#include <optional>

#include "viewer/tiles.h"
#include "viewer/view_state.h"
#include "viewer/zoom.h"

namespace headlens {

// Two fingers since the last frame.
struct Pinch {
  float x = 0;  // the point between them
  float y = 0;
  float times = 1;  // as far apart as before
  float right = 0;  // how far that point moved
  float down = 0;
};

struct Gestures {
  enum class Drag { kNone, kPan, kDivider };
  Drag drag = Drag::kNone;
  bool swallow = false;  // the press in progress is no click
  float last_x = 0;      // of the pointer while it drags
  float last_y = 0;
  ViewState before_click;  // what a double-click goes back to
  std::optional<Pinch> pinch;
};

void AddPinch(const Pinch& pinch, Gestures* gestures);

struct Point {
  float x = 0;
  float y = 0;
};

// Changes zoom, centre and divider by what happened since the last frame; `atlas` is where view
// atlas is scrolled to. Returns where a click ended, if one did.
std::optional<Point> FollowGestures(Gestures* gestures, const Tiles& tiles, float scale,
                                    ViewState* state, Zoom* atlas);

// The divider with its handle.
bool OverDivider(const Tiles& tiles, float scale, const ViewState& state, float x, float y);

}  // namespace headlens

#endif  // HEADLENS_VIEWER_GESTURES_H_
