#include "maps/compose.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "compose_oracle.h"
#include "maps/heads.h"
#include "photo_files.h"

namespace headlens {
namespace {

constexpr int kHeads = 3, kRows = 5, kCols = 7, kPatches = kRows * kCols;

// The second of two layers.
LayerMaps SecondLayer(std::span<const float> scores) {
  return {{.all = scores, .layers = 2, .heads = kHeads, .patches = kPatches, .layer = 1},
          {.rows = kRows, .cols = kCols}};
}

// The weights of the heads that are on at a pixel; empty where no patch lies. Those of the patches
// are LayerWeights', which has its own test.
std::vector<double> WeightsAt(const std::vector<float>& weights, const LayerMaps& maps,
                              const OverlayStyle& style, const Image& photo, int row, int col) {
  std::vector<double> at;
  for (int head = 0; head < kHeads; ++head) {
    if (!(style.heads_on >> head & 1)) continue;
    const std::span map(&weights[head * kPatches], kPatches);
    at.push_back(MapAt(map, maps.grid, photo, row, col, style.smooth));
    if (at.back() < 0) return {};
  }
  return at;
}

Colour ExpectedColour(const OverlayStyle& style, int head) {
  if (!style.colours.empty()) return style.colours[head];
  return HeadColour(head, style.mode == Mode::kFigure ? Palette::kDino : style.palette);
}

std::vector<Colour> ColoursOn(const OverlayStyle& style) {
  std::vector<Colour> colours;
  for (int head = 0; head < kHeads; ++head) {
    if (style.heads_on >> head & 1) colours.push_back(ExpectedColour(style, head));
  }
  return colours;
}

// compose.h's formula of mode heads, mean and max for one pixel, read literally and in double.
Rgb ExpectedPixel(const std::vector<double>& w, const OverlayStyle& style, Rgb pixel) {
  if (w.empty()) return pixel;
  const std::vector<Colour> colours = ColoursOn(style);
  double max = 0, sum = 0, power_sum = 0;
  Rgb mixed{};
  for (size_t head = 0; head < w.size(); ++head) {
    max = std::max(max, w[head]);
    sum += w[head];
    power_sum += std::pow(w[head], 4);
    mixed[0] += std::pow(w[head], 4) * colours[head].r;
    mixed[1] += std::pow(w[head], 4) * colours[head].g;
    mixed[2] += std::pow(w[head], 4) * colours[head].b;
  }
  double alpha = style.mode == Mode::kMean ? sum / static_cast<double>(w.size()) : max;
  if (style.mode == Mode::kHeads) {
    if (power_sum < 1e-12) alpha = 0;
    for (double& channel : mixed) channel /= std::max(power_sum, 1e-12);
  } else {
    const Colour colour = ScaleColour(static_cast<float>(alpha), style.colormap);
    mixed = {colour.r, colour.g, colour.b};
  }
  for (int c = 0; c < 3; ++c) pixel[c] += style.opacity * alpha * (mixed[c] - pixel[c]);
  return pixel;
}

// The recipe of the DINO paper's figure for one pixel.
Rgb FigurePixel(const std::vector<double>& w, const OverlayStyle& style, Rgb pixel) {
  const std::vector<Colour> colours = ColoursOn(style);
  for (size_t head = 0; head < w.size(); ++head) {
    const double mask = w[head] > 0.2 ? 0.5 * std::sqrt(w[head]) : 0;
    const Rgb colour{colours[head].r, colours[head].g, colours[head].b};
    for (int c = 0; c < 3; ++c) pixel[c] = pixel[c] * (1 - mask) + mask * colour[c];
  }
  return pixel;
}

void ExpectFormula(const Image& photo, const LayerMaps& maps, const OverlayStyle& style) {
  const bool figure = style.mode == Mode::kFigure;
  const std::vector<float> weights =
      LayerWeights(maps.scores, {figure ? Normalisation::kHead : style.normalisation,
                                 style.keep_mass, style.combine, style.heads_on});
  ExpectPicture(ComposeOverlay(photo, maps, style), photo, [&](int row, int col) {
    const std::vector<double> w = WeightsAt(weights, maps, style, photo, row, col);
    return figure ? FigurePixel(w, style, PhotoAt(photo, row, col))
                  : ExpectedPixel(w, style, BackdropAt(photo, row, col, style.opacity));
  });
}

constexpr std::array kModes = {Mode::kHeads, Mode::kMean, Mode::kMax, Mode::kFigure};

class ComposeOverlayTest : public ::testing::Test {
 protected:
  const Image photo_ = NoisePhoto(31, 47);
  const std::vector<float> scores_ = NoiseScores(size_t{2} * kHeads * kPatches);
  const LayerMaps maps_ = SecondLayer(scores_);
};

TEST_F(ComposeOverlayTest, FollowsTheFormulaInEveryMode) {
  for (const Mode mode : kModes) {
    for (const bool smooth : {false, true}) {
      ExpectFormula(photo_, maps_, {.mode = mode, .smooth = smooth});
    }
  }
}

TEST_F(ComposeOverlayTest, FollowsTheFormulaForMasksColoursAndHeads) {
  for (const Mode mode : kModes) {
    ExpectFormula(photo_, maps_, {.mode = mode, .keep_mass = 0.6f});
    ExpectFormula(photo_, maps_, {.mode = mode, .keep_mass = 0.6f, .combine = Combine::kUnion});
    ExpectFormula(photo_, maps_, {.mode = mode, .opacity = 0.3f, .heads_on = 0b101});
    ExpectFormula(photo_, maps_, {.mode = mode, .keep_mass = 0.4f, .heads_on = 0b010});
    ExpectFormula(photo_, maps_,
                  {.mode = mode, .colours = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}, .heads_on = 0b110});
    ExpectFormula(photo_, maps_, {.mode = mode, .palette = Palette::kOkabeIto});
    ExpectFormula(photo_, maps_, {.mode = mode, .colormap = Colormap::kTurbo});
  }
}

TEST_F(ComposeOverlayTest, FollowsTheFormulaInEveryNormalisation) {
  for (const Normalisation normalisation :
       {Normalisation::kHead, Normalisation::kHeads, Normalisation::kLayers, Normalisation::kLog}) {
    for (const Mode mode : kModes) {
      ExpectFormula(photo_, maps_, {.mode = mode, .normalisation = normalisation});
    }
  }
}

TEST_F(ComposeOverlayTest, FollowsTheFormulaWherePatchesEndBeforeThePhoto) {
  LayerMaps maps = maps_;
  maps.grid.covered_height = 0.8f;
  maps.grid.covered_width = 0.6f;
  for (const Mode mode : kModes) {
    ExpectFormula(photo_, maps, {.mode = mode});
    ExpectFormula(photo_, maps, {.mode = mode, .smooth = false});
  }
}

TEST_F(ComposeOverlayTest, TakesFirstOfTheGivenColoursThenThePalettes) {
  const OverlayStyle style{.palette = Palette::kOkabeIto, .colours = {{1, 0, 0}}};
  EXPECT_EQ(ColourToHex(ColourOfHead(style, 0)), "#ff0000");
  EXPECT_EQ(ColourToHex(ColourOfHead(style, 1)), "#56b4e9");
  EXPECT_EQ(ColourToHex(ColourOfHead({.mode = Mode::kFigure}, 0)), "#00a0d7");
}

TEST_F(ComposeOverlayTest, ShowsThePhotoAtOpacityZero) {
  EXPECT_EQ(MaxLevels(ComposeOverlay(photo_, maps_, {.opacity = 0}), photo_), 0);
}

TEST_F(ComposeOverlayTest, DrawsTheFigureAlikeAtEveryOpacityAndNormalisation) {
  const Image figure = ComposeOverlay(photo_, maps_, {.mode = Mode::kFigure});
  EXPECT_GT(MaxLevels(figure, photo_), 50);
  EXPECT_EQ(MaxLevels(ComposeOverlay(photo_, maps_, {.mode = Mode::kFigure, .opacity = 0}), figure),
            0);
  const OverlayStyle log{.mode = Mode::kFigure, .normalisation = Normalisation::kLog};
  EXPECT_EQ(MaxLevels(ComposeOverlay(photo_, maps_, log), figure), 0);
}

TEST_F(ComposeOverlayTest, DrawsUniformMapsAsBackdropOnly) {
  const std::vector<float> uniform(scores_.size(), 0.02f);
  const Image backdrop = ComposeOverlay(photo_, maps_, {.heads_on = 0});
  EXPECT_GT(MaxLevels(backdrop, photo_), 50);
  for (const Mode mode : kModes) {
    const Image& empty = mode == Mode::kFigure ? photo_ : backdrop;
    EXPECT_EQ(MaxLevels(ComposeOverlay(photo_, SecondLayer(uniform), {.mode = mode}), empty), 0);
    EXPECT_EQ(MaxLevels(ComposeOverlay(photo_, maps_, {.mode = mode, .heads_on = 0}), empty), 0);
  }
}

TEST_F(ComposeOverlayTest, DrawsBrokenMapsAsBackdropOnly) {
  const std::vector<float> broken(scores_.size(), NAN);
  const Image backdrop = ComposeOverlay(photo_, maps_, {.heads_on = 0});
  for (const Mode mode : kModes) {
    const Image& empty = mode == Mode::kFigure ? photo_ : backdrop;
    const OverlayStyle style{.mode = mode, .keep_mass = 0.6f};
    EXPECT_EQ(MaxLevels(ComposeOverlay(photo_, SecondLayer(broken), style), empty), 0);
  }
}

TEST_F(ComposeOverlayTest, PaintsAHeadAloneInItsOwnColour) {
  std::vector<float> scores(scores_.size(), 0.01f);
  scores[(kHeads + 1) * kPatches + 2 * kCols + 3] = 1.0f;  // head 1, patch (2, 3)
  const Image overlay =
      ComposeOverlay(photo_, SecondLayer(scores), {.opacity = 1.0f, .smooth = false});
  const uint8_t* pixel = &overlay.rgb[3 * (15 * 47 + 23)];  // in the patch's middle
  EXPECT_NEAR(pixel[0], 255 * HeadColour(1).r, 1);
  EXPECT_NEAR(pixel[1], 255 * HeadColour(1).g, 1);
  EXPECT_NEAR(pixel[2], 255 * HeadColour(1).b, 1);
}

// The whole picture against UpsampleBilinear, which has been tested by itself.
void ExpectScale(const Image& picture, const std::vector<float>& weights, Colormap colormap) {
  const std::vector<float> values =
      UpsampleBilinear(weights, kRows, kCols, picture.height, picture.width);
  ASSERT_EQ(picture.rgb.size(), 3 * values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    const Colour colour = ScaleColour(values[i], colormap);
    ASSERT_NEAR(picture.rgb[3 * i], 255 * colour.r, 0.51);
    ASSERT_NEAR(picture.rgb[3 * i + 1], 255 * colour.g, 0.51);
    ASSERT_NEAR(picture.rgb[3 * i + 2], 255 * colour.b, 0.51);
  }
}

TEST_F(ComposeOverlayTest, ComposeHeadIsTheScaleOfTheMinMaxMapUnlessToldOtherwise) {
  ExpectScale(ComposeHead(photo_, maps_, 2, {}), NormaliseMinMax(maps_.scores.Head(2)),
              Colormap::kInferno);
  const std::vector<float> log = LayerWeights(maps_.scores, {.normalisation = Normalisation::kLog});
  ExpectScale(ComposeHead(photo_, maps_, 2,
                          {.normalisation = Normalisation::kLog, .colormap = Colormap::kViridis}),
              {log.begin() + 2 * kPatches, log.end()}, Colormap::kViridis);
}

TEST_F(ComposeOverlayTest, ComposeHeadIsBlackWhereTheMaskDropsThePatch) {
  const Image picture = ComposeHead(photo_, maps_, 0, {.keep_mass = 0.2f, .smooth = false});
  const std::vector<uint8_t> kept = KeepMass(maps_.scores.Head(0), 0.2f);
  const std::vector<float> kept_at = UpsampleNearest(std::vector<float>(kept.begin(), kept.end()),
                                                     kRows, kCols, photo_.height, photo_.width);
  for (size_t i = 0; i < kept_at.size(); ++i) {
    EXPECT_EQ(kept_at[i] == 0, picture.rgb[3 * i] == 0) << i;
  }
}

}  // namespace
}  // namespace headlens
