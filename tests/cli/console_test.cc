// What the tool says: progress, sizes, names.
#include "cli/console.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/progress.h"

namespace headlens {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(Console, LetsNoNameSteerTheTerminal) {
  EXPECT_EQ(Printable("cat\x1b[2J\n.jpg"), "cat?[2J?.jpg");
  EXPECT_EQ(Printable("Überblick.jpg"), "Überblick.jpg");
}

TEST(Console, WritesSizesForPeople) {
  EXPECT_EQ(SizeText(7), "7 bytes");
  EXPECT_EQ(SizeText(7400), "7.4 KB");
  EXPECT_EQ(SizeText(21672184), "21.7 MB");
}

TEST(ProgressLine, FillsFromLeftToRight) {
  EXPECT_THAT(ProgressLine(0.0f, 0, 20, "cat.jpg", 80), StartsWith("[                        ]"));
  EXPECT_THAT(ProgressLine(0.5f, 9, 20, "cat.jpg", 80), StartsWith("[============            ]"));
  EXPECT_THAT(ProgressLine(1.0f, 19, 20, "cat.jpg", 80), StartsWith("[========================]"));
}

TEST(ProgressLine, SaysWhichPhotoOfHowMany) {
  EXPECT_THAT(ProgressLine(0.1f, 2, 120, "cat.jpg, layer 3 of 12", 80),
              HasSubstr("]   3 of 120  cat.jpg, layer 3 of 12"));
}

TEST(ProgressLine, NeverIsWiderThanTheTerminal) {
  const std::string line = ProgressLine(0.1f, 0, 2, "ääääääääääää", 40);
  EXPECT_EQ(line, "[==                      ] 1 of 2  äääää");
}

}  // namespace
}  // namespace headlens
