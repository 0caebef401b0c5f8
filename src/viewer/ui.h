// Draws what ImGui laid out. ImGui's own backend saves the whole WebGL state before each frame,
// which is a wait for the browser's graphics process at every question; here the context is ours
// alone.
#ifndef HEADLENS_VIEWER_UI_H_
#define HEADLENS_VIEWER_UI_H_

#include <span>

struct ImDrawList;

namespace headlens {

// Names of WebGL objects.
struct Ui {
  unsigned program = 0;
  unsigned array = 0;     // what the next two hold
  unsigned vertices = 0;  // ImDrawVert
  unsigned indices = 0;   // ImDrawIdx
  unsigned font = 0;      // coverage of the glyphs
  int canvas = -1;        // the uniform of that name
};

// False if the shaders do not compile.
bool CreateUi(Ui* ui);

// For every change of ImGui's fonts.
void UploadFont(Ui* ui);

// Over what is on the target that is bound, of this height and width.
void DrawLists(const Ui& ui, std::span<const ImDrawList* const> lists, int height, int width);

// Over what is on the canvas, after ImGui::Render.
void DrawUi(const Ui& ui, int canvas_height, int canvas_width);

}  // namespace headlens

#endif  // HEADLENS_VIEWER_UI_H_
