// `headlens pack`.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <sstream>

#include "cli/agreement.h"
#include "cli/tool.h"
#include "cli/weights_files.h"

namespace headlens {
namespace {

namespace fs = std::filesystem;

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const std::string kModel = FixturePath("dino-micro");

// A line of the agreement table: "  2   0.99912  0.99740".
struct Row {
  std::string layer;
  double mean = 0;
  double worst = 0;
};

std::vector<Row> ReadTable(const std::string& out) {
  std::vector<Row> rows;
  std::istringstream lines(out.substr(std::min(out.find("worst\n"), out.size())));
  std::string line;
  std::getline(lines, line);
  while (std::getline(lines, line)) {
    Row& row = rows.emplace_back();
    std::istringstream(line) >> row.layer >> row.mean >> row.worst;
  }
  return rows;
}

// What `headlens maps` gives for a photo.
std::string MapsOf(const std::string& model, const fs::path& out) {
  const Outcome run = RunTool({"maps", PhotoPath("coffee.jpg"), "--model", model, "--size", "64",
                               "--format", "npz", "--out", out.string()});
  EXPECT_EQ(run.code, 0) << run.err;
  return ReadText(out / "coffee.npz");
}

TEST(PackCommand, MakesASmallerModelThatSaysItsHeads) {
  const std::string packed = (TestFolder() / "packed.safetensors").string();
  const Outcome run = RunTool({"pack", FixturePath("dino-micro-f16"), packed, "--heads", "3"});
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, AllOf(HasSubstr("3 heads"), HasSubstr("int8"), HasSubstr("names       DINO"),
                             HasSubstr("(assumed: the file does not say; --normalise chooses)")));
  EXPECT_LT(fs::file_size(packed), fs::file_size(kModel));
  const Outcome info = RunTool({"info", "--model", packed});
  EXPECT_EQ(info.code, 0) << info.err;
  EXPECT_THAT(info.out, AllOf(HasSubstr("3 heads"), HasSubstr("I8")));
}

TEST(PackCommand, MakesHalfSizeMatricesThatReadBack) {
  const fs::path folder = TestFolder();
  const std::string packed = (folder / "packed.safetensors").string();
  const Outcome run = RunTool({"pack", kModel, packed, "--precision", "f16"});
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("packed.safetensors: f16, "));
  EXPECT_THAT(RunTool({"info", "--model", packed}).out,
              AllOf(HasSubstr("million F16"), HasSubstr("precision: f16")));
  MapsOf(packed, folder / "maps");
}

TEST(PackCommand, KeepsTheMapsOfAnF32ModelOfAnyNames) {
  for (const char* model : {"dino-micro", "dinov2-micro-reg", "dinov2-micro-reg-timm"}) {
    const fs::path folder = TestFolder();
    const std::string packed = (folder / "packed.safetensors").string();
    const Outcome run = RunTool({"pack", FixturePath(model), packed, "--precision", "f32"});
    ASSERT_EQ(run.code, 0) << run.err;
    EXPECT_EQ(MapsOf(FixturePath(model), folder / "from"), MapsOf(packed, folder / "to")) << model;
  }
}

TEST(PackCommand, LeavesNothingToAssume) {
  const std::string packed = (TestFolder() / "packed.safetensors").string();
  const Outcome run =
      RunTool({"pack", kModel, packed, "--normalise", "half", "--position", "antialias"});
  EXPECT_EQ(run.code, 0) << run.err;
  const Outcome info = RunTool({"info", "--model", packed});
  EXPECT_THAT(info.out, AllOf(HasSubstr("mean 0.5 0.5 0.5, deviation 0.5 0.5 0.5\n"),
                              HasSubstr("resampled     antialias: "), Not(HasSubstr("assumed"))));
}

TEST(PackCommand, TakesTheNetworkThatIsAskedFor) {
  const fs::path folder = TestFolder();
  const std::string nested = (folder / "nested.safetensors").string();
  const std::string packed = (folder / "packed.safetensors").string();
  WriteNested(nested, "dino-micro", {"student", "ema"});
  const Outcome which = RunTool({"pack", nested, packed});
  EXPECT_EQ(which.code, 1);
  EXPECT_THAT(which.err, HasSubstr("choose one of them with --network."));
  const Outcome run = RunTool({"pack", nested, packed, "--network", "student"});
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(RunTool({"info", "--model", packed}).out, HasSubstr("3 blocks"));
}

