// "How this number came about": one score of one head, with the numbers that it came from, in the
// notation of the article.
#ifndef HEADLENS_VIEWER_EXPLAIN_H_
#define HEADLENS_VIEWER_EXPLAIN_H_

#include <optional>

#include "viewer/sections.h"

namespace headlens {

// Opens it for the patch under the pointer, given in the first pane's grid, or for the strongest of
// the head; goes to another patch, or closes it.
void ToggleExplanation(std::span<const Pane> panes, std::optional<Patch> hovered, ViewState* state);

// In a sheet. Nothing while it is closed.
void ExplanationSection(const Section& section);
float ExplanationHeight(const Theme& theme);

// Over the lower corner of the photo's area, on a wide window. While the pointer is over a patch it
// is about that one.
void DrawExplanation(Panel* panel, const Theme& theme, const Layout& layout,
                     std::span<const Pane> panes, std::optional<Patch> hovered, ViewState* state);

}  // namespace headlens

#endif  // HEADLENS_VIEWER_EXPLAIN_H_
