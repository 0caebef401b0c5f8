// A line of mathematics: "A_h = softmax(q_{[CLS]} K^T)" with indices below and powers above the
// line.
#ifndef HEADLENS_VIEWER_FORMULA_H_
#define HEADLENS_VIEWER_FORMULA_H_

#include <string_view>

#include "viewer/theme.h"

namespace headlens {

// _x and ^x lower and raise one sign, _{..} and ^{..} several.
float FormulaWidth(const Theme& theme, std::string_view text);
void DrawFormula(const Theme& theme, ImVec2 at, ImU32 colour, std::string_view text);

}  // namespace headlens

#endif  // HEADLENS_VIEWER_FORMULA_H_
