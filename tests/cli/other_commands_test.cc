// `headlens info`, `headlens pack`, and the tool without a command.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/tool.h"

namespace headlens {
namespace {

namespace fs = std::filesystem;

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::StartsWith;

const std::string kModel = FixturePath("dino-micro");

TEST(Tool, HelpsAndTellsItsVersion) {
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"--help"}, {"maps", "--help"}, {"info", "--help"}, {"pack", "-h"}}) {
    const Outcome run = RunTool(words);
    EXPECT_EQ(run.code, 0);
    EXPECT_THAT(run.out, HasSubstr("headlens"));
    EXPECT_EQ(run.err, "");
  }
  EXPECT_THAT(RunTool({"--version"}).out, MatchesRegex("headlens [0-9]+\\.[0-9]+\\.[0-9]+\n"));
}

TEST(Tool, TakesNothingAndTheUnknownForUsageErrors) {
  EXPECT_EQ(RunTool({}).code, 2);
  const Outcome typo = RunTool({"mapps"});
  EXPECT_EQ(typo.code, 2);
  EXPECT_THAT(typo.err, HasSubstr("There is no command mapps: did you mean maps?"));
  const Outcome option = RunTool({"maps", "cat.jpg", "--modell", "m"});
  EXPECT_EQ(option.code, 2);
  EXPECT_THAT(option.err, HasSubstr("did you mean --model?"));
}

TEST(InfoCommand, SaysWhatTheModelIs) {
  const Outcome run = RunTool({"info", "--model", kModel});
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, AllOf(HasSubstr("patch 8, width 48, 3 blocks, 3 heads"),
                             HasSubstr("16 channels"), HasSubstr("F32")));
}

TEST(InfoCommand, NeedsTheNumberOfHeadsWhereTheFileDoesNotSay) {
  const std::string model = FixturePath("dino-micro-f16");
  const Outcome without = RunTool({"info", "--model", model});
  EXPECT_EQ(without.code, 1);
  EXPECT_THAT(without.err, StartsWith("headlens: " + model + ": "));
  EXPECT_EQ(RunTool({"info", "--model", model, "--heads", "3"}).code, 0);
}

TEST(InfoCommand, TakesOneModelOnly) {
  EXPECT_EQ(RunTool({"info"}).code, 2);
  EXPECT_EQ(RunTool({"info", kModel}).code, 2);
}

TEST(PackCommand, MakesASmallerModelThatSaysItsHeads) {
  const fs::path folder = TestFolder();
  const std::string packed = (folder / "packed.safetensors").string();
  const Outcome run = RunTool({"pack", FixturePath("dino-micro-f16"), packed, "--heads", "3"});
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, AllOf(HasSubstr("3 heads"), HasSubstr("int8")));
  EXPECT_LT(fs::file_size(packed), fs::file_size(kModel));
  const Outcome info = RunTool({"info", "--model", packed});
  EXPECT_EQ(info.code, 0) << info.err;
  EXPECT_THAT(info.out, AllOf(HasSubstr("3 heads"), HasSubstr("I8")));
}

TEST(PackCommand, KeepsTheMapsOfAnF32Model) {
  const fs::path folder = TestFolder();
  const std::string packed = (folder / "packed.safetensors").string();
  ASSERT_EQ(RunTool({"pack", kModel, packed, "--precision", "f32"}).code, 0);
  for (const auto& [model, out] : {std::pair{kModel, "from"}, std::pair{packed, "to"}}) {
    ASSERT_EQ(RunTool({"maps", PhotoPath("coffee.jpg"), "--model", model, "--size", "64",
                       "--format", "npz", "--out", (folder / out).string()})
                  .code,
              0);
  }
  EXPECT_EQ(ReadText(folder / "from/coffee.npz"), ReadText(folder / "to/coffee.npz"));
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

TEST(PackCommand, RefusesWhatIsNoModelAndLeavesNoFile) {
  const fs::path folder = TestFolder();
  const Outcome run =
      RunTool({"pack", PhotoPath("coffee.jpg"), (folder / "packed.safetensors").string()});
  EXPECT_EQ(run.code, 1);
  EXPECT_FALSE(fs::exists(folder / "packed.safetensors"));
  const Outcome precision = RunTool({"pack", kModel, "x", "--precision", "f16"});
  EXPECT_EQ(precision.code, 2);
  EXPECT_THAT(precision.err, HasSubstr("--precision wants int8 or f32, not \"f16\"."));
}

}  // namespace
}  // namespace headlens
