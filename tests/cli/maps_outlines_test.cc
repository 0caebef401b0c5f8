// `headlens maps --contours` and `--traits` as a user runs them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <sstream>

#include "base/json.h"
#include "cli/tool.h"
#include "maps/traits.h"

namespace headlens {
namespace {

namespace fs = std::filesystem;

using ::testing::ElementsAre;

Outcome RunMaps(const fs::path& out, std::vector<std::string> args) {
  args.insert(args.begin(), {"maps", "--model", FixturePath("dino-micro"), "--size", "64"});
  args.insert(args.end(), {"--out", out.string()});
  return RunTool(args);
}

JsonValue JsonOf(const fs::path& path) {
  Result<JsonValue> json = ParseJson(ReadText(path));
  EXPECT_TRUE(json.ok()) << json.error().message;
  return json.ok() ? std::move(*json) : JsonValue{};
}

std::vector<double> ValuesOf(const JsonValue& json, const std::string& name) {
  std::vector<double> values;
  for (const JsonValue& value : *json.Find(name)->Find("values")->AsArray()) {
    values.push_back(*value.AsNumber());
  }
  return values;
}

// Lines that tests/cli/read_svg.py prints.
std::vector<std::string> ReadSvg(const fs::path& path) {
  const Outcome read =
      RunProgram("python3", {std::string(HEADLENS_TESTS_DIR) + "/cli/read_svg.py", path.string()});
  EXPECT_EQ(read.code, 0) << read.err;
  std::vector<std::string> lines;
  std::istringstream text(read.out);
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

bool HasPython() { return RunProgram("python3", {"-c", "import xml.etree"}).code == 0; }

TEST(MapsContours, EncloseThePatchesThatJsonSaysAreKept) {
  if (!HasPython()) GTEST_SKIP() << "needs python3";
  const fs::path folder = TestFolder();
  // 400 x 600 pixels: 8 x 12 patches of 50 x 50.
  const Outcome run = RunMaps(folder, {PhotoPath("coffee.jpg"), "--keep-mass", "0.4", "--contours",
                                       "patches", "--format", "json", "--palette", "okabe-ito"});
  ASSERT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(FilesIn(folder), ElementsAre("coffee.json", "coffee.svg"));

  const std::vector<double> kept = ValuesOf(JsonOf(folder / "coffee.json"), "keep_mass");
  const std::vector<std::string> svg = ReadSvg(folder / "coffee.svg");
  ASSERT_EQ(svg.size(), 5u);
  EXPECT_EQ(svg[0], "0 0 600 400");
  const char* colours[] = {"#e69f00", "#56b4e9", "#009e73"};
  for (int head = 0; head < 3; ++head) {
    double patches = 0;
    for (int i = 0; i < 96; ++i) patches += kept[head * 96 + i];
    const std::string number = std::to_string(head + 1);
    EXPECT_GT(patches, 0);
    EXPECT_LT(patches, 96);
    EXPECT_EQ(svg[2 + head], "head-" + number + "|" + colours[head] + "|Head " + number + "|" +
                                 std::to_string(std::lround(2500 * patches)));
  }
}

TEST(MapsContours, LinkToThePhotoFromWhereTheyLie) {
  if (!HasPython()) GTEST_SKIP() << "needs python3";
  const fs::path folder = TestFolder();
  fs::copy_file(PhotoPath("coffee.jpg"), folder / "two & a #3.jpg");
  const Outcome run = RunMaps(folder / "out", {(folder / "two & a #3.jpg").string(), "--keep-mass",
                                               "0.6", "--format", "svg"});
  ASSERT_EQ(run.code, 0) << run.err;
  const std::vector<std::string> svg = ReadSvg(folder / "out/two & a #3.svg");
  ASSERT_GE(svg.size(), 2u);
  EXPECT_EQ(svg[1], "../two%20%26%20a%20%233.jpg");
}

TEST(MapsContours, AreOneForMasksThatAreCombined) {
  if (!HasPython()) GTEST_SKIP() << "needs python3";
  const fs::path folder = TestFolder();
  std::map<std::string, std::string> groups;
  for (const std::string combine : {"union", "intersection"}) {
    ASSERT_EQ(RunMaps(folder, {PhotoPath("coffee.jpg"), "--keep-mass", "0.6", "--combine", combine,
                               "--contours", "smooth", "--layer", "all"})
                  .code,
              0);
    const std::vector<std::string> svg = ReadSvg(folder / "coffee-layer02.svg");
    ASSERT_EQ(svg.size(), 3u);
    groups[combine] = svg[2];
  }
  EXPECT_THAT(groups["union"], testing::StartsWith("union|#ffffff|Union of all heads|"));
  EXPECT_THAT(groups["intersection"],
              testing::StartsWith("intersection|#ffffff|Intersection of all heads|"));
  const auto area = [&](const std::string& combine) {
    return std::stoi(groups[combine].substr(groups[combine].rfind('|') + 1));
  };
  EXPECT_GT(area("union"), area("intersection"));
}

TEST(MapsContours, StandAloneForPixels) {
  if (!HasPython()) GTEST_SKIP() << "needs python3";
  const fs::path folder = TestFolder();
  const Outcome run = RunTool({"maps", "--model", FixturePath("dino-micro"), "--pixels",
                               FixturePath("dino-micro--coffee-60x44.expected"), "--keep-mass",
                               "0.6", "--format", "svg", "--out", folder.string()});
  ASSERT_EQ(run.code, 0) << run.err;
  EXPECT_EQ(ReadSvg(folder / "dino-micro--coffee-60x44.expected.svg")[1], "no photo");
}

TEST(MapsTraits, ComeWithJsonAndSayWhatTheyAre) {
  const fs::path folder = TestFolder();
  ASSERT_EQ(RunMaps(folder, {PhotoPath("coffee.jpg"), "--traits"}).code, 0);
  const JsonValue json = JsonOf(folder / "coffee.json");
  for (const TraitText& trait : kTraits) {
    const std::string name = "traits_" + std::string(trait.name);
    ASSERT_NE(json.Find(name), nullptr) << name;
    EXPECT_EQ(*json.Find(name)->Find("definition")->AsString(), trait.definition);
    EXPECT_EQ(ValuesOf(json, name).size(), 9u);  // 3 layers of 3 heads
  }
}

// The entropy and the share of the prefix, from the maps in the same file.
TEST(MapsTraits, AreThoseOfTheMapsBesideThem) {
  const fs::path folder = TestFolder();
  ASSERT_EQ(RunMaps(folder, {PhotoPath("coffee.jpg"), "--traits", "--query", "2,3"}).code, 0);
  const JsonValue json = JsonOf(folder / "coffee.json");
  const std::vector<double> maps = ValuesOf(json, "query_attention");
  const std::vector<double> entropy = ValuesOf(json, "traits_entropy");
  const std::vector<double> prefix = ValuesOf(json, "traits_prefix");
  for (int head = 0; head < 9; ++head) {
    double sum = 0, bits = 0;
    for (int i = 0; i < 96; ++i) sum += maps[head * 96 + i];
    for (int i = 0; i < 96; ++i) {
      const double p = maps[head * 96 + i] / sum;
      bits -= p > 0 ? p * std::log(p) / std::log(96) : 0;
    }
    EXPECT_NEAR(entropy[head], bits, 1e-5);
    EXPECT_NEAR(prefix[head], 1 - sum, 1e-5);
  }
}

TEST(MapsTraits, AreNotThereUnlessAskedFor) {
  const fs::path folder = TestFolder();
  ASSERT_EQ(RunMaps(folder, {PhotoPath("coffee.jpg"), "--format", "json"}).code, 0);
  EXPECT_EQ(JsonOf(folder / "coffee.json").Find("traits_entropy"), nullptr);
}

}  // namespace
}  // namespace headlens
