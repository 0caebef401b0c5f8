#include "maps/colour.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace headlens {
namespace {

using ::testing::HasSubstr;

using Triple = std::array<double, 3>;
using Matrix = std::array<Triple, 3>;

Triple Times(const Matrix& m, const Triple& v) {
  Triple out{};
  for (int i = 0; i < 3; ++i) out[i] = m[i][0] * v[0] + m[i][1] * v[1] + m[i][2] * v[2];
  return out;
}

double Linear(double srgb) {
  return srgb <= 0.04045 ? srgb / 12.92 : std::pow((srgb + 0.055) / 1.055, 2.4);
}

// Ottosson 2020, https://bottosson.github.io/posts/oklab/
Triple OkLab(const Triple& linear) {
  constexpr Matrix kToCones = {{{0.4122214708, 0.5363325363, 0.0514459929},
                                {0.2119034982, 0.6806995451, 0.1073969566},
                                {0.0883024619, 0.2817188376, 0.6299787005}}};
  constexpr Matrix kToLab = {{{0.2104542553, 0.7936177850, -0.0040720468},
                              {1.9779984951, -2.4285922050, 0.4505937099},
                              {0.0259040371, 0.7827717662, -0.8086757660}}};
  Triple cones = Times(kToCones, linear);
  for (double& value : cones) value = std::cbrt(value);
  return Times(kToLab, cones);
}

// Full dichromacy, Machado, Oliveira and Fernandes 2009, table 1; the first is normal sight.
constexpr std::array<Matrix, 4> kSights = {{
    {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}},
    {{{0.152286, 1.052583, -0.204868},
      {0.114503, 0.786281, 0.099216},
      {-0.003882, -0.048116, 1.051998}}},
    {{{0.367322, 0.860646, -0.227968},
      {0.280085, 0.672501, 0.047413},
      {-0.011820, 0.042940, 0.968881}}},
    {{{1.255528, -0.076749, -0.178779},
      {-0.078411, 0.930809, 0.147602},
      {0.004733, 0.691367, 0.303900}}},
}};

Triple Seen(const Matrix& sight, Colour colour) {
  Triple seen = Times(sight, {Linear(colour.r), Linear(colour.g), Linear(colour.b)});
  for (double& value : seen) value = std::clamp(value, 0.0, 1.0);
  return OkLab(seen);
}

// The smallest OKLab distance within the first `heads` colours, as one sight has them.
double LeastDistance(int heads, Palette palette, const Matrix& sight) {
  double least = INFINITY;
  for (int i = 0; i < heads; ++i) {
    for (int j = 0; j < i; ++j) {
      const Triple a = Seen(sight, HeadColour(i, palette)), b = Seen(sight, HeadColour(j, palette));
      least = std::min(least, std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]));
    }
  }
  return least;
}

double LeastDistance(int heads) {
  double least = INFINITY;
  for (const Matrix& sight : kSights) {
    least = std::min(least, LeastDistance(heads, Palette::kHeadlens, sight));
  }
  return least;
}

// 0.02 is about what can just be told apart side by side.
TEST(HeadColour, StaysDistinctForColourBlindReaders) {
  EXPECT_GT(LeastDistance(3), 0.15);
  EXPECT_GT(LeastDistance(6), 0.06);
  EXPECT_GT(LeastDistance(12), 0.06);
}

TEST(HeadColour, StaysApartForDeuteranopesInPalettesMadeForThem) {
  const Matrix& deuteranope = kSights[2];
  for (const Palette palette : {Palette::kHeadlens, Palette::kOkabeIto}) {
    EXPECT_GT(LeastDistance(6, palette, deuteranope), 0.06);
  }
}

TEST(HeadColour, RepeatsAfterThePalettesEnd) {
  EXPECT_EQ(HeadColour(0).r, HeadColour(12).r);
  EXPECT_EQ(HeadColour(5).g, HeadColour(17).g);
}

// The lightness of a scale at even steps; what rises in it shows in grey print too.
std::vector<double> Lightness(Colormap colormap) {
  constexpr int kSteps = 100;
  std::vector<double> lightness;
  for (int i = 0; i <= kSteps; ++i) {
    const Colour colour = ScaleColour(static_cast<float>(i) / kSteps, colormap);
    lightness.push_back(Seen(kSights[0], colour)[0]);
  }
  return lightness;
}

TEST(ScaleColour, GrowsLighterWithItsValue) {
  for (const Colormap colormap : {Colormap::kInferno, Colormap::kViridis, Colormap::kGrey}) {
    const std::vector<double> lightness = Lightness(colormap);
    for (size_t i = 1; i < lightness.size(); ++i) EXPECT_GT(lightness[i], lightness[i - 1]) << i;
    EXPECT_GT(lightness.back(), 0.9);
  }
}

