// Where the controls of the last frame lie, by name: pixels say nothing to tests that click them.
#ifndef HEADLENS_VIEWER_CONTROLS_H_
#define HEADLENS_VIEWER_CONTROLS_H_

#include <string_view>

#include "viewer/layout.h"

namespace headlens {

void ForgetControls();  // a frame begins

// What was drawn last, by ImGui's own account of it.
void NoteControl(std::string_view name);

Box ControlBox(std::string_view name);  // empty where there is none of that name

}  // namespace headlens

#endif  // HEADLENS_VIEWER_CONTROLS_H_
