// Zooming at a point, panning, and the limits of both.
#include <gtest/gtest.h>

#include "viewer/zoom.h"

namespace headlens {
namespace {

const ZoomFrame kWhere{{100, 50, 400, 300}, {0, 0, 600, 400}};

TEST(ZoomedPlace, IsTheFittingOneWithoutZoom) {
  const Box place = ZoomedPlace(kWhere, {1, {0.2f, 0.9f}});
  EXPECT_EQ(place.x, 100);
  EXPECT_EQ(place.y, 50);
  EXPECT_EQ(place.width, 400);
  EXPECT_EQ(place.height, 300);
}

TEST(ZoomedPlace, LeavesNoPartOfTheFrameEmptyThatItCouldFill) {
  for (const Place centre : {Place{0, 0}, Place{1, 1}, Place{0.5f, 0}, Place{0.3f, 0.8f}}) {
    const Box place = ZoomedPlace(kWhere, {3, centre});
    EXPECT_LE(place.x, 0);
    EXPECT_LE(place.y, 0);
    EXPECT_GE(place.x + place.width, 600);
    EXPECT_GE(place.y + place.height, 400);
  }
}

TEST(ZoomedPlace, StaysInTheMiddleOfAnAxisThatItDoesNotFill) {
  const Box place = ZoomedPlace({{250, 0, 100, 400}, {0, 0, 600, 400}}, {2, {0.9f, 0.9f}});
  EXPECT_EQ(place.x, 200);
  EXPECT_EQ(place.width, 200);
}

TEST(ZoomAt, KeepsThePointUnderThePointer) {
  Zoom zoom = ZoomAt(kWhere, {}, 300, 200, 2);
  const Box before = ZoomedPlace(kWhere, zoom);
  const float x = 260, y = 170;
  zoom = ZoomAt(kWhere, zoom, x, y, 1.5f);
  const Box after = ZoomedPlace(kWhere, zoom);
  EXPECT_NEAR((x - before.x) / before.width, (x - after.x) / after.width, 1e-5);
  EXPECT_NEAR((y - before.y) / before.height, (y - after.y) / after.height, 1e-5);
}

TEST(ZoomAt, EndsAtItsLimitsAndComesBackToTheFittingPlace) {
  Zoom zoom;
  for (int i = 0; i < 50; ++i) zoom = ZoomAt(kWhere, zoom, 120, 60, 1.2f);
  EXPECT_EQ(zoom.factor, kMaxZoom);
  for (int i = 0; i < 50; ++i) zoom = ZoomAt(kWhere, zoom, 480, 340, 1 / 1.2f);
  EXPECT_EQ(zoom.factor, 1);
  EXPECT_EQ(zoom.centre.x, 0.5f);
  EXPECT_EQ(zoom.centre.y, 0.5f);
}

TEST(PanBy, MovesThePictureAndStopsAtItsEdge) {
  const Zoom zoom{2, {0.5f, 0.5f}};
  const Box before = ZoomedPlace(kWhere, zoom);
  const Box after = ZoomedPlace(kWhere, PanBy(kWhere, zoom, 30, -20));
  EXPECT_NEAR(after.x, before.x + 30, 1e-3);
  EXPECT_NEAR(after.y, before.y - 20, 1e-3);
  const Box far = ZoomedPlace(kWhere, PanBy(kWhere, zoom, 9000, 9000));
  EXPECT_NEAR(far.x, 0, 1e-3);
  EXPECT_NEAR(far.y, 0, 1e-3);
}

TEST(PanBy, DoesNothingToAPictureThatFits) {
  const Box place = ZoomedPlace(kWhere, PanBy(kWhere, {}, 30, 40));
  EXPECT_EQ(place.x, 100);
  EXPECT_EQ(place.y, 50);
}

TEST(Intersection, IsEmptyWhereBoxesAreApart) {
  EXPECT_EQ(Intersection({0, 0, 10, 10}, {20, 0, 10, 10}).width, 0);
  EXPECT_EQ(Intersection({0, 0, 10, 10}, {5, 5, 10, 10}).width, 5);
}

}  // namespace
}  // namespace headlens