TEST(ScaleColour, GrowsLighterEvenly) {
  for (const Colormap colormap : {Colormap::kInferno, Colormap::kViridis}) {
    const std::vector<double> lightness = Lightness(colormap);
    for (size_t i = 2; i < lightness.size(); ++i) EXPECT_LT(lightness[i] - lightness[i - 1], 0.03);
  }
}

struct Published {
  int index;  // of 0..255
  uint32_t rgb;
};

// At places between the points that ScaleColour has. matplotlib 3.10, _cm_listed.py, rounded.
void ExpectPublished(Colormap colormap, const std::vector<Published>& table) {
  for (const Published& published : table) {
    const Colour colour = ScaleColour(static_cast<float>(published.index) / 255, colormap);
    EXPECT_NEAR(255 * colour.r, published.rgb >> 16 & 255, 4) << published.index;
    EXPECT_NEAR(255 * colour.g, published.rgb >> 8 & 255, 4) << published.index;
    EXPECT_NEAR(255 * colour.b, published.rgb & 255, 4) << published.index;
  }
}

TEST(ScaleColour, IsThePublishedViridis) {
  ExpectPublished(Colormap::kViridis, {{5, 0x46085c},
                                       {27, 0x482677},
                                       {50, 0x414287},
                                       {72, 0x375b8d},
                                       {94, 0x2d718e},
                                       {116, 0x25858e},
                                       {139, 0x1e9b8a},
                                       {161, 0x29af7f},
                                       {183, 0x4cc26c},
                                       {205, 0x7cd250},
                                       {228, 0xb8de29},
                                       {250, 0xf1e51d}});
}

TEST(ScaleColour, IsThePublishedInferno) {
  ExpectPublished(Colormap::kInferno, {{5, 0x02020c},
                                       {27, 0x190c3e},
                                       {50, 0x400a67},
                                       {72, 0x64156e},
                                       {94, 0x87216b},
                                       {116, 0xa92e5e},
                                       {139, 0xcb4149},
                                       {161, 0xe55c30},
                                       {183, 0xf67e14},
                                       {205, 0xfca60c},
                                       {228, 0xf7d340},
                                       {250, 0xf5f992}});
}

TEST(ScaleColour, IsThePublishedTurbo) {
  ExpectPublished(Colormap::kTurbo, {{5, 0x36215f},
                                     {27, 0x455ed3},
                                     {50, 0x4099ff},
                                     {72, 0x1ccdd8},
                                     {94, 0x2cf09e},
                                     {116, 0x7dff56},
                                     {139, 0xc1f334},
                                     {161, 0xefcd3a},
                                     {183, 0xfe992c},
                                     {205, 0xef5811},
                                     {228, 0xc82803},
                                     {250, 0x8b0902}});
}

TEST(ScaleColour, ClampsItsValue) {
  EXPECT_EQ(ScaleColour(-1).b, ScaleColour(0).b);
  EXPECT_EQ(ScaleColour(2).b, ScaleColour(1).b);
}

TEST(ParseColours, ReadsHexColours) {
  const Result<std::vector<Colour>> colours = ParseColours("#ff0000,#0080FF");
  ASSERT_TRUE(colours.ok());
  ASSERT_EQ(colours->size(), 2u);
  EXPECT_FLOAT_EQ((*colours)[0].r, 1.0f);
  EXPECT_FLOAT_EQ((*colours)[1].g, 128 / 255.0f);
  EXPECT_FLOAT_EQ((*colours)[1].b, 1.0f);
}

TEST(ColourToHex, IsReadBackByParseColours) {
  EXPECT_EQ(ColourToHex({1, 128 / 255.0f, 0}), "#ff8000");
  EXPECT_EQ(ColourToHex({-1, 2, 0.5f}), "#00ff80");
  const Result<std::vector<Colour>> colours = ParseColours("#0a1b2c");
  ASSERT_TRUE(colours.ok());
  EXPECT_EQ(ColourToHex((*colours)[0]), "#0a1b2c");
}

TEST(ParseColours, RefusesEverythingElse) {
  for (const char* text : {"", "red", "#ff00", "#ff00gg", "#ff0000,", ",#ff0000", "#-f0000",
                           "#ff0000 ,#00ff00", "#ff00000"}) {
    const Result<std::vector<Colour>> colours = ParseColours(text);
    ASSERT_FALSE(colours.ok()) << text;
    EXPECT_THAT(colours.error().message, HasSubstr("#rrggbb"));
  }
}

}  // namespace
}  // namespace headlens
