// The panel as a sheet at the bottom of a narrow window: three heights, between which its handle is
// dragged or tapped. Device pixels.
#ifndef HEADLENS_VIEWER_SHEET_H_
#define HEADLENS_VIEWER_SHEET_H_

#include <array>

namespace headlens {

enum class SheetStop { kLow, kMiddle, kFull };

struct Sheet {
  SheetStop stop = SheetStop::kMiddle;
  float held = 0;  // its height while the handle is dragged, else 0
};

using SheetHeights = std::array<float, 3>;  // growing, in the order of SheetStop

// The heights in a window that leaves so much to the sheet at most.
SheetHeights LimitedTo(const SheetHeights& wanted, float most);

float HeightOf(const Sheet& sheet, const SheetHeights& heights);

// The handle was moved so that the sheet would be this high.
void DragSheet(float height, const SheetHeights& heights, Sheet* sheet);
// It was let go: the sheet stays at the height that is nearest.
void DropSheet(const SheetHeights& heights, Sheet* sheet);
// It was tapped: the next height, after the last the first.
void TapSheet(Sheet* sheet);

}  // namespace headlens

#endif  // HEADLENS_VIEWER_SHEET_H_
