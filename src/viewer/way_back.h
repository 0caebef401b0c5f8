// The button on the picture of a head alone that leads back to where it was chosen.
#ifndef HEADLENS_VIEWER_WAY_BACK_H_
#define HEADLENS_VIEWER_WAY_BACK_H_

#include "viewer/layout.h"
#include "viewer/pick.h"
#include "viewer/theme.h"

namespace headlens {

// In a corner of the area. True in the frame in which it was pressed.
bool WayBackButton(const Theme& theme, const Box& area, const WayBack& way);

}  // namespace headlens

#endif  // HEADLENS_VIEWER_WAY_BACK_H_
