// `headlens bake` as a user runs it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "checkpoint/safetensors.h"
#include "cli/tool.h"
#include "image/image.h"
#include "viewer/view_state.h"

namespace headlens {
namespace {

namespace fs = std::filesystem;

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

const std::string kModel = FixturePath("dino-micro");
const std::string kBundled =
    std::string(HEADLENS_TESTS_DIR) + "/../weights/dino-vitt8-reg4.safetensors";

Outcome Bake(const fs::path& out, std::vector<std::string> args) {
  args.insert(args.begin(), {"bake", "--model", kModel, "--size", "64"});
  args.insert(args.end(), {"--out", out.string()});
  return RunTool(args);
}

Image Decoded(const fs::path& path) {
  const std::string file = ReadText(path);
  Result<Image> image = DecodeImage({reinterpret_cast<const uint8_t*>(file.data()), file.size()});
  EXPECT_TRUE(image.ok()) << path << ": " << image.error().message;
  return image.ok() ? std::move(*image) : Image{};
}

// In levels of 255.
double MeanDifference(const Image& a, const Image& b) {
  EXPECT_EQ(a.height, b.height);
  EXPECT_EQ(a.width, b.width);
  if (a.rgb.size() != b.rgb.size()) return 255;
  double sum = 0;
  for (size_t i = 0; i < a.rgb.size(); ++i) sum += std::abs(a.rgb[i] - b.rgb[i]);
  return sum / static_cast<double>(a.rgb.size());
}

Checkpoint ReadTensors(const fs::path& path) {
  const std::string text = ReadText(path);
  Result<Checkpoint> file = ReadSafetensors({text.begin(), text.end()});
  EXPECT_TRUE(file.ok()) << file.error().message;
  return file.ok() ? std::move(*file) : Checkpoint{};
}

TEST(BakeCommand, WritesPhotoMapsPosterAndTheLinesThatItPrints) {
  const fs::path folder = TestFolder();
  const Outcome run = Bake(folder, {PhotoPath("coffee.jpg")});
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_EQ(run.err, "");
  EXPECT_THAT(FilesIn(folder),
              ElementsAre("coffee-poster.jpg", "coffee.html", "coffee.jpg", "coffee.maps"));
  const std::string lines = ReadText(folder / "coffee.html");
  EXPECT_THAT(run.out, AllOf(StartsWith(PhotoPath("coffee.jpg") + ": "), EndsWith("\n\n" + lines)));
  EXPECT_THAT(
      lines,
      StartsWith("<script type=\"module\" src=\"embed.js\"></script>\n"
                 "<vit-attention src=\"coffee.jpg\" maps=\"coffee.maps\" layer=\"3\" size=\"64\">"
                 "<img src=\"coffee-poster.jpg\" alt=\"The photo with its attention"));
  EXPECT_THAT(lines,
              EndsWith("\" width=\"600\" height=\"400\" style=\"max-width: 100%; height: auto\">"
                       "</vit-attention>\n"));
}

// The maps are those of `headlens maps`, decoded by numpy and the official reader.
TEST(BakeCommand, WritesMapsThatPythonReadsAsTheRunsOwn) {
  if (RunProgram("python3", {"-c", "import safetensors.numpy"}).code != 0) {
    GTEST_SKIP() << "needs python3-safetensors";
  }
  const fs::path folder = TestFolder();
  const std::string photo = PhotoPath("chelsea.jpg");  // 300 x 451
  ASSERT_EQ(
      Bake(folder, {photo, "--query", "2,3", "--query", "cls", "--query", "5,0", "--query", "2,3"})
          .code,
      0);
  ASSERT_EQ(RunTool({"maps", photo, "--model", kModel, "--size", "64", "--query", "2,3", "--format",
                     "safetensors", "--out", folder.string()})
                .code,
            0);
  const Outcome read = RunProgram(
      "python3", {std::string(HEADLENS_TESTS_DIR) + "/cli/read_baked.py",
                  (folder / "chelsea.maps").string(), (folder / "chelsea.safetensors").string()});
  ASSERT_EQ(read.code, 0) << read.err;
  std::istringstream text(read.out);
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  ASSERT_EQ(lines.size(), 17u) << read.out;
  EXPECT_THAT(std::vector(lines.begin(), lines.begin() + 13),
              ElementsAre("aspect kept", "covered_height 1", "covered_width 1",
                          "format headlens-maps", "model ViT, patch 8, width 48, 3 blocks, 3 heads",
                          "patch 8", "photo chelsea", "photo_height 300", "photo_width 451",
                          "precision f32", "registers 0", "size 64", "version 1"));
  EXPECT_THAT(lines[13], StartsWith("cls 3 3 8 12 "));
  EXPECT_THAT(lines[14], StartsWith("query_maps 2 3 3 8 12 "));
  for (const int at : {13, 14}) {
    EXPECT_LE(std::stod(lines[at].substr(lines[at].rfind(' '))), 1.0001) << lines[at];
  }
  EXPECT_EQ(lines[15], "queries 2 3 5 0");
  EXPECT_LE(std::stod(lines[16].substr(7)), 1e-5) << lines[16];
}

TEST(BakeCommand, TakesLessThan30000BytesForTheBundledModelsMaps) {
  const fs::path folder = TestFolder();
  const Outcome run =
      RunTool({"bake", PhotoPath("astronaut.jpg"), "--model", kBundled, "--out", folder.string()});
  ASSERT_EQ(run.code, 0) << run.err;
  const Checkpoint maps = ReadTensors(folder / "astronaut.maps");
  EXPECT_THAT(maps.Find("cls")->shape, ElementsAre(12, 3, 28, 28));
  EXPECT_EQ(maps.Find("queries"), nullptr);
  EXPECT_LT(fs::file_size(folder / "astronaut.maps"), 30000u);
}

TEST(BakeCommand, SaysWhatShareOfThePhotoThePatchesCover) {
  const fs::path folder = TestFolder();
  // 300 x 451 at a short side of 60: 60 x 90, of which patches of 8 cover 56 x 88.
  ASSERT_EQ(Bake(folder, {PhotoPath("chelsea.jpg"), "--size", "60"}).code, 0);
  const Checkpoint maps = ReadTensors(folder / "chelsea.maps");
  EXPECT_NEAR(std::stod(maps.metadata.at("covered_height")), 56.0 / 60, 1e-6);
  EXPECT_NEAR(std::stod(maps.metadata.at("covered_width")), 88.0 / 90, 1e-6);
}

TEST(BakeCommand, SquashesThePhotoToASquareAsTheAuthorsDo) {
  const fs::path folder = TestFolder();
  ASSERT_EQ(Bake(folder, {PhotoPath("coffee.jpg"), "--square"}).code, 0);
  const Checkpoint maps = ReadTensors(folder / "coffee.maps");
  EXPECT_THAT(maps.Find("cls")->shape, ElementsAre(3, 3, 8, 8));
  EXPECT_EQ(maps.metadata.at("aspect"), "square");
  EXPECT_THAT(ReadText(folder / "coffee.html"), HasSubstr(" size=\"64\" aspect=\"square\">"));
}

TEST(BakeCommand, MakesThePhotoUprightAndSmallEnough) {
  const fs::path folder = TestFolder();
  ASSERT_EQ(Bake(folder, {PhotoPath("coffee.jpg"), "--photo-size", "150"}).code, 0);
  const Image photo = Decoded(folder / "coffee.jpg");
  const Image expected = Resize(Decoded(PhotoPath("coffee.jpg")), 100, 150, ResizeFilter::kBicubic);
  EXPECT_LT(MeanDifference(photo, expected), 6);  // small and so full of detail
  EXPECT_EQ(Decoded(folder / "coffee-poster.jpg").width, 150);

  ASSERT_EQ(Bake(folder, {PhotoPath("odd/orientation6.jpg")}).code, 0);
  EXPECT_LT(MeanDifference(Decoded(folder / "orientation6.jpg"),
                           Decoded(PhotoPath("odd/orientation6.jpg"))),
            3);
}

// Its poster is the overlay of `headlens maps` with the same options, but for JPEG's losses.
TEST(BakeCommand, DrawsThePosterAsTheOptionsSay) {
  const fs::path folder = TestFolder();
  for (const std::vector<std::string>& options : std::vector<std::vector<std::string>>{
           {}, {"--layer", "1"}, {"--query", "2,3"}, {"--mode", "max", "--nearest"}}) {
    std::vector<std::string> args = {PhotoPath("coffee.jpg")};
    args.insert(args.end(), options.begin(), options.end());
    ASSERT_EQ(Bake(folder, args).code, 0);
    args.insert(args.begin(), {"maps", "--model", kModel, "--size", "64"});
    args.insert(args.end(), {"--out", folder.string()});
    ASSERT_EQ(RunTool(args).code, 0);
    EXPECT_LT(MeanDifference(Decoded(folder / "coffee-poster.jpg"), Decoded(folder / "coffee.png")),
              3)
        << testing::PrintToString(options);
  }
}

// {"keep-mass", "0.6"} and so on, of the element in the lines.
std::vector<std::pair<std::string, std::string>> AttributesIn(const std::string& lines) {
  const size_t begin = lines.find("<vit-attention ") + 15;
  std::istringstream text(lines.substr(begin, lines.find('>', begin) - begin));
  std::vector<std::pair<std::string, std::string>> attributes;
  for (std::string one; text >> one;) {
    const size_t equals = one.find("=\"");
    attributes.emplace_back(one.substr(0, equals), one.substr(equals + 2, one.size() - equals - 3));
  }
  return attributes;
}

// A value of an attribute as the state's JSON has it.
std::string JsonOf(const std::string& name, const std::string& value) {
  if (name == "query") return "[" + value + "]";
  if (name == "colours") {
    std::string list = "[\"";
    for (const char c : value) list += c == ',' ? std::string("\",\"") : std::string(1, c);
    return list + "\"]";
  }
  const bool number = value.find_first_not_of("0123456789.") == value.npos;
  return number ? value : "\"" + value + "\"";
}

TEST(BakeCommand, SaysItsOptionsInTheWordsOfTheViewersState) {
  const fs::path folder = TestFolder();
  ASSERT_EQ(Bake(folder, {PhotoPath("coffee.jpg"),
                          "--layer",
                          "2",
                          "--query",
                          "2,3",
                          "--mode",
                          "max",
                          "--opacity",
                          "0.5",
                          "--keep-mass",
                          "0.6",
                          "--combine",
                          "union",
                          "--normalization",
                          "log",
                          "--palette",
                          "okabe-ito",
                          "--colormap",
                          "turbo",
                          "--colors",
                          "#ff0000,#00ff00,#0000ff",
                          "--nearest"})
                .code,
            0);
  std::string json;
  for (auto [name, value] : AttributesIn(ReadText(folder / "coffee.html"))) {
    if (name == "src" || name == "maps") continue;
    std::string field = name;
    std::replace(field.begin(), field.end(), '-', '_');
    json += (json.empty() ? "{\"" : ",\"") + field + "\":" + JsonOf(name, value);
  }
  const Result<ViewStateUpdate> read = ViewStateFromJson(json + "}", {});
  ASSERT_TRUE(read.ok()) << read.error().message << json;
  EXPECT_THAT(read->unknown, IsEmpty());
  ViewState expected;
  expected.layer = 2;
  expected.query = Patch{2, 3};
  expected.mode = ViewMode::kMax;
  expected.opacity = 0.5f;
  expected.keep_mass = 0.6f;
  expected.combine = Combine::kUnion;
  expected.normalisation = Normalisation::kLog;
  expected.palette = Palette::kOkabeIto;
  expected.colormap = Colormap::kTurbo;
  expected.colours = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
  expected.smooth = false;
  expected.size = 64;
  EXPECT_EQ(ViewStateToJson(read->state), ViewStateToJson(expected));
}

TEST(BakeCommand, WritesNamesThatAreSafeInHtmlAndInAddresses) {
  const fs::path folder = TestFolder();
  fs::create_directory(folder / "in");
  fs::copy_file(PhotoPath("coffee.jpg"), folder / "in/a \"b\" <i>&#3.jpg");
  ASSERT_EQ(Bake(folder / "out", {(folder / "in/a \"b\" <i>&#3.jpg").string()}).code, 0);
  const std::string lines = ReadText(folder / "out/a \"b\" <i>&#3.html");
  EXPECT_THAT(lines, HasSubstr("src=\"a%20%22b%22%20%3Ci%3E%26%233.jpg\" "));
  EXPECT_THAT(lines, HasSubstr("A &quot;b&quot; &lt;i&gt;&amp;#3: layer 3 of 3"));
  EXPECT_THAT(lines, Not(HasSubstr("<i>")));
}

TEST(BakeCommand, NamesTheSecondPhotoOfOneNameApart) {
  const fs::path folder = TestFolder();
  fs::create_directory(folder / "other");
  fs::copy_file(PhotoPath("rocket.jpg"), folder / "other/coffee.jpg");
  const Outcome run =
      Bake(folder / "out", {PhotoPath("coffee.jpg"), (folder / "other/coffee.jpg").string()});
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_EQ(Decoded(folder / "out/coffee.jpg").height, 400);
  EXPECT_EQ(Decoded(folder / "out/coffee-2.jpg").height, 427);
  EXPECT_THAT(ReadText(folder / "out/coffee-2.html"), HasSubstr("maps=\"coffee-2.maps\""));
}

TEST(BakeCommand, NeverReplacesThePhotoThatItReads) {
  const fs::path folder = TestFolder();
  fs::copy_file(PhotoPath("coffee.jpg"), folder / "coffee.jpg");
  const Outcome run = Bake(folder, {(folder / "coffee.jpg").string()});
  EXPECT_EQ(run.code, 1);
  EXPECT_THAT(run.err, HasSubstr("would replace a photo"));
  EXPECT_THAT(FilesIn(folder), ElementsAre("coffee.jpg"));
  EXPECT_EQ(ReadText(folder / "coffee.jpg"), ReadText(PhotoPath("coffee.jpg")));
}

TEST(BakeCommand, BakesTheOtherPhotosAfterOneThatFails) {
  const fs::path folder = TestFolder();
  const Outcome run = Bake(folder, {PhotoPath("odd/empty.jpg"), PhotoPath("coffee.jpg")});
  EXPECT_EQ(run.code, 1);
  EXPECT_THAT(run.err, EndsWith("empty.jpg: The file is empty: choose a photo.\n"));
  EXPECT_EQ(FilesIn(folder).size(), 4u);
}

TEST(BakeCommand, SaysInOneSentenceWhatIsWrong) {
  const fs::path folder = TestFolder();
  const std::string photo = PhotoPath("coffee.jpg");
  struct Wrong {
    std::vector<std::string> args;
    int code;
    const char* says;
  };
  for (const Wrong& wrong : std::vector<Wrong>{
           {{photo, "--layer", "4"}, 2, "There is no layer 4: the model has 3."},
           {{photo, "--layer", "all"}, 2, "--layer wants last or a layer counted from 1"},
           {{photo, "--query", "8,0"}, 1, "the grid has 8 rows and 12 columns"},
           {{photo, "--query", "8"}, 2, "--query wants cls or ROW,COL of a patch"},
           {{photo, "--photo-size", "0"}, 2, "--photo-size wants a number of pixels"},
           {{photo, "--colors", "#ff0000"}, 2, "the model has 3 heads"},
           {{photo, "--combine", "union"}, 2, "--combine is about what --keep-mass keeps"},
           {{photo, "--format", "png"}, 2, "There is no option --format"},
           {{}, 2, "There is nothing to bake: name a photo."},
           {{HEADLENS_TESTS_DIR "/photos"}, 1, "This is a folder: name a file in it."}}) {
    const Outcome run = Bake(folder, wrong.args);
    EXPECT_EQ(run.code, wrong.code) << wrong.says;
    EXPECT_THAT(run.err, AllOf(StartsWith("headlens: "), HasSubstr(wrong.says)));
    EXPECT_EQ(std::count(run.err.begin(), run.err.end(), '\n'), 1) << run.err;
  }
  EXPECT_THAT(FilesIn(folder), IsEmpty());
}

}  // namespace
}  // namespace headlens
