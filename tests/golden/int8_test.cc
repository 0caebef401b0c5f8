// The int8 network against the f32 one: correlation of the [CLS] maps of every layer and head, on
// real photos with real weights.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "image/image.h"
#include "image/preprocess.h"
#include "vit/vit.h"
#include "vit_fixtures.h"

namespace headlens {
namespace {

constexpr const char* kPhotos[] = {"astronaut", "chelsea", "coffee", "raccoon", "rocket"};

Pixels PhotoPixels(const std::string& photo, int short_side, int patch) {
  const std::string path = HEADLENS_TESTS_DIR "/photos/" + photo + ".jpg";
  const Result<Image> image = DecodeImage(FileBytes(path));
  if (!image.ok()) {
    ADD_FAILURE() << path << ": " << image.error().message;
    return {};
  }
  const auto placement = PlacePhoto(image->height, image->width, {.short_side = short_side}, patch);
  return Preprocess(*image, *placement, ChannelNormalisation{});
}

// Over the photos, of one layer and head.
struct Agreement {
  double mean = 0;
  double worst = 1;
};

// One photo's maps, of `photos` in all.
void AddCorrelations(std::span<const float> expected, std::span<const float> found, size_t photos,
                     std::vector<Agreement>& heads) {
  const size_t size = expected.size() / heads.size();
  for (size_t head = 0; head < heads.size(); ++head) {
    const double r =
        Correlation(expected.subspan(head * size, size), found.subspan(head * size, size));
    heads[head].mean += r / photos;
    heads[head].worst = std::min(heads[head].worst, r);
  }
}

// (layers, heads), of int8 with f32 on every photo.
std::vector<Agreement> CompareWithF32(const std::string& weights, int short_side) {
  const ThreadPool pool = MakeThreadPool(2);
  const auto f32 = LoadVit(weights, {Precision::kF32}, pool);
  const auto int8 = LoadVit(weights, {Precision::kInt8}, pool);
  EXPECT_EQ(int8->precision(), Precision::kInt8);
  std::vector<Agreement> heads(f32->config().depth * f32->config().heads);
  for (const char* photo : kPhotos) {
    const Pixels pixels = PhotoPixels(photo, short_side, f32->config().patch);
    RunThrough(*f32, pixels.values, pixels.height, pixels.width);
    RunThrough(*int8, pixels.values, pixels.height, pixels.width);
    AddCorrelations(f32->cls_attention(), int8->cls_attention(), std::size(kPhotos), heads);
  }
  return heads;
}

// Against what PyTorch computed in f32, (layers, heads), over all of the model's expected files.
std::vector<Agreement> CompareWithExpected(Vit& vit, const std::string& model) {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::directory_iterator(kFixtures)) {
    if (entry.path().filename().string().starts_with(model + "--")) paths.push_back(entry.path());
  }
  std::vector<Agreement> heads(vit.config().depth * vit.config().heads);
  for (const std::string& path : paths) {
    const Expected expected = ReadExpected(path);
    RunThrough(vit, expected.pixels, expected.height, expected.width);
    AddCorrelations(expected.cls_attention, vit.cls_attention(), paths.size(), heads);
  }
  return heads;
}

void Expect(const std::vector<Agreement>& heads, int per_layer, double mean, double worst) {
  Agreement all;
  for (size_t i = 0; i < heads.size(); ++i) {
    if (i % per_layer == 0) std::printf("layer %2zu:", i / per_layer);
    std::printf("  %.5f (worst %.5f)", heads[i].mean, heads[i].worst);
    if ((i + 1) % per_layer == 0) std::printf("\n");
    all.mean += heads[i].mean / heads.size();
    all.worst = std::min(all.worst, heads[i].worst);
  }
  std::printf("all: mean %.5f, worst %.5f\n", all.mean, all.worst);
  EXPECT_GE(all.mean, mean);
  EXPECT_GE(all.worst, worst);
}

TEST(Int8, BundledFileAgreesWithPyTorch) {
  const ThreadPool pool = MakeThreadPool(2);
  const auto vit = LoadVit(HEADLENS_TESTS_DIR "/../weights/dino-vitt8-reg4.safetensors", {}, pool);
  ASSERT_NE(vit, nullptr);
  EXPECT_EQ(vit->precision(), Precision::kInt8);
  Expect(CompareWithExpected(*vit, "dino-vitt8-reg4"), 3, 0.998, 0.985);
}

TEST(Int8, BundledModelAgreesWithF32) {
  const std::string weights = kSharedWeights + "dino-vitt8-reg4.safetensors";
  if (!std::filesystem::exists(weights)) GTEST_SKIP() << "the f32 weights are not here";
  Expect(CompareWithF32(weights, 224), 3, 0.998, 0.985);
}

TEST(Int8, DeitTinyAgreesWithF32) {
  const std::string weights = kSharedWeights + "deit-tiny-patch16-224.safetensors";
  if (!std::filesystem::exists(weights)) GTEST_SKIP() << "the weights are not here";
  Expect(CompareWithF32(weights, 224), 3, 0.995, 0.95);
}

}  // namespace
}  // namespace headlens
