#include "maps/svg.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace headlens {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const std::vector<Outline> kSquare = {{{0, 0}, {1, 0}, {1, 1}, {0, 1}}};

TEST(SvgPath, CountsInPixelsOfThePhoto) {
  EXPECT_EQ(SvgPath(kSquare, {.rows = 4, .cols = 8}, 32, 128), "M0 0L16 0L16 8L0 8Z");
}

TEST(SvgPath, EndsWhereThePatchesDo) {
  const PatchGrid grid{.rows = 1, .cols = 1, .covered_height = 0.5f, .covered_width = 0.75f};
  EXPECT_EQ(SvgPath(kSquare, grid, 100, 100), "M0 0L75 0L75 50L0 50Z");
}

TEST(SvgPath, RoundsToHundredthsAndWritesNoMoreThanThatNeeds) {
  const std::vector<Outline> outline = {{{1.0f / 3, 2.0f / 3}, {0.5f, 0.125f}, {-0.0001f, 1}}};
  EXPECT_EQ(SvgPath(outline, {.rows = 1, .cols = 1}, 1, 1), "M0.33 0.67L0.5 0.13L0 1Z");
}

TEST(SvgPath, StartsAnewForEachOutline) {
  const std::vector<Outline> two = {{{0, 0}, {1, 0}, {0, 1}}, {}, {{2, 2}, {3, 2}, {2, 3}}};
  EXPECT_EQ(SvgPath(two, {.rows = 4, .cols = 4}, 4, 4), "M0 0L1 0L0 1ZM2 2L3 2L2 3Z");
  EXPECT_EQ(SvgPath({}, {.rows = 4, .cols = 4}, 4, 4), "");
}

TEST(SvgPath, WritesNumbersOfAnySizeWithoutExponent) {
  const std::vector<Outline> outline = {{{1, 1}, {0.00001f, 0}, {0, 0.07f}}};
  EXPECT_EQ(SvgPath(outline, {.rows = 1, .cols = 1}, 1, 10000000), "M10000000 1L100 0L0 0.07Z");
}

TEST(SvgDocument, HasAGroupForEachHead) {
  const std::vector<SvgContour> contours = {{"head-1", "Head 1", {1, 0, 0}, "M0 0L1 0L0 1Z"},
                                            {"head-2", "Head 2", {0, 0.5f, 1}, ""}};
  const std::string svg = SvgDocument({.height = 300, .width = 451}, "chelsea.jpg", contours);
  EXPECT_THAT(svg, HasSubstr("viewBox=\"0 0 451 300\""));
  EXPECT_THAT(svg, HasSubstr("<title>chelsea.jpg</title>"));
  EXPECT_THAT(svg, HasSubstr("<g id=\"head-1\" stroke=\"#ff0000\">\n    <title>Head 1</title>\n"
                             "    <path d=\"M0 0L1 0L0 1Z\"/>\n"));
  EXPECT_THAT(svg, HasSubstr("<g id=\"head-2\" stroke=\"#0080ff\">"));
  EXPECT_THAT(svg, Not(HasSubstr("<image")));
}

TEST(SvgDocument, LaysThePhotoUnderneathWhereThereIsOne) {
  const std::string svg =
      SvgDocument({.height = 300, .width = 451, .href = "cat%20%26%20dog.jpg"}, "", {});
  EXPECT_THAT(svg, HasSubstr("<image width=\"451\" height=\"300\" "
                             "xlink:href=\"cat%20%26%20dog.jpg\"/>"));
}

TEST(SvgDocument, EscapesWhatItIsTold) {
  const std::vector<SvgContour> contours = {{"a\"b", "<script>&\x01", {}, ""}};
  const std::string svg =
      SvgDocument({.height = 1, .width = 1, .href = "\"><x"}, "a < b", contours);
  EXPECT_THAT(svg, HasSubstr("<title>a &lt; b</title>"));
  EXPECT_THAT(svg, HasSubstr("<title>&lt;script&gt;&amp; </title>"));
  EXPECT_THAT(svg, HasSubstr("id=\"a&quot;b\""));
  EXPECT_THAT(svg, HasSubstr("xlink:href=\"&quot;&gt;&lt;x\""));
}

}  // namespace
}  // namespace headlens
