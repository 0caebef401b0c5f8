// `headlens maps` as a user runs it, on real photos and small random models.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <sstream>

#include "base/json.h"
#include "checkpoint/safetensors.h"
#include "cli/tool.h"
#include "image/image.h"

namespace headlens {
namespace {

namespace fs = std::filesystem;

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

const std::string kModel = FixturePath("dino-micro");

// Runs `headlens maps ... --model dino-micro --out FOLDER/maps --size 64`.
Outcome RunMapsInto(const fs::path& folder, std::vector<std::string> args) {
  args.insert(args.begin(), "maps");
  args.insert(args.end(), {"--model", kModel, "--out", (folder / "maps").string()});
  if (std::find(args.begin(), args.end(), "--pixels") == args.end()) {
    args.insert(args.end(), {"--size", "64"});
  }
  return RunTool(args);
}

Image Decoded(const fs::path& path) {
  const std::string file = ReadText(path);
  Result<Image> image = DecodeImage({reinterpret_cast<const uint8_t*>(file.data()), file.size()});
  EXPECT_TRUE(image.ok()) << path << ": " << image.error().message;
  return image.ok() ? std::move(*image) : Image{};
}

// "ROW,COL" of the patch that a fixture asks.
std::string QueryOf(const std::string& fixture) {
  const std::string file = ReadText(fixture);
  Result<Checkpoint> read = ReadSafetensors({file.begin(), file.end()});
  EXPECT_TRUE(read.ok()) << fixture;
  return read->metadata["query_row"] + "," + read->metadata["query_col"];
}

TEST(MapsCommand, DrawsTheOverlayAndEachHeadAtThePhotosSize) {
  const fs::path folder = TestFolder();
  const Outcome run = RunMapsInto(folder, {PhotoPath("chelsea.jpg")});
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_EQ(run.err, "");
  EXPECT_THAT(FilesIn(folder / "maps"),
              ElementsAre("chelsea-layer03-head1.png", "chelsea-layer03-head2.png",
                          "chelsea-layer03-head3.png", "chelsea.png"));
  for (const std::string& file : FilesIn(folder / "maps")) {
    const Image image = Decoded(folder / "maps" / file);
    EXPECT_EQ(image.height, 300) << file;
    EXPECT_EQ(image.width, 451) << file;
  }
}

TEST(MapsCommand, DrawsEveryLayerWhenAsked) {
  const fs::path folder = TestFolder();
  EXPECT_EQ(RunMapsInto(folder, {PhotoPath("coffee.jpg"), "--layer", "all"}).code, 0);
  const std::vector<std::string> files = FilesIn(folder / "maps");
  EXPECT_EQ(files.size(), 12u);
  EXPECT_THAT(files, AllOf(Contains("coffee-layer01.png"), Contains("coffee-layer03.png"),
                           Contains("coffee-layer02-head3.png"), Not(Contains("coffee.png"))));
}

TEST(MapsCommand, GivesThePhotoBackAtOpacityZero) {
  const fs::path folder = TestFolder();
  ASSERT_EQ(RunMapsInto(folder, {PhotoPath("rocket.jpg"), "--opacity", "0"}).code, 0);
  EXPECT_EQ(Decoded(folder / "maps/rocket.png").rgb, Decoded(PhotoPath("rocket.jpg")).rgb);
}

TEST(MapsCommand, OutlinesTheQueryPatch) {
  const fs::path folder = TestFolder();
  const std::string photo = PhotoPath("coffee.jpg");  // 400 x 600: patches of 50 x 50 pixels
  ASSERT_EQ(RunMapsInto(folder, {photo, "--opacity", "0", "--query", "2,3"}).code, 0);
  const Image before = Decoded(photo);
  const Image marked = Decoded(folder / "maps/coffee.png");
  int top = 400, left = 600, bottom = -1, right = -1;
  for (int i = 0; i < 400 * 600; ++i) {
    if (std::equal(&before.rgb[3 * i], &before.rgb[3 * i] + 3, &marked.rgb[3 * i])) continue;
    top = std::min(top, i / 600);
    bottom = std::max(bottom, i / 600);
    left = std::min(left, i % 600);
    right = std::max(right, i % 600);
  }
  EXPECT_THAT((std::vector{top, left, bottom, right}), ElementsAre(98, 148, 151, 201));
}

TEST(MapsCommand, DrawsOtherPicturesForOtherLayersQueriesModesAndColours) {
  const fs::path folder = TestFolder();
  const std::string photo = PhotoPath("coffee.jpg");
  std::vector<std::string> pictures;
  for (const std::vector<std::string>& extra :
       std::vector<std::vector<std::string>>{{},
                                             {"--layer", "1"},
                                             {"--query", "0,0"},
                                             {"--mode", "mean"},
                                             {"--mode", "max"},
                                             {"--mode", "figure"},
                                             {"--mode", "max", "--colormap", "turbo"},
                                             {"--keep-mass", "0.3"},
                                             {"--keep-mass", "0.3", "--combine", "union"},
                                             {"--normalisation", "layers"},
                                             {"--normalisation", "log"},
                                             {"--palette", "okabe-ito"},
                                             {"--nearest"},
                                             {"--colors", "#ff0000,#00ff00,#0000ff"}}) {
    std::vector<std::string> args = {photo};
    args.insert(args.end(), extra.begin(), extra.end());
    ASSERT_EQ(RunMapsInto(folder, args).code, 0);
    const std::string picture = ReadText(folder / "maps/coffee.png");
    EXPECT_THAT(pictures, Not(Contains(picture))) << testing::PrintToString(extra);
    pictures.push_back(picture);
  }
}

TEST(MapsCommand, TakesAllPicturesOfAFolder) {
  const fs::path folder = TestFolder();
  fs::create_directory(folder / "photos");
  fs::copy_file(PhotoPath("coffee.jpg"), folder / "photos/b.JPG");
  fs::copy_file(PhotoPath("rocket.jpg"), folder / "photos/a.jpg");
  WriteText(folder / "photos/notes.txt", "no picture");
  const Outcome run = RunMapsInto(folder, {(folder / "photos").string(), "--format", "json"});
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(FilesIn(folder / "maps"), ElementsAre("a.json", "b.json"));
  EXPECT_LT(run.out.find("a.jpg: "), run.out.find("b.JPG: "));
}

TEST(MapsCommand, NamesTheSecondPhotoOfOneNameApart) {
  const fs::path folder = TestFolder();
  fs::create_directory(folder / "other");
  fs::copy_file(PhotoPath("rocket.jpg"), folder / "other/coffee.jpg");
  const Outcome run = RunMapsInto(
      folder,
      {PhotoPath("coffee.jpg"), (folder / "other/coffee.jpg").string(), "--format", "json"});
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(ReadText(folder / "maps/coffee.json"), HasSubstr("photos/coffee.jpg"));
  EXPECT_THAT(ReadText(folder / "maps/coffee-2.json"), HasSubstr("other/coffee.jpg"));
}

TEST(MapsCommand, NeverReplacesAPhotoByItsOverlay) {
  const fs::path folder = TestFolder();
  ASSERT_EQ(RunMapsInto(folder, {PhotoPath("coffee.jpg")}).code, 0);
  const fs::path photo = folder / "maps/coffee.png";  // a photo where its results would go
  const std::string before = ReadText(photo);
  const Outcome run = RunMapsInto(folder, {photo.string()});
  EXPECT_EQ(run.code, 1);
  EXPECT_THAT(run.err, HasSubstr("would replace a photo"));
  EXPECT_EQ(ReadText(photo), before);
}

TEST(MapsCommand, DoesTheOtherPhotosAfterOneThatFails) {
  const fs::path folder = TestFolder();
  WriteText(folder / "empty.jpg", "");
  const Outcome run = RunMapsInto(
      folder, {(folder / "empty.jpg").string(), "no-such.jpg", PhotoPath("coffee.jpg")});
  EXPECT_EQ(run.code, 1);
  EXPECT_THAT(run.err, AllOf(HasSubstr("empty.jpg: The file is empty: choose a photo.\n"),
                             HasSubstr("headlens: no-such.jpg: There is no file of this name")));
  EXPECT_THAT(FilesIn(folder / "maps"), Contains("coffee.png"));
}

// One line "headlens: FILE: Sentence." and exit code 1.
void ExpectRefusal(const Outcome& run, const std::string& what) {
  EXPECT_EQ(run.code, 1) << what;
  EXPECT_THAT(run.err, StartsWith("headlens: ")) << what;
  EXPECT_THAT(run.err, EndsWith(".\n")) << what;
  EXPECT_EQ(std::count(run.err.begin(), run.err.end(), '\n'), 1) << run.err;
}

TEST(MapsCommand, SaysInOneSentenceWhatIsWrongWithAPhoto) {
  const fs::path folder = TestFolder();
  std::vector<std::string> photos = {kModel, "missing.jpg"};
  for (const char* name : {"empty.jpg", "truncated.jpg", "truncated.png", "not_a_picture.jpg",
                           "strip.png", "tiny.png", "gigapixel.png", "webp_inside.jpg"}) {
    photos.push_back(PhotoPath("odd/") + name);
  }
  for (const std::string& photo : photos) ExpectRefusal(RunMapsInto(folder, {photo}), photo);
  EXPECT_THAT(FilesIn(folder / "maps"), IsEmpty());
}

TEST(MapsCommand, TakesRarePicturesAsTheyShouldLook) {
  const fs::path folder = TestFolder();
  for (const char* name : {"rgba.png", "sixteen_bit.png", "orientation6.jpg", "photo.bmp"}) {
    const std::string photo = PhotoPath("odd/") + name;
    const Outcome run = RunMapsInto(folder, {photo, "--opacity", "0"});
    EXPECT_EQ(run.code, 0) << run.err;
    const fs::path overlay = folder / "maps" / fs::path(name).replace_extension(".png");
    EXPECT_EQ(Decoded(overlay).rgb, Decoded(photo).rgb) << name;
  }
  const Image upright = Decoded(PhotoPath("odd/upright.png"));
  const Image turned = Decoded(folder / "maps/orientation6.png");
  EXPECT_EQ(turned.height, upright.height);
  EXPECT_EQ(turned.width, upright.width);
}

TEST(MapsCommand, SaysInOneSentenceWhatIsWrongWithWeights) {
  const fs::path folder = TestFolder();
  const std::string weights = ReadText(kModel);
  WriteText(folder / "empty.safetensors", "");
  WriteText(folder / "cut.safetensors", weights.substr(0, weights.size() / 2));
  WriteText(folder / "photo.safetensors", ReadText(PhotoPath("coffee.jpg")));
  for (const std::string name :
       {"empty.safetensors", "cut.safetensors", "photo.safetensors", "missing.safetensors", "."}) {
    ExpectRefusal(RunTool({"maps", PhotoPath("coffee.jpg"), "--model", (folder / name).string(),
                           "--out", (folder / "maps").string()}),
                  name);
  }
}

TEST(MapsCommand, SaysWhenTheResultsHaveNoPlace) {
  const fs::path folder = TestFolder();
  WriteText(folder / "maps", "a file where the folder should be");
  const Outcome run = RunMapsInto(folder, {PhotoPath("coffee.jpg")});
  ExpectRefusal(run, "maps");
  EXPECT_THAT(run.err, HasSubstr("choose another with --out"));
}

TEST(MapsCommand, RefusesAPatchOutsideTheGrid) {
  const fs::path folder = TestFolder();
  const Outcome run = RunMapsInto(folder, {PhotoPath("coffee.jpg"), "--query", "8,0"});
  ExpectRefusal(run, "--query 8,0");
  EXPECT_THAT(run.err, HasSubstr("8 rows and 12 columns"));
}

TEST(MapsCommand, TakesForAUsageErrorWhatTheModelHasNot) {
  const fs::path folder = TestFolder();
  const Outcome layer = RunMapsInto(folder, {PhotoPath("coffee.jpg"), "--layer", "4"});
  EXPECT_EQ(layer.code, 2);
  EXPECT_THAT(layer.err, HasSubstr("There is no layer 4: the model has 3."));
  const Outcome colours =
      RunMapsInto(folder, {PhotoPath("coffee.jpg"), "--colors", "#ff0000,#00ff00"});
  EXPECT_EQ(colours.code, 2);
  EXPECT_THAT(colours.err, HasSubstr("3 heads"));
}

TEST(MapsCommand, ShowsAProgressBarForManyPhotosOnATerminal) {
  const fs::path folder = TestFolder();
  const std::vector<std::string> args = {"maps",        PhotoPath("coffee.jpg"),
                                         "no-such.jpg", PhotoPath("rocket.jpg"),
                                         "--model",     kModel,
                                         "--size",      "64",
                                         "--out",       (folder / "maps").string()};
  const Outcome run = RunToolOnTerminal(args);
  EXPECT_EQ(run.code, 1);
  EXPECT_THAT(run.out, AllOf(HasSubstr("] 1 of 3  "), HasSubstr("] 3 of 3  "),
                             HasSubstr("headlens: no-such.jpg: There is no file"),
                             HasSubstr("2 of 3 done")));
  EXPECT_THAT(RunTool(args).err, Not(HasSubstr("]")));
}

TEST(MapsCommand, SavesWhatTheArraysAreInJson) {
  const fs::path folder = TestFolder();
  ASSERT_EQ(RunMapsInto(folder, {PhotoPath("coffee.jpg"), "--format", "json", "--query", "2,3",
                                 "--keep-mass", "0.6", "--layer", "all"})
                .code,
            0);
  const Result<JsonValue> json = ParseJson(ReadText(folder / "maps/coffee.json"));
  ASSERT_TRUE(json.ok()) << json.error().message;
  const auto text = [&](const char* name) { return *json->Find(name)->AsString(); };
  const auto shape = [&](const char* name) {
    std::vector<int> shape;
    for (const JsonValue& size : *json->Find(name)->Find("shape")->AsArray()) {
      shape.push_back(static_cast<int>(*size.AsSize()));
    }
    return shape;
  };
  EXPECT_EQ(text("photo"), PhotoPath("coffee.jpg"));
  EXPECT_EQ(text("precision"), "f32");
  EXPECT_EQ(text("resized_height") + " x " + text("resized_width"), "64 x 96");
  EXPECT_EQ(text("query"), "2,3");
  EXPECT_THAT(shape("cls_attention"), ElementsAre(3, 3, 8, 12));
  EXPECT_THAT(shape("query_attention"), ElementsAre(3, 3, 8, 12));
  EXPECT_THAT(shape("keep_mass"), ElementsAre(3, 3, 8, 12));
  EXPECT_THAT(shape("query_keep_mass"), ElementsAre(3, 3, 8, 12));
  EXPECT_THAT(shape("rollout"), ElementsAre(8, 12));
  EXPECT_EQ(json->Find("rollout")->Find("values")->AsArray()->size(), 96u);
}

TEST(MapsCommand, SavesTheSameArraysAsSafetensors) {
  const fs::path folder = TestFolder();
  ASSERT_EQ(RunMapsInto(folder, {PhotoPath("coffee.jpg"), "--format", "json,safetensors"}).code, 0);
  const std::string text = ReadText(folder / "maps/coffee.safetensors");
  const Result<Checkpoint> file = ReadSafetensors({text.begin(), text.end()});
  ASSERT_TRUE(file.ok()) << file.error().message;
  EXPECT_EQ(file->metadata.at("resized_width"), "96");

  const Result<JsonValue> json = ParseJson(ReadText(folder / "maps/coffee.json"));
  ASSERT_TRUE(json.ok()) << json.error().message;
  const auto& values = *json->Find("cls_attention")->Find("values")->AsArray();
  const Tensor* tensor = file->Find("cls_attention");
  ASSERT_NE(tensor, nullptr);
  EXPECT_THAT(tensor->shape, ElementsAre(3, 3, 8, 12));
  ASSERT_EQ(tensor->bytes.size(), values.size() * sizeof(float));
  for (size_t i = 0; i < values.size(); ++i) {
    float score = 0;
    std::memcpy(&score, tensor->bytes.data() + i * sizeof(float), sizeof(float));
    ASSERT_EQ(score, static_cast<float>(*values[i].AsNumber())) << "at " << i;
  }
}

class FixtureTest : public testing::TestWithParam<std::string> {};

// Of PyTorch's numbers in tests/fixtures/README.md, read back by numpy.
TEST_P(FixtureTest, SavesTheAttentionOfGivenPixelsForNumpy) {
  if (RunProgram("python3", {"-c", "import numpy"}).code != 0) GTEST_SKIP() << "needs numpy";
  const fs::path folder = TestFolder();
  const std::string model = FixturePath(GetParam().substr(0, GetParam().find("--")));
  const std::string expected = FixturePath(GetParam() + ".expected");
  const Outcome run = RunTool({"maps", "--pixels", expected, "--model", model, "--query",
                               QueryOf(expected), "--keep-mass", "0.6", "--out", folder.string()});
  ASSERT_EQ(run.code, 0) << run.err;
  const std::string npz = GetParam() + ".expected.npz";
  ASSERT_THAT(FilesIn(folder), ElementsAre(npz));

  const Outcome compared = RunProgram(
      "python3",
      {std::string(HEADLENS_TESTS_DIR) + "/cli/compare_npz.py", (folder / npz).string(), expected});
  ASSERT_EQ(compared.code, 0) << compared.err;
  std::istringstream lines(compared.out);
  std::vector<std::string> names;
  for (std::string line; std::getline(lines, line);) {
    names.push_back(line.substr(0, line.find(' ')));
    EXPECT_LE(std::stod(line.substr(line.rfind(' '))), 1e-5) << line;
    EXPECT_THAT(line, HasSubstr(names.back() == "keep_mass" ? " uint8 " : " float32 "));
  }
  EXPECT_THAT(names, ElementsAre("cls_attention", "query_attention", "keep_mass", "rollout"));
}

INSTANTIATE_TEST_SUITE_P(MapsCommand, FixtureTest,
                         testing::Values("dino-micro--astronaut-112x112",
                                         "dino-micro--chelsea-96x144", "dino-micro--coffee-60x44",
                                         "dinov2-micro-reg--raccoon-126x210"),
                         [](const auto& info) {
                           std::string name = info.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

TEST(MapsCommand, DrawsOnThePixelsThemselvesWhenAskedForPng) {
  const fs::path folder = TestFolder();
  const Outcome run =
      RunMapsInto(folder, {"--pixels", FixturePath("dino-micro--coffee-60x44.expected"), "--format",
                           "png", "--opacity", "0"});
  ASSERT_EQ(run.code, 0) << run.err;
  const Image drawn = Decoded(folder / "maps/dino-micro--coffee-60x44.expected.png");
  const Image photo = Resize(Decoded(PhotoPath("coffee.jpg")), 60, 44, ResizeFilter::kBilinear);
  ASSERT_EQ(drawn.rgb.size(), photo.rgb.size());
  int worst = 0;
  for (size_t i = 0; i < photo.rgb.size(); ++i) {
    worst = std::max(worst, std::abs(drawn.rgb[i] - photo.rgb[i]));
  }
  EXPECT_LE(worst, 2);  // levels of 255: the fixture's decoder and ours differ
}

}  // namespace
}  // namespace headlens
