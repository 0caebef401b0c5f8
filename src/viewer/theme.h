// Colours, fonts and measures of the viewer, in the page's dark or light scheme.
#ifndef HEADLENS_VIEWER_THEME_H_
#define HEADLENS_VIEWER_THEME_H_

#include <cstdint>
#include <vector>

#include "imgui.h"
#include "maps/colour.h"

namespace headlens {

struct Theme {
  ImU32 background = 0;
  ImU32 panel = 0;
  ImU32 raised = 0;    // controls
  ImU32 selected = 0;  // the chosen one of several
  ImU32 track = 0;     // the empty part of a slider
  ImU32 line = 0;
  ImU32 text = 0;
  ImU32 muted = 0;  // captions
  ImU32 fill = 0;   // the full part of a slider

  float scale = 1;           // device pixels per CSS pixel
  ImFont* body = nullptr;    // 14 CSS pixels
  ImFont* strong = nullptr;  // the same, semi-bold
  ImFont* small = nullptr;   // 12
  ImFont* script = nullptr;  // 10, for indices and powers
};

// OpenType files that the page fetched; where one is empty, ImGui's own font stands in.
struct FontFiles {
  std::vector<uint8_t> regular;
  std::vector<uint8_t> strong;
};

// CSS pixels to whole device pixels.
float Px(const Theme& theme, float css);

void SetColours(bool dark, Theme* theme);

// Loads the fonts at this pixel density and sets ImGui's style; for every change of density.
void SetScale(float scale, const FontFiles& fonts, Theme* theme);

ImU32 ToImColour(const Colour& colour, float alpha);

}  // namespace headlens

#endif  // HEADLENS_VIEWER_THEME_H_
