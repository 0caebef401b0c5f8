// The controls of the panel, drawn with ImGui's lists: each takes the full width given and returns
// true in the frame in which the reader changed it.
#ifndef HEADLENS_VIEWER_WIDGETS_H_
#define HEADLENS_VIEWER_WIDGETS_H_

#include <span>
#include <string>

#include "viewer/theme.h"

namespace headlens {

// A caption at the left and a value at the right of a line.
void CaptionLine(const Theme& theme, const char* caption, const char* value, float width);

// A quiet hint, wrapped.
void Hint(const Theme& theme, const char* text, float width);

// A line to drag on, without a caption; value in [low, high], in steps.
bool Slider(const Theme& theme, const char* id, float low, float high, float step, float width,
            float* value);

// One of several, each as wide as its name asks for. -1: none is chosen.
bool Segments(const Theme& theme, const char* id, std::span<const char* const> names, float width,
              int* chosen);

// A head: its colour, filled where it is on.
bool HeadChip(const Theme& theme, const char* label, ImU32 colour, bool on, float width);

bool Button(const Theme& theme, const char* label);
float ButtonWidth(const Theme& theme, const char* label);

// A lower one, for what is beside the picture.
bool SmallButton(const Theme& theme, const char* label);
float SmallButtonWidth(const Theme& theme, const char* label);

float TextWidth(const ImFont* font, const char* text);

// As much of a text's beginning as the width has room for, with dots where that is not all of it.
std::string FittedText(const ImFont* font, const std::string& text, float width);

// Height of Slider, Segments, HeadChip, Button in device pixels.
float ControlHeight(const Theme& theme);

}  // namespace headlens

#endif  // HEADLENS_VIEWER_WIDGETS_H_
