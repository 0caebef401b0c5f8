#include "checkpoint/conventions.h"

#include <gmock/gmock.h>

#include "unit/checkpoint_files.h"

namespace headlens {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Checkpoint WithMetadata(const std::map<std::string, std::string>& metadata) {
  Checkpoint checkpoint;
  checkpoint.metadata = metadata;
  return checkpoint;
}

const std::map<std::string, std::string> kAll = {{"heads", "3"},
                                                 {"mean", "0.5 0.25 1"},
                                                 {"std", "0.5 0.5 0.5"},
                                                 {"filter", "bicubic"},
                                                 {"position", "antialias"}};

TEST(Conventions, AreImagenetsAndAssumedWhereNobodySpeaks) {
  const auto conventions = ReadConventions({}, {});
  ASSERT_TRUE(conventions.ok());
  EXPECT_EQ(conventions->heads, 0);
  EXPECT_EQ(ChannelsText(conventions->mean), "0.485 0.456 0.406");
  EXPECT_EQ(ChannelsText(conventions->std), "0.229 0.224 0.225");
  EXPECT_EQ(conventions->position, PositionRule::kDino);
  EXPECT_THAT(conventions->assumed, ElementsAre("mean", "filter", "position", "heads"));
}

TEST(Conventions, AreThoseOfTheMetadata) {
  const auto conventions = ReadConventions(WithMetadata(kAll), {});
  ASSERT_TRUE(conventions.ok());
  EXPECT_EQ(conventions->heads, 3);
  EXPECT_EQ(conventions->mean, (Channels{0.5f, 0.25f, 1.0f}));
  EXPECT_EQ(conventions->std, (Channels{0.5f, 0.5f, 0.5f}));
  EXPECT_EQ(conventions->filter, PhotoFilter::kBicubic);
  EXPECT_EQ(conventions->position, PositionRule::kAntialias);
  EXPECT_THAT(conventions->assumed, ElementsAre());
}

TEST(Conventions, AreThoseOfTheCallerFirst) {
  const ModelChoices choices = {.heads = 6,
                                .mean = Channels{0, 0, 0},
                                .std = Channels{1, 1, 1},
                                .filter = PhotoFilter::kBilinear,
                                .position = PositionRule::kResize};
  for (const auto& metadata : {kAll, {}}) {
    const auto conventions = ReadConventions(WithMetadata(metadata), choices);
    ASSERT_TRUE(conventions.ok());
    EXPECT_EQ(conventions->heads, 6);
    EXPECT_EQ(conventions->mean, (Channels{0, 0, 0}));
    EXPECT_EQ(conventions->std, (Channels{1, 1, 1}));
    EXPECT_EQ(conventions->filter, PhotoFilter::kBilinear);
    EXPECT_EQ(conventions->position, PositionRule::kResize);
    EXPECT_THAT(conventions->assumed, ElementsAre());
  }
}

TEST(Conventions, TakeTheRuleOfPositionsFromTheNames) {
  Checkpoint checkpoint;
  checkpoint.origin.position = PositionRule::kResize;
  EXPECT_EQ(ReadConventions(checkpoint, {})->position, PositionRule::kResize);
  EXPECT_THAT(ReadConventions(checkpoint, {})->assumed,
              ElementsAre("mean", "filter", "position", "heads"));
  checkpoint.origin.position_is_certain = true;
  EXPECT_THAT(ReadConventions(checkpoint, {})->assumed, ElementsAre("mean", "filter", "heads"));
}

TEST(Conventions, CallMeanAssumedWhereOnlyOneOfMeanAndStdIsSaid) {
  EXPECT_THAT(ReadConventions({}, {.mean = Channels{}})->assumed,
              ElementsAre("mean", "filter", "position", "heads"));
  EXPECT_THAT(ReadConventions({}, {.std = Channels{1, 1, 1}})->assumed,
              ElementsAre("mean", "filter", "position", "heads"));
}

std::string ErrorOf(const std::string& key, const std::string& value) {
  return MessageOf(ReadConventions(WithMetadata({{key, value}}), {}));
}

TEST(Conventions, RefuseMetadataThatMakeNoSense) {
  for (const char* text : {"", "0.5", "0.5 0.5", "0.5 0.5 0.5 0.5", "0.5 0.5 x", "0.5, 0.5, 0.5",
                           "nan 0 0", "inf 0 0", "0.5 0.5 0.5x"}) {
    EXPECT_THAT(ErrorOf("mean", text), HasSubstr("three numbers")) << text;
    EXPECT_THAT(ErrorOf("std", text), HasSubstr("three numbers")) << text;
  }
  for (const char* text : {"0.5 0 0.5", "0.5 0.5 -1"}) {
    EXPECT_THAT(ErrorOf("std", text), HasSubstr("not above 0")) << text;
  }
  for (const char* text : {"", "Dino", "bicubic"}) {
    EXPECT_THAT(ErrorOf("position", text), HasSubstr("dino, antialias or resize")) << text;
  }
  for (const char* text : {"two", "", "2.5", "-2", "0", "99999999999"}) {
    EXPECT_THAT(ErrorOf("heads", text), HasSubstr("number of heads")) << text;
  }
  EXPECT_THAT(MessageOf(ReadConventions({}, {.std = Channels{1, 0, 1}})), HasSubstr("not above 0"));
}

TEST(Conventions, ComeBackFromTheMetadataThatTheyAreSavedAs) {
  const auto conventions = ReadConventions(WithMetadata(kAll), {});
  std::map<std::string, std::string> saved;
  SaveConventions(*conventions, saved);
  EXPECT_EQ(saved, kAll);
}

TEST(Conventions, SaveNothingThatIsAssumed) {
  std::map<std::string, std::string> saved = {{"format", "pt"}};
  SaveConventions(*ReadConventions({}, {}), saved);
  EXPECT_EQ(saved, (std::map<std::string, std::string>{{"format", "pt"}}));
}

}  // namespace
}  // namespace headlens
