#include "viewer/zoom.h"

#include <algorithm>

namespace headlens {
namespace {

constexpr float kSnap = 1.02f;  // below it a zoom is none

// One axis: where a picture of this length begins.
float Begin(float fit, float fit_length, float frame, float frame_length, float length,
            float centre) {
  if (length <= frame_length) return fit + (fit_length - length) / 2;
  const float begin = frame + frame_length / 2 - centre * length;
  return std::clamp(begin, frame + frame_length - length, frame);
}

// One axis: the share of the picture in the middle of the frame, where it begins at `begin`.
float CentreOf(float begin, float length, float frame, float frame_length) {
  if (length <= frame_length) return 0.5f;
  const float half = frame_length / 2 / length;
  return std::clamp((frame + frame_length / 2 - begin) / length, half, 1 - half);
}

Zoom WithBegin(const ZoomFrame& where, float factor, float left, float top) {
  const Box& frame = where.frame;
  return {factor,
          {CentreOf(left, where.fit.width * factor, frame.x, frame.width),
           CentreOf(top, where.fit.height * factor, frame.y, frame.height)}};
}

}  // namespace

Box ZoomedPlace(const ZoomFrame& where, const Zoom& zoom) {
  const Box& fit = where.fit;
  const Box& frame = where.frame;
  const float width = fit.width * zoom.factor, height = fit.height * zoom.factor;
  return {Begin(fit.x, fit.width, frame.x, frame.width, width, zoom.centre.x),
          Begin(fit.y, fit.height, frame.y, frame.height, height, zoom.centre.y), width, height};
}

Zoom ZoomAt(const ZoomFrame& where, const Zoom& zoom, float x, float y, float times) {
  const Box place = ZoomedPlace(where, zoom);
  if (place.width <= 0 || place.height <= 0) return zoom;
  float factor = std::clamp(zoom.factor * times, 1.0f, kMaxZoom);
  if (factor < kSnap) factor = 1;
  const float grown = factor / zoom.factor;
  return WithBegin(where, factor, x - (x - place.x) * grown, y - (y - place.y) * grown);
}

Zoom PanBy(const ZoomFrame& where, const Zoom& zoom, float right, float down) {
  const Box place = ZoomedPlace(where, zoom);
  return WithBegin(where, zoom.factor, place.x + right, place.y + down);
}

bool Contains(const Box& box, float x, float y) {
  return x >= box.x && y >= box.y && x < box.x + box.width && y < box.y + box.height;
}

Box Intersection(const Box& a, const Box& b) {
  const float left = std::max(a.x, b.x), top = std::max(a.y, b.y);
  const float right = std::min(a.x + a.width, b.x + b.width);
  const float bottom = std::min(a.y + a.height, b.y + b.height);
  if (right <= left || bottom <= top) return {};
  return {left, top, right - left, bottom - top};
}

}  // namespace headlens
