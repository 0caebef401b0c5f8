// The three heights of the panel on a narrow window.
#include <gtest/gtest.h>

#include "viewer/sheet.h"

namespace headlens {
namespace {

const SheetHeights kHeights{80, 300, 700};

TEST(Sheet, GoesThroughItsHeightsByTaps) {
  Sheet sheet;
  EXPECT_EQ(HeightOf(sheet, kHeights), 300);
  TapSheet(&sheet);
  EXPECT_EQ(HeightOf(sheet, kHeights), 700);
  TapSheet(&sheet);
  EXPECT_EQ(HeightOf(sheet, kHeights), 80);
  TapSheet(&sheet);
  EXPECT_EQ(HeightOf(sheet, kHeights), 300);
}

TEST(Sheet, FollowsTheFingerAndStaysAtTheNearestHeight) {
  Sheet sheet;
  DragSheet(560, kHeights, &sheet);
  EXPECT_EQ(HeightOf(sheet, kHeights), 560);
  DropSheet(kHeights, &sheet);
  EXPECT_EQ(sheet.stop, SheetStop::kFull);
  DragSheet(150, kHeights, &sheet);
  DropSheet(kHeights, &sheet);
  EXPECT_EQ(HeightOf(sheet, kHeights), 80);
}

TEST(Sheet, StaysBetweenItsLowestAndItsHighest) {
  Sheet sheet;
  DragSheet(5000, kHeights, &sheet);
  EXPECT_EQ(HeightOf(sheet, kHeights), 700);
  DragSheet(-20, kHeights, &sheet);
  EXPECT_EQ(HeightOf(sheet, kHeights), 80);
}

TEST(Sheet, LeavesTheWindowItsRoomButNeverLosesTheLayer) {
  const SheetHeights limited = LimitedTo(kHeights, 400);
  EXPECT_EQ(limited, (SheetHeights{80, 300, 400}));
  EXPECT_EQ(LimitedTo(kHeights, 20), (SheetHeights{80, 80, 80}));
}

}  // namespace
}  // namespace headlens
