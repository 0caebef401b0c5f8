// What stands over the photo for a while: the list of keys, and a line with what was just changed.
#ifndef HEADLENS_VIEWER_HELP_H_
#define HEADLENS_VIEWER_HELP_H_

#include <string>

#include "viewer/layout.h"
#include "viewer/panel.h"
#include "viewer/theme.h"

namespace headlens {

// The uppermost of what lies over the photo; false if there is nothing.
bool CloseSomething(Panel* panel);

void DrawKeys(Panel* panel, const Theme& theme, const Layout& layout);

// At the bottom of the photo's area, for a moment.
void Say(Panel* panel, std::string words);
void DrawSaid(Panel* panel, const Theme& theme, const Layout& layout);
// True while it is there: the next frame shows it fade.
bool IsSaying(const Panel& panel);

}  // namespace headlens

#endif  // HEADLENS_VIEWER_HELP_H_
