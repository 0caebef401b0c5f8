// The photo with its overlay, drawn by shaders/overlay.frag.
#ifndef HEADLENS_VIEWER_PICTURE_H_
#define HEADLENS_VIEWER_PICTURE_H_

#include <cstdint>
#include <span>
#include <vector>

#include "viewer/heads.h"
#include "viewer/layout.h"
#include "viewer/view_state.h"

namespace headlens {

// Names of WebGL objects; all 0 before CreatePicture and after the context is lost.
struct Picture {
  unsigned program = 0;
  unsigned photo = 0;    // the page uploads into it
  unsigned weights = 0;  // R32F array: (heads, rows, cols)
  unsigned scale = 0;

  // What `weights` holds now, so that it is made anew only when something changed.
  const float* scores = nullptr;
  float keep_mass = -1;
};

// False if the shaders do not compile, which the bridge reports.
bool CreatePicture(Picture* picture);

// To be called when the maps behind a pointer changed.
void ForgetWeights(Picture* picture);

// Draws into `place` of a target of this height and width.
void DrawPicture(Picture* picture, const Heads& heads, const ViewState& state, const Box& place,
                 int target_height, int target_width);

// The picture alone at this size, RGBA, first row at the top. Empty if the size cannot be had.
std::vector<uint8_t> RenderPicture(Picture* picture, const Heads& heads, const ViewState& state,
                                   int height, int width);

}  // namespace headlens

#endif  // HEADLENS_VIEWER_PICTURE_H_
