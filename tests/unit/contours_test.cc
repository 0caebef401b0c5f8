#include "maps/contours.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <string>

namespace headlens {

void PrintTo(const GridPoint& point, std::ostream* out) { *out << point.x << "," << point.y; }

namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

struct Mask {
  int rows = 0;
  int cols = 0;
  std::vector<uint8_t> kept;
};

// Drawn: '#' is kept.
Mask Drawn(const std::vector<std::string>& lines) {
  Mask mask{static_cast<int>(lines.size()), static_cast<int>(lines[0].size()), {}};
  for (const std::string& line : lines) {
    for (char c : line) mask.kept.push_back(c == '#');
  }
  return mask;
}

Mask Noise(int rows, int cols, int of_ten, uint32_t seed) {
  std::mt19937 random(seed);
  Mask mask{rows, cols, std::vector<uint8_t>(size_t{1} * rows * cols)};
  for (uint8_t& kept : mask.kept) kept = static_cast<int>(random() % 10) < of_ten;
  return mask;
}

std::vector<Mask> ManyMasks() {
  std::vector<Mask> masks = {Drawn({"#"}),
                             Drawn({"."}),
                             Drawn({"#.", ".#"}),
                             Drawn({".#", "#."}),
                             Drawn({"###", "#.#", "###"}),
                             Drawn({"##..", "####", "...#"}),
                             Drawn({"#.#.#", ".#.#.", "#.#.#"})};
  for (uint32_t seed = 0; seed < 20; ++seed) {
    masks.push_back(Noise(9, 13, 1 + static_cast<int>(seed) % 9, seed));
  }
  return masks;
}

std::vector<Outline> PatchOutlinesOf(const Mask& mask) {
  return PatchOutlines(mask.kept, mask.rows, mask.cols);
}
std::vector<Outline> SmoothOutlinesOf(const Mask& mask) {
  return SmoothOutlines(mask.kept, mask.rows, mask.cols);
}

// Positive where what it encloses lies at the right of the walk, y pointing down.
double Area(const Outline& outline) {
  double twice = 0;
  for (size_t i = 0; i < outline.size(); ++i) {
    const GridPoint a = outline[i], b = outline[(i + 1) % outline.size()];
    twice += double{a.x} * b.y - double{b.x} * a.y;
  }
  return twice / 2;
}

double Area(const std::vector<Outline>& outlines) {
  double sum = 0;
  for (const Outline& outline : outlines) sum += Area(outline);
  return sum;
}

// How often the outlines go around a place: 1 within, 0 outside.
int Winding(const std::vector<Outline>& outlines, double x, double y) {
  double turns = 0;
  for (const Outline& outline : outlines) {
    for (size_t i = 0; i < outline.size(); ++i) {
      const GridPoint a = outline[i], b = outline[(i + 1) % outline.size()];
      const double turn = std::atan2(b.y - y, b.x - x) - std::atan2(a.y - y, a.x - x);
      turns += std::remainder(turn, 2 * M_PI);
    }
  }
  return static_cast<int>(std::lround(turns / (2 * M_PI)));
}

double Distance(GridPoint p, GridPoint a, GridPoint b) {
  const double dx = b.x - a.x, dy = b.y - a.y, length = dx * dx + dy * dy;
  const double along =
      length > 0 ? std::clamp(((p.x - a.x) * dx + (p.y - a.y) * dy) / length, 0.0, 1.0) : 0;
  return std::hypot(p.x - (a.x + along * dx), p.y - (a.y + along * dy));
}

double Distance(GridPoint p, const std::vector<Outline>& outlines) {
  double least = INFINITY;
  for (const Outline& outline : outlines) {
    for (size_t i = 0; i < outline.size(); ++i) {
      least = std::min(least, Distance(p, outline[i], outline[(i + 1) % outline.size()]));
    }
  }
  return least;
}

TEST(PatchOutlines, GoAroundOnePatchClockwise) {
  const std::vector<Outline> outlines = PatchOutlinesOf(Drawn({"...", ".#.", "..."}));
  ASSERT_THAT(outlines, SizeIs(1));
  std::vector<std::pair<float, float>> points;
  for (const GridPoint& point : outlines[0]) points.emplace_back(point.x, point.y);
  EXPECT_THAT(points, testing::ElementsAre(std::pair(1, 1), std::pair(2, 1), std::pair(2, 2),
                                           std::pair(1, 2)));
}

TEST(PatchOutlines, HaveAPointOnlyWhereTheyTurn) {
  for (const Mask& mask : ManyMasks()) {
    for (const Outline& outline : PatchOutlinesOf(mask)) {
      const size_t n = outline.size();
      ASSERT_GE(n, 4u);
      for (size_t i = 0; i < n; ++i) {
        const GridPoint a = outline[i], b = outline[(i + 1) % n], c = outline[(i + 2) % n];
        EXPECT_NE(a.x == b.x, a.y == b.y);  // along one axis
        EXPECT_NE(a.x == b.x, b.x == c.x);  // and then along the other
      }
    }
  }
}

TEST(PatchOutlines, EncloseExactlyWhatTheMaskKeeps) {
  for (const Mask& mask : ManyMasks()) {
    const std::vector<Outline> outlines = PatchOutlinesOf(mask);
    EXPECT_EQ(Area(outlines), std::count(mask.kept.begin(), mask.kept.end(), 1));
    for (int i = 0; i < mask.rows * mask.cols; ++i) {
      EXPECT_EQ(Winding(outlines, i % mask.cols + 0.5, i / mask.cols + 0.5), mask.kept[i]);
    }
  }
}

TEST(PatchOutlines, WalkAroundAHoleTheOtherWay) {
  const std::vector<Outline> outlines = PatchOutlinesOf(Drawn({"###", "#.#", "###"}));
  ASSERT_THAT(outlines, SizeIs(2));
  EXPECT_EQ(Area(outlines[0]), 9);
  EXPECT_EQ(Area(outlines[1]), -1);
}

TEST(PatchOutlines, TakePatchesApartThatTouchAtACorner) {
  for (const Mask& mask : {Drawn({"#.", ".#"}), Drawn({".#", "#."})}) {
    const std::vector<Outline> outlines = PatchOutlinesOf(mask);
    ASSERT_THAT(outlines, SizeIs(2));
    EXPECT_EQ(Area(outlines[0]), 1);
    EXPECT_EQ(Area(outlines[1]), 1);
    EXPECT_THAT(SmoothOutlinesOf(mask), SizeIs(2));
  }
}

TEST(Outlines, AreNoneWhereNothingIsKept) {
  EXPECT_THAT(PatchOutlinesOf(Drawn({"...", "..."})), IsEmpty());
  EXPECT_THAT(SmoothOutlinesOf(Drawn({"...", "..."})), IsEmpty());
  EXPECT_THAT(PatchOutlines({}, 0, 0), IsEmpty());
}

TEST(SmoothOutlines, StayWithinHalfAPatchOfThePatchesEdge) {
  for (const Mask& mask : ManyMasks()) {
    const std::vector<Outline> exact = PatchOutlinesOf(mask), smooth = SmoothOutlinesOf(mask);
    EXPECT_EQ(smooth.size(), exact.size());
    for (const Outline& outline : smooth) {
      for (const GridPoint& point : outline) {
        EXPECT_LE(Distance(point, exact), 0.5);
        EXPECT_TRUE(point.x >= 0 && point.x <= mask.cols && point.y >= 0 && point.y <= mask.rows);
      }
    }
    for (const Outline& outline : exact) {
      for (const GridPoint& point : outline) EXPECT_LE(Distance(point, smooth), 0.5);
    }
  }
}

TEST(SmoothOutlines, HaveEveryPatchCentreAtTheSideThatTheMaskSays) {
  for (const Mask& mask : ManyMasks()) {
    const std::vector<Outline> outlines = SmoothOutlinesOf(mask);
    for (int i = 0; i < mask.rows * mask.cols; ++i) {
      EXPECT_EQ(Winding(outlines, i % mask.cols + 0.5, i / mask.cols + 0.5), mask.kept[i]);
    }
  }
}

// The mask between patch centres, with 0 outside of the grid.
double BilinearMask(const Mask& mask, double x, double y) {
  const auto kept = [&](double col, double row) {
    const bool inside = col >= 0 && col < mask.cols && row >= 0 && row < mask.rows;
    return inside && mask.kept[static_cast<size_t>(row * mask.cols + col)] ? 1.0 : 0.0;
  };
  const double left = std::floor(x - 0.5), top = std::floor(y - 0.5);
  const double u = x - 0.5 - left, v = y - 0.5 - top;
  return (1 - v) * ((1 - u) * kept(left, top) + u * kept(left + 1, top)) +
         v * ((1 - u) * kept(left, top + 1) + u * kept(left + 1, top + 1));
}

// Away from the level by more than what cutting corners moves, both agree which side a place is on.
TEST(SmoothOutlines, FollowTheLevelOfAHalf) {
  std::mt19937 random(9);
  for (const Mask& mask : ManyMasks()) {
    const std::vector<Outline> outlines = SmoothOutlinesOf(mask);
    for (int i = 0; i < 300; ++i) {
      const double x = static_cast<double>(random() % 10000) / 10000 * mask.cols;
      const double y = static_cast<double>(random() % 10000) / 10000 * mask.rows;
      const double level = BilinearMask(mask, x, y);
      if (std::abs(level - 0.5) < 0.26) continue;
      EXPECT_EQ(Winding(outlines, x, y), level > 0.5) << x << ", " << y;
    }
  }
}

TEST(SmoothOutlines, TurnGently) {
  const std::vector<Outline> outlines = SmoothOutlinesOf(Drawn({"....", ".##.", ".##.", "...."}));
  ASSERT_THAT(outlines, SizeIs(1));
  const Outline& outline = outlines[0];
  for (size_t i = 0; i < outline.size(); ++i) {
    const GridPoint a = outline[i], b = outline[(i + 1) % outline.size()],
                    c = outline[(i + 2) % outline.size()];
    const double turn = std::remainder(
        std::atan2(c.y - b.y, c.x - b.x) - std::atan2(b.y - a.y, b.x - a.x), 2 * M_PI);
    EXPECT_LE(std::abs(turn), M_PI / 6);
  }
}

}  // namespace
}  // namespace headlens
