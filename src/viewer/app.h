// The viewer as a whole: what it holds, and its story told in main.cc.
#ifndef HEADLENS_VIEWER_APP_H_
#define HEADLENS_VIEWER_APP_H_

#include <optional>
#include <string>
#include <vector>

#include "viewer/colour_bar.h"
#include "viewer/gestures.h"
#include "viewer/layout.h"
#include "viewer/outlines.h"
#include "viewer/panel.h"
#include "viewer/panes.h"
#include "viewer/pick.h"
#include "viewer/picture.h"
#include "viewer/theme.h"
#include "viewer/tiles.h"
#include "viewer/ui.h"
#include "viewer/view_state.h"

namespace headlens {

struct App {
  ViewState state;
  std::vector<Pane> panes = std::vector<Pane>(1);
  int photo_height = 0;
  int photo_width = 0;

  Window window;
  Layout layout;
  Theme theme;
  FontFiles fonts;
  Panel panel;
  Picture picture;
  Tiles tiles;                     // of the last frame
  Zoom atlas{1, {0, 0}};           // where view atlas is scrolled to
  std::optional<int> atlas_layer;  // that it brought into sight last
  Gestures gestures;
  std::optional<WayBack> way_back;  // from a head alone
  std::vector<LayerContours> contours;
  KnownBar bar;
  Ui ui;

  std::string reported_state;  // what the page was last told
  std::string reported_queries;
  std::optional<Hovered> reported_hover;
};

bool StartApp(App* app);

// After a lost WebGL context; the page then uploads the photo again.
void RestoreApp(App* app);

void ResizeApp(App* app, const Window& window);

// A key of the keyboard; false if it means nothing here.
bool PressKey(App* app, std::string_view key);

void DrawFrame(App* app, double seconds);

// True if the next frame has news already.
bool FrameIsDue(const App& app);

}  // namespace headlens

#endif  // HEADLENS_VIEWER_APP_H_
