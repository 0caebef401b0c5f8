// Zooming and panning: where a picture lies that is larger than what shows of it.
#ifndef HEADLENS_VIEWER_ZOOM_H_
#define HEADLENS_VIEWER_ZOOM_H_

#include "viewer/layout.h"
#include "viewer/view_state.h"

namespace headlens {

struct Zoom {
  float factor = 1;  // 1: the picture as large as it fits
  Place centre;      // of the picture, in the middle of what shows
};

// A picture has the size of `fit` while its factor is 1; `frame` is the part of the window that it
// may fill. It lies in the middle of that, or fills it.
struct ZoomFrame {
  Box fit;
  Box frame;
};

// Where all of the picture lies. It leaves no part of the frame empty that it could fill.
Box ZoomedPlace(const ZoomFrame& where, const Zoom& zoom);

// `times` as large; the point (x, y) of the window stays where it is in the picture.
Zoom ZoomAt(const ZoomFrame& where, const Zoom& zoom, float x, float y, float times);

// Moved by these pixels.
Zoom PanBy(const ZoomFrame& where, const Zoom& zoom, float right, float down);

bool Contains(const Box& box, float x, float y);

// Empty (0 x 0) where they have nothing in common.
Box Intersection(const Box& a, const Box& b);

}  // namespace headlens

#endif  // HEADLENS_VIEWER_ZOOM_H_
