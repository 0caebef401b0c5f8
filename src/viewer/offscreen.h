// Drawing that goes to memory, not to the canvas.
#ifndef HEADLENS_VIEWER_OFFSCREEN_H_
#define HEADLENS_VIEWER_OFFSCREEN_H_

#include <cstdint>
#include <functional>
#include <vector>

namespace headlens {

// What `draw` draws into a target of this size: RGBA (height, width, 4), first row at the top.
// Empty if the size cannot be had. The canvas is the target again afterwards.
std::vector<uint8_t> RenderOffscreen(int height, int width, const std::function<void()>& draw);

}  // namespace headlens

#endif  // HEADLENS_VIEWER_OFFSCREEN_H_
