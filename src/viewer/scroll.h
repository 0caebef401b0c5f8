// Scrolling a window by dragging what is in it, as fingers do.
#ifndef HEADLENS_VIEWER_SCROLL_H_
#define HEADLENS_VIEWER_SCROLL_H_

#include "viewer/theme.h"

namespace headlens {

struct DragScroll {
  bool armed = false;  // the press was in the window
  bool on = false;
  float from_x = 0, from_y = 0;  // where it was scrolled to at the press
};

// For the window that is being drawn, at its end. A drag that begins on a button scrolls and
// presses nothing; one that begins on a slider stays the slider's.
void ScrollByDrag(const Theme& theme, DragScroll* scroll);

}  // namespace headlens

#endif  // HEADLENS_VIEWER_SCROLL_H_
