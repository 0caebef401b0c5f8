// Where things go in the window. Device pixels, origin at the top left.
#ifndef HEADLENS_VIEWER_LAYOUT_H_
#define HEADLENS_VIEWER_LAYOUT_H_

#include <optional>
#include <vector>

#include "maps/grid.h"
#include "viewer/view_state.h"

namespace headlens {

struct Box {
  float x = 0;
  float y = 0;
  float width = 0;
  float height = 0;
};

struct Window {
  int width = 0;
  int height = 0;
  float scale = 1;    // device pixels per CSS pixel
  int inset_top = 0;  // kept clear beside the panel for the page's own elements
  int inset_bottom = 0;
};

struct Layout {
  bool narrow = false;  // the panel is a sheet at the bottom, not a column at the right
  Box panel;
  Box tabs;                 // of the views, above the area
  Box area;                 // what is left for the photo
  Box bar;                  // of colours and their scores, below the area
  std::vector<Box> photos;  // one a pane: whole pixels, the photo's aspect ratio, as large as fits
  std::vector<Box> captions;  // above them, where there are several
};

// Several panes are of one size, side by side or one above the other, as makes the photo larger.
// sheet_height: what the panel needs where it is a sheet.
Layout PlaceScene(const Window& window, int photo_height, int photo_width, int panes,
                  int sheet_height);

struct PhotoSize {
  int height = 0;
  int width = 0;
};

// CSS pixels that a saved view leaves free.
struct SavedMargins {
  float around = 0;
  float bar = 0;  // below, for the bar of colours
};

// A view alone, without panel and tabs, in a picture of this size.
Layout PlaceSavedView(int height, int width, float scale, const PhotoSize& photo, int panes,
                      const SavedMargins& margins);

std::optional<Patch> PatchAt(const Box& photo, const PatchGrid& grid, float x, float y);
Box PatchBox(const Box& photo, const PatchGrid& grid, Patch patch);

// The patch of one grid under the middle of a patch of another; neither may be empty.
Patch SamePlace(Patch patch, const PatchGrid& from, const PatchGrid& to);

}  // namespace headlens

#endif  // HEADLENS_VIEWER_LAYOUT_H_
