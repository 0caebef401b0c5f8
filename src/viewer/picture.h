// The photo with its overlay, drawn by shaders/overlay.frag.
#ifndef HEADLENS_VIEWER_PICTURE_H_
#define HEADLENS_VIEWER_PICTURE_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "viewer/layout.h"
#include "viewer/panes.h"
#include "viewer/view_state.h"

namespace headlens {

// What a pane draws of its maps.
struct Weights {
  unsigned texture = 0;  // R32F array: (heads, rows, cols)

  // What it holds now, so that it is made anew only when something changed.
  const float* scores = nullptr;
  float keep_mass = -1;
};

// Names of WebGL objects; all 0 before CreatePicture and after the context is lost.
struct Picture {
  unsigned program = 0;
  unsigned photo = 0;  // of all panes; the page uploads into it
  unsigned scale = 0;
  std::vector<Weights> weights;  // of those panes that were drawn
};

// False if the shaders do not compile, which the bridge reports.
bool CreatePicture(Picture* picture);

// To be called when the maps of a pane changed.
void ForgetWeights(Picture* picture, size_t pane);

// To be called when there are fewer panes.
void DropWeights(Picture* picture, size_t panes);

// Draws a pane into `place` of a target of this height and width.
void DrawPicture(Picture* picture, std::span<const Pane> panes, size_t pane, const ViewState& state,
                 const Box& place, int target_height, int target_width);

// A pane's picture alone at this size, RGBA, first row at the top. Empty if the size cannot be had.
std::vector<uint8_t> RenderPicture(Picture* picture, std::span<const Pane> panes, size_t pane,
                                   const ViewState& state, int height, int width);

}  // namespace headlens

#endif  // HEADLENS_VIEWER_PICTURE_H_
