#include "engine/c_api.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <numeric>
#include <string>
#include <vector>

namespace headlens {
namespace {

using ::testing::HasSubstr;

void GiveFile(const std::string& name, double share = 1.0) {
  std::ifstream file(std::string(HEADLENS_TESTS_DIR) + "/" + name, std::ios::binary);
  ASSERT_TRUE(file) << name;
  const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
  const size_t size = static_cast<size_t>(share * bytes.size());
  std::copy_n(bytes.data(), size, reinterpret_cast<char*>(hl_input(size)));
}

class CApi : public ::testing::Test {
 protected:
  void SetUp() override {
    EXPECT_EQ(hl_start(2, 0), 2);
    EXPECT_STREQ(hl_model(), "null");
    GiveFile("fixtures/dino-micro.safetensors");
    ASSERT_EQ(hl_load(0, 0), 0) << hl_error();
  }

  void RunPhoto() {
    GiveFile("photos/chelsea.jpg");
    ASSERT_EQ(hl_photo_file(), 0) << hl_error();
    ASSERT_EQ(hl_prepare_photo(96, 0, 0), 0) << hl_error();
    ASSERT_EQ(hl_begin(), 0) << hl_error();
    for (int layer = 0; layer < 3; ++layer) ASSERT_EQ(hl_step(), 0) << hl_error();
  }
};

TEST_F(CApi, RunsAPhotoFromItsFileToTheMaps) {
  EXPECT_THAT(hl_model(), HasSubstr("\"precision\": \"f32\", \"patch\": 8, \"width\": 48"));
  RunPhoto();
  EXPECT_THAT(hl_pass(), HasSubstr("\"layers\": 3, \"heads\": 3, \"rows\": 12, \"cols\": 18"));
  const int patches = 12 * 18;
  for (int i = 0; i < 9; ++i) {  // of each layer and head
    const float* scores = hl_cls() + i * patches;
    EXPECT_NEAR(std::accumulate(scores, scores + patches, hl_prefix()[i]), 1.0f, 1e-5f);
  }
  ASSERT_EQ(hl_query(11, 17), 0) << hl_error();
  const float of_query = std::accumulate(hl_query_scores(), hl_query_scores() + patches, 0.0f);
  EXPECT_GT(of_query, 0.5f);
  EXPECT_LT(of_query, 1.0f);
}

TEST_F(CApi, SaysWhyACallFailed) {
  GiveFile("photos/chelsea.jpg");
  EXPECT_NE(hl_load(0, 0), 0);
  EXPECT_THAT(hl_error(), HasSubstr("JPEG"));
  EXPECT_NE(hl_query(0, 0), 0);
  EXPECT_THAT(hl_error(), HasSubstr("run a photo first"));
  EXPECT_NE(hl_begin(), 0);
  EXPECT_NE(hl_prepare_photo(96, 0, 0), 0);
  EXPECT_THAT(hl_error(), HasSubstr("no photo"));
  RunPhoto();
}

TEST_F(CApi, TakesEmptyFilesForWhatTheyAre) {
  ASSERT_NE(hl_input(0), nullptr);
  EXPECT_NE(hl_load(0, 0), 0);
  EXPECT_THAT(hl_error(), HasSubstr("empty"));
  ASSERT_NE(hl_input(0), nullptr);
  EXPECT_NE(hl_photo_file(), 0);
  EXPECT_THAT(hl_error(), HasSubstr("empty"));
}

TEST_F(CApi, TellsAPhotoThatIsCutOffBeforeTheBrowserDecodesIt) {
  GiveFile("photos/chelsea.jpg");
  EXPECT_EQ(hl_check_file(), 0) << hl_error();
  GiveFile("photos/chelsea.jpg", 0.5);
  EXPECT_NE(hl_check_file(), 0);
  GiveFile("photos/README.md");  // no format of ours: the browser may know it
  EXPECT_EQ(hl_check_file(), 0);
}

TEST_F(CApi, RefusesPixelsThatDoNotMatchTheirSize) {
  hl_input(3 * 16 * 16 * sizeof(float) - 4);
  EXPECT_NE(hl_prepare_pixels(16, 16), 0);
  hl_input(48);
  EXPECT_NE(hl_prepare_pixels(-2, -2), 0);
  hl_input(3 * 16 * 16 * sizeof(float));
  EXPECT_EQ(hl_prepare_pixels(16, 16), 0) << hl_error();
}

TEST_F(CApi, TakesPixelsOfACanvas) {
  uint8_t* rgba = hl_input(40 * 64 * 4);
  std::fill_n(rgba, 40 * 64 * 4, 200);
  ASSERT_EQ(hl_photo_rgba(40, 64), 0) << hl_error();
  ASSERT_EQ(hl_prepare_photo(224, 24, 32), 0) << hl_error();
  ASSERT_EQ(hl_begin(), 0) << hl_error();
  EXPECT_THAT(hl_pass(), HasSubstr("\"rows\": 3, \"cols\": 4"));
}

}  // namespace
}  // namespace headlens
