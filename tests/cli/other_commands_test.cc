// `headlens info`, and the tool without a command.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/tool.h"
#include "cli/weights_files.h"

namespace headlens {
namespace {

namespace fs = std::filesystem;

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::StartsWith;

const std::string kModel = FixturePath("dino-micro");

TEST(Tool, HelpsAndTellsItsVersion) {
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"--help"},
                                             {"maps", "--help"},
                                             {"bake", "--help"},
                                             {"info", "--help"},
                                             {"pack", "-h"}}) {
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

TEST(InfoCommand, MarksWhatItAssumes) {
  const Outcome assumed = RunTool({"info", "--model", kModel});
  EXPECT_EQ(assumed.code, 0) << assumed.err;
  EXPECT_THAT(assumed.out, AllOf(HasSubstr("names         DINO"),
                                 HasSubstr("mean 0.485 0.456 0.406, deviation 0.229 0.224 0.225 "
                                           "(assumed: the file does not say; --normalise chooses)"),
                                 HasSubstr("resampled     dino")));
  const Outcome chosen = RunTool({"info", "--model", kModel, "--normalise", "half", "--std",
                                  "0.5 0.25 0.5", "--filter", "bicubic", "--position", "resize"});
  EXPECT_EQ(chosen.code, 0) << chosen.err;
  EXPECT_THAT(chosen.out, AllOf(HasSubstr("mean 0.5 0.5 0.5, deviation 0.5 0.25 0.5\n"),
                                HasSubstr("resized bicubic\n"),
                                HasSubstr("resampled     resize: bicubic, as Hugging Face"),
                                Not(HasSubstr("assumed"))));
}

TEST(InfoCommand, SaysWhatAChoiceMustBe) {
  for (const auto& [option, value] : {std::pair{"--position", "bilinear"},
                                      {"--normalise", "google"},
                                      {"--filter", "lanczos"},
                                      {"--mean", "0.5"}}) {
    const Outcome run = RunTool({"info", "--model", kModel, option, value});
    EXPECT_EQ(run.code, 2);
    EXPECT_THAT(run.err, HasSubstr(std::string(option) + " wants "));
  }
}

TEST(InfoCommand, NamesTheNetworksOfATrainingCheckpoint) {
  const fs::path folder = TestFolder();
  const std::string path = (folder / "nested.safetensors").string();
  WriteNested(path, "dino-micro", {"student", "ema"});
  const Outcome which = RunTool({"info", "--model", path});
  EXPECT_EQ(which.code, 1);
  EXPECT_THAT(which.err,
              HasSubstr("several networks, ema, student: choose one of them with --network."));
  const Outcome student = RunTool({"info", "--model", path, "--network", "student"});
  EXPECT_EQ(student.code, 0) << student.err;
  EXPECT_THAT(student.out, HasSubstr("DINO, the network student out of ema, student"));
}

TEST(InfoCommand, TakesOneModelOnly) {
  EXPECT_EQ(RunTool({"info"}).code, 2);
  EXPECT_EQ(RunTool({"info", kModel}).code, 2);
}

}  // namespace
}  // namespace headlens