TEST(PackCommand, ComparesItsMapsWithF32OnAPhoto) {
  const fs::path folder = TestFolder();
  const std::string packed = (folder / "packed.safetensors").string();
  for (const auto& [precision, mean, worst] :
       {std::tuple{"int8", 0.95, 0.9}, {"f16", 0.9999, 0.999}, {"f32", 1.0, 1.0}}) {
    const Outcome run = RunTool({"pack", kModel, packed, "--precision", precision, "--photo",
                                 PhotoPath("coffee.jpg"), "--size", "64"});
    EXPECT_EQ(run.code, 0) << run.err;
    const std::vector<Row> rows = ReadTable(run.out);
    ASSERT_EQ(rows.size(), 4u) << run.out;
    EXPECT_EQ(rows[0].layer, "1");
    EXPECT_EQ(rows[3].layer, "all");
    EXPECT_NEAR(rows[3].mean, (rows[0].mean + rows[1].mean + rows[2].mean) / 3, 1e-5);
    EXPECT_EQ(rows[3].worst, std::min({rows[0].worst, rows[1].worst, rows[2].worst}));
    for (const Row& row : rows) {
      EXPECT_GE(row.mean, mean) << precision << " " << row.layer;
      EXPECT_GE(row.worst, worst) << precision << " " << row.layer;
      EXPECT_LE(row.worst, row.mean + 1e-5);
    }
    if (std::string_view(precision) == "int8") {
      EXPECT_LT(rows[3].worst, 1);
    }
  }
}

TEST(PackCommand, NamesTheMatricesThatF16DoesNotHold) {
  const fs::path folder = TestFolder();
  Checkpoint checkpoint = ReadFixtureTensors("dino-micro");
  Tensor& matrix = checkpoint.tensors.at("blocks.1.mlp.fc1.weight");
  std::vector<uint8_t> bytes(matrix.bytes.begin(), matrix.bytes.end());
  const float large = 70000;
  std::memcpy(bytes.data(), &large, sizeof(large));
  matrix.bytes = bytes;
  const std::string model = (folder / "large.safetensors").string();
  WriteTensors(model, checkpoint.tensors, checkpoint.metadata);
  const Outcome run =
      RunTool({"pack", model, (folder / "packed.safetensors").string(), "--precision", "f16"});
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("stays f32   blocks.1.mlp.fc1.weight (values beyond 65504)"));
}

TEST(PackCommand, NeverReplacesWhatItReads) {
  const fs::path folder = TestFolder();
  const fs::path model = folder / "model.safetensors";
  fs::copy_file(kModel, model);
  const Outcome run = RunTool({"pack", model.string(), (folder / "./model.safetensors").string()});
  EXPECT_EQ(run.code, 1);
  EXPECT_THAT(run.err, HasSubstr("another name"));
  EXPECT_EQ(ReadText(model), ReadText(kModel));
}

TEST(PackCommand, LeavesWhatIsThereWhenItFails) {
  const fs::path folder = TestFolder();
  const fs::path packed = folder / "packed.safetensors";
  WriteText(packed, "what was there");
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"pack", PhotoPath("coffee.jpg"), packed.string()},
           {"pack", kModel, packed.string(), "--photo", kModel},
           {"pack", kModel, packed.string(), "--photo", (folder / "none.jpg").string()}}) {
    EXPECT_EQ(RunTool(words).code, 1);
    EXPECT_EQ(ReadText(packed), "what was there");
    EXPECT_THAT(FilesIn(folder), ElementsAre("packed.safetensors"));
  }
}

TEST(PackCommand, SaysWhereItCannotWrite) {
  const fs::path folder = TestFolder();
  const Outcome run = RunTool({"pack", kModel, (folder / "none/packed.safetensors").string()});
  EXPECT_EQ(run.code, 1);
  EXPECT_THAT(run.err, HasSubstr("choose another folder"));
  EXPECT_THAT(FilesIn(folder), IsEmpty());
}

TEST(PackCommand, KnowsItsPrecisions) {
  const Outcome precision = RunTool({"pack", kModel, "x", "--precision", "int4"});
  EXPECT_EQ(precision.code, 2);
  EXPECT_THAT(precision.err, HasSubstr("--precision wants int8, f16 or f32, not \"int4\"."));
  EXPECT_EQ(RunTool({"pack", kModel}).code, 2);
}

TEST(MapCorrelation, IsPearsonsAndSaysHowFlatMapsAgree) {
  const std::vector<float> rising = {1, 2, 4}, scaled = {12, 14, 18}, falling = {4, 3, 1};
  const std::vector<float> flat = {5, 5, 5}, other = {3, 3, 3};
  EXPECT_NEAR(MapCorrelation(rising, scaled), 1, 1e-12);
  EXPECT_NEAR(MapCorrelation(rising, falling), -1, 1e-12);
  EXPECT_NEAR(MapCorrelation(rising, std::vector<float>{2, 1, 3}), 0.65465367, 1e-8);
  EXPECT_EQ(MapCorrelation(flat, other), 1);
  EXPECT_EQ(MapCorrelation(flat, rising), 0);
}

}  // namespace
}  // namespace headlens
