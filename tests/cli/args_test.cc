// The table of options, and the command line of `headlens maps`.
#include "cli/args.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/maps_options.h"

namespace headlens {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

using Words = std::vector<std::string_view>;

struct Values {
  int size = 0;
  std::string out;
  bool nearest = false;
};

Result<std::vector<std::string>> Read(const Words& words, Values& values) {
  const std::vector<Option> table = {
      {"--size", "N", "a number from 1 to 9", "the size", Whole(values.size, 1, 9)},
      {"--out", "DIR", "a folder", "the folder", Text(values.out)},
      {"--nearest", "", "", "squares", SetTrue(values.nearest)},
  };
  return ReadOptions(words, table);
}

std::string ErrorOf(const Words& words) {
  Values values;
  const auto read = Read(words, values);
  return read.ok() ? "no error" : read.error().message;
}

TEST(Args, ReadsOptionsAndKeepsTheRest) {
  Values values;
  const auto rest = Read({"a.jpg", "--size", "3", "--nearest", "b.jpg", "--out=maps"}, values);
  ASSERT_TRUE(rest.ok());
  EXPECT_THAT(*rest, ElementsAre("a.jpg", "b.jpg"));
  EXPECT_EQ(values.size, 3);
  EXPECT_EQ(values.out, "maps");
  EXPECT_TRUE(values.nearest);
}

TEST(Args, TakesTheLastValueOfAnOptionGivenTwice) {
  Values values;
  ASSERT_TRUE(Read({"--size", "3", "--size=4"}, values).ok());
  EXPECT_EQ(values.size, 4);
}

TEST(Args, TakesEverythingBehindTwoDashesForFiles) {
  Values values;
  const auto rest = Read({"--", "--size", "-x.jpg"}, values);
  ASSERT_TRUE(rest.ok());
  EXPECT_THAT(*rest, ElementsAre("--size", "-x.jpg"));
}

TEST(Args, SaysWhatAnOptionWants) {
  EXPECT_EQ(ErrorOf({"--size", "ten"}), "--size wants a number from 1 to 9, not \"ten\".");
  EXPECT_EQ(ErrorOf({"--size", "10"}), "--size wants a number from 1 to 9, not \"10\".");
  EXPECT_EQ(ErrorOf({"--size=3x"}), "--size wants a number from 1 to 9, not \"3x\".");
  EXPECT_EQ(ErrorOf({"--size", "99999999999"}),
            "--size wants a number from 1 to 9, not \"99999999999\".");
  EXPECT_EQ(ErrorOf({"--out="}), "--out wants a folder, not \"\".");
}

TEST(Args, MissesAValueAtTheEndAndBeforeTheNextOption) {
  EXPECT_EQ(ErrorOf({"--size"}), "--size wants a number from 1 to 9.");
  EXPECT_EQ(ErrorOf({"--out", "--size", "3"}), "--out wants a folder.");
}

TEST(Args, RefusesAValueForASwitch) {
  EXPECT_EQ(ErrorOf({"--nearest=yes"}), "--nearest takes no value.");
}

TEST(Args, NamesTheNearestOptionForATypingError) {
  EXPECT_EQ(ErrorOf({"--sise", "3"}), "There is no option --sise: did you mean --size?");
  EXPECT_EQ(ErrorOf({"--neerst"}), "There is no option --neerst: did you mean --nearest?");
  EXPECT_EQ(ErrorOf({"--photographer"}), "There is no option --photographer.");
}

TEST(Args, WritesNumbersAsDecimals) {
  EXPECT_EQ(NumberText(0.6f), "0.6");
  EXPECT_EQ(NumberText(1), "1");
  EXPECT_EQ(NumberText(0.00001f), "0.00001");
}

TEST(Args, FindsHelpAmongOptionsOnly) {
  EXPECT_TRUE(AsksForHelp(Words{"cat.jpg", "--help"}));
  EXPECT_TRUE(AsksForHelp(Words{"-h"}));
  EXPECT_FALSE(AsksForHelp(Words{"--", "--help"}));
  EXPECT_FALSE(AsksForHelp(Words{"help"}));
}

TEST(Args, ReadsSharesFromZeroToOne) {
  float share = 0;
  EXPECT_TRUE(Share(share)("0.25"));
  EXPECT_EQ(share, 0.25f);
  for (const std::string_view text : {"1.01", "-0.1", "nan", "inf", "", "0,5", "50%"}) {
    EXPECT_FALSE(Share(share)(text)) << text;
  }
  EXPECT_EQ(share, 0.25f);
}

MapsOptions Maps(const Words& words) {
  Result<MapsOptions> options = ReadMapsOptions(words);
  EXPECT_TRUE(options.ok()) << options.error().message;
  return options.ok() ? *options : MapsOptions{};
}

std::string MapsError(const Words& words) {
  const Result<MapsOptions> options = ReadMapsOptions(words);
  return options.ok() ? "no error" : options.error().message;
}

TEST(MapsOptions, DrawsTheLastLayerForClsUnlessToldOtherwise) {
  const MapsOptions options = Maps({"cat.jpg", "--model", "m"});
  EXPECT_THAT(options.photos, ElementsAre("cat.jpg"));
  EXPECT_EQ(options.layer, kLastLayer);
  EXPECT_FALSE(options.query.has_value());
  EXPECT_FALSE(options.formats.has_value());
  EXPECT_FALSE(options.drawing.keep_mass.has_value());
  EXPECT_EQ(options.drawing.style.keep_mass, 1.0f);
  EXPECT_TRUE(options.drawing.style.smooth);
}

TEST(MapsOptions, ReadsWhatTheIssueLists) {
  const MapsOptions options =
      Maps({"cat.jpg",   "--model",     "m",       "--resize",  "96x144",
            "--layer",   "all",         "--query", "6,7",       "--format",
            "png,json",  "--precision", "int8",    "--threads", "2",
            "--heads",   "3",           "--mode",  "mean",      "--keep-mass",
            "0.6",       "--opacity",   "0.5",     "--colors",  "#ff0000,#00ff00",
            "--nearest", "--out",       "maps"});
  EXPECT_EQ(options.size.height, 96);
  EXPECT_EQ(options.size.width, 144);
  EXPECT_EQ(options.layer, kAllLayers);
  ASSERT_TRUE(options.query.has_value());
  EXPECT_EQ(options.query->row, 6);
  EXPECT_EQ(options.query->col, 7);
  ASSERT_TRUE(options.formats.has_value());
  EXPECT_TRUE(options.formats->png && options.formats->json && !options.formats->npz);
  EXPECT_EQ(options.vit.precision, Precision::kInt8);
  EXPECT_EQ(options.vit.choices.heads, 3);
  EXPECT_EQ(options.threads, 2);
  EXPECT_EQ(options.drawing.style.mode, Mode::kMean);
  EXPECT_EQ(options.drawing.style.keep_mass, 0.6f);
  EXPECT_EQ(options.drawing.style.opacity, 0.5f);
  EXPECT_EQ(options.drawing.style.colours.size(), 2u);
  EXPECT_FALSE(options.drawing.style.smooth);
  EXPECT_EQ(options.out, "maps");
}

TEST(MapsOptions, ReadsHowTheMapsAreDrawn) {
  const MapsOptions options =
      Maps({"a", "--model", "m", "--mode", "figure", "--palette", "okabe-ito", "--colormap",
            "viridis", "--keep-mass", "0.6", "--combine", "union", "--contours", "smooth",
            "--traits", "--normalisation", "layers"});
  EXPECT_EQ(options.drawing.style.mode, Mode::kFigure);
  EXPECT_EQ(options.drawing.style.palette, Palette::kOkabeIto);
  EXPECT_EQ(options.drawing.style.colormap, Colormap::kViridis);
  EXPECT_EQ(options.drawing.style.combine, Combine::kUnion);
  EXPECT_EQ(options.drawing.style.normalisation, Normalisation::kLayers);
  EXPECT_EQ(options.contours, ContourStyle::kSmooth);
  EXPECT_TRUE(options.traits);
  EXPECT_TRUE(Maps({"a", "--model", "m", "--keep-mass", "0.6", "--format", "svg"}).formats->svg);
}

// One is of the pixels that the network reads, the other of the maps that it gives.
TEST(MapsOptions, KeepsTheTwoNormalisationsApart) {
  const MapsOptions options = Maps({"a", "--model", "m", "--normalise", "half"});
  EXPECT_EQ(options.vit.choices.mean, (Channels{0.5f, 0.5f, 0.5f}));
  EXPECT_EQ(options.drawing.style.normalisation, Normalisation::kClip);
  EXPECT_EQ(Maps({"a", "--model", "m", "--normalization", "log"}).drawing.style.normalisation,
            Normalisation::kLog);
  EXPECT_THAT(MapsError({"a", "--model", "m", "--normalise", "log"}),
              HasSubstr("imagenet or half, for the pixels"));
  EXPECT_THAT(MapsError({"a", "--model", "m", "--normalisation", "half"}),
              HasSubstr("clip, head, heads, layers or log, for the maps"));
}

TEST(MapsOptions, RefusesMasksThatNothingMakes) {
  for (const Words& words :
       std::vector<Words>{{"--combine", "union"}, {"--contours", "patches"}, {"--format", "svg"}}) {
    Words all = {"a", "--model", "m"};
    all.insert(all.end(), words.begin(), words.end());
    EXPECT_THAT(MapsError(all), HasSubstr("--keep-mass keeps: give it a share")) << words[0];
  }
  EXPECT_THAT(MapsError({"a", "--model", "m", "--traits", "--format", "png"}),
              HasSubstr("add json, npz or safetensors"));
}

TEST(MapsOptions, CountsLayersFromOneAndPatchesFromZero) {
  EXPECT_EQ(Maps({"a", "--model", "m", "--layer", "1"}).layer, 1);
  EXPECT_THAT(MapsError({"a", "--model", "m", "--layer", "0"}), StartsWith("--layer wants"));
  EXPECT_EQ(Maps({"a", "--model", "m", "--query", "0,0"}).query->row, 0);
  EXPECT_FALSE(Maps({"a", "--model", "m", "--query", "cls"}).query.has_value());
}

TEST(MapsOptions, RefusesWhatMakesNoSense) {
  EXPECT_THAT(MapsError({"--model", "m"}), HasSubstr("nothing to look at"));
  EXPECT_THAT(MapsError({"a"}), HasSubstr("--model"));
  EXPECT_THAT(MapsError({"a", "--model", "m", "--size", "9", "--resize", "8x8"}),
              HasSubstr("exclude each other"));
  EXPECT_THAT(MapsError({"--pixels", "p", "--model", "m", "--size", "9"}),
              HasSubstr("their own size"));
  for (const Words& wrong : std::vector<Words>{{"--query", "1"},
                                               {"--query", "1,2,3"},
                                               {"--query", "-1,2"},
                                               {"--resize", "224"},
                                               {"--resize", "0x8"},
                                               {"--format", "png,gif"},
                                               {"--format", "png,"},
                                               {"--keep-mass", "0"},
                                               {"--colors", "red"},
                                               {"--precision", "f16"},
                                               {"--mode", "median"},
                                               {"--normalisation", "minmax"},
                                               {"--combine", "both"},
                                               {"--contours", "round"},
                                               {"--palette", "rainbow"},
                                               {"--colormap", "jet"},
                                               {"--threads", "0"}}) {
    Words words = {"a", "--model", "m"};
    words.insert(words.end(), wrong.begin(), wrong.end());
    EXPECT_THAT(MapsError(words), StartsWith(std::string(wrong[0]) + " wants")) << wrong[1];
  }
}

TEST(MapsOptions, HelpNamesEveryOptionAndGivesExamples) {
  const std::string help = MapsHelp();
  for (const std::string_view name :
       {"--model",     "--pixels",  "--size",     "--resize",  "--layer",         "--query",
        "--precision", "--threads", "--heads",    "--out",     "--format",        "--mode",
        "--keep-mass", "--opacity", "--colors",   "--nearest", "--normalisation", "--combine",
        "--contours",  "--palette", "--colormap", "--traits"}) {
    EXPECT_THAT(help, HasSubstr("\n  " + std::string(name)));
  }
  EXPECT_THAT(help, HasSubstr("Examples:"));
  EXPECT_THAT(help, Not(IsEmpty()));
  for (const std::string_view line : SplitAt(help, '\n')) EXPECT_LE(line.size(), 100u) << line;
}

}  // namespace
}  // namespace headlens
