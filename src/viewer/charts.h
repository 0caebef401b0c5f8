// Small drawings of numbers: a bar, a line over the layers, shares of a whole.
#ifndef HEADLENS_VIEWER_CHARTS_H_
#define HEADLENS_VIEWER_CHARTS_H_

#include <span>

#include "viewer/layout.h"
#include "viewer/theme.h"

namespace headlens {

// share in [0, 1] of the box's width.
void DrawBar(const Theme& theme, const Box& box, float share, ImU32 colour);

// values over their index, from low at the bottom to high at the top; `marked` has a dot.
void DrawLine(const Theme& theme, const Box& box, std::span<const float> values, float low,
              float high, int marked, ImU32 colour);

struct Share {
  float size = 0;
  ImU32 colour = 0;
};
// Side by side; together the whole box where they sum to 1.
void DrawShares(const Theme& theme, const Box& box, std::span<const Share> shares);

}  // namespace headlens

#endif  // HEADLENS_VIEWER_CHARTS_H_
