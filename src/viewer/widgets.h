// The controls of the panel, drawn with ImGui's lists: each takes the full width given and returns
// true in the frame in which the reader changed it.
#ifndef HEADLENS_VIEWER_WIDGETS_H_
#define HEADLENS_VIEWER_WIDGETS_H_

#include <functional>
#include <span>
#include <string>

#include "viewer/layout.h"
#include "viewer/theme.h"

namespace headlens {

// A vertical space, in CSS pixels.
void Gap(const Theme& theme, float css);

// The title of a section; a value, muted, at the right end of its line.
void Title(const Theme& theme, const char* title, const char* value, float width);

// The name of a control at the left of its line. The control goes where the cursor is then, as wide
// as this returns; all controls of a panel begin at one place.
float Label(const Theme& theme, const char* name, float width);

// A quiet hint, wrapped.
void Hint(const Theme& theme, const char* text, float width);

// Beside the pointer while it is over what was drawn last: a name, and what it means.
void HoverNote(const Theme& theme, const char* name, const char* text);

// A line to drag on, without a caption; value in [low, high], in steps.
bool Slider(const Theme& theme, const char* id, float low, float high, float step, float width,
            float* value);
bool HoldsSlider();  // a slider of this window is being dragged

// With its name at the left and its value at the right; share in [low, 1].
bool ShareSlider(const Theme& theme, const char* name, float low, float width, float* share);

// One of several, each as wide as its name asks for. -1: none is chosen.
bool Segments(const Theme& theme, const char* id, std::span<const char* const> names, float width,
              int* chosen);

// One of several that opens a list of them. note: at the right of a line, muted. paint: what stands
// before a name, in a box of this width in CSS pixels; 0: nothing.
struct SelectItems {
  std::span<const char* const> names;
  std::span<const std::string> notes = {};
  float painted = 0;
  std::function<void(int item, const Box& box)> paint = {};
};
bool Select(const Theme& theme, const char* id, const SelectItems& items, float width, int* chosen);
bool CloseLists();  // false if none was open

// A head: its colour, filled where it is on. 1 where it was pressed once, 2 at the end of a
// double-click.
int HeadChip(const Theme& theme, const char* label, ImU32 colour, bool on, const ImVec2& size);

bool Button(const Theme& theme, const char* label);
float ButtonWidth(const Theme& theme, const char* label);

// A lower one, for what is beside the picture.
bool SmallButton(const Theme& theme, const char* label);
float SmallButtonWidth(const Theme& theme, const char* label);

// Words to press, in small type, at the left or right of a box.
enum class Align { kLeft, kRight };
bool Words(const Theme& theme, const char* label, const Box& box, Align align, bool strong);

// Text in a box, in the middle of its height.
void TextIn(const ImFont* font, const char* text, const Box& box, Align align, ImU32 colour);

float TextWidth(const ImFont* font, const char* text);

// As much of a text's beginning as the width has room for, with dots where that is not all of it.
std::string FittedText(const ImFont* font, const std::string& text, float width);

// Height of Segments, Select, Button in device pixels.
float ControlHeight(const Theme& theme);
float SliderHeight(const Theme& theme);  // also of a ShareSlider
float TitleHeight(const Theme& theme);

}  // namespace headlens

#endif  // HEADLENS_VIEWER_WIDGETS_H_
