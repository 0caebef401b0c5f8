// Models and expected maps from files, for the tests of the network.
#ifndef HEADLENS_TESTS_VIT_FIXTURES_H_
#define HEADLENS_TESTS_VIT_FIXTURES_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/threads.h"
#include "checkpoint/checkpoint.h"
#include "checkpoint/safetensors.h"
#include "vit/vit.h"

namespace headlens {

inline std::vector<uint8_t> FileBytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

inline const std::string kFixtures = HEADLENS_TESTS_DIR "/fixtures/";
inline const std::string kSharedWeights = HEADLENS_SHARED_DIR "/weights/";
inline const std::string kSharedFixtures = HEADLENS_SHARED_DIR "/fixtures/";

// Where a model's weights lie: among the fixtures, or with the shared weights; empty if in neither.
inline std::string WeightsPath(const std::string& model) {
  for (const std::string& folder : {kFixtures, kSharedWeights}) {
    const std::string path = folder + model + ".safetensors";
    if (std::filesystem::exists(path)) return path;
  }
  return "";
}

// What a network must give for one photo, MODEL--PHOTO-HxW.expected.safetensors.
struct Expected {
  std::string model;
  int height = 0;
  int width = 0;
  int heads = 0;
  int query_row = 0;
  int query_col = 0;
  std::vector<float> pixels;
  std::vector<float> cls_attention;
  std::vector<float> query_attention;
  std::vector<float> rollout;
};

inline Expected ReadExpected(const std::string& path) {
  const Result<Checkpoint> file = ReadSafetensors(FileBytes(path));
  if (!file.ok()) {
    ADD_FAILURE() << path << ": " << file.error().message;
    return {};
  }
  const auto number = [&](const char* name) { return std::stoi(file->metadata.at(name)); };
  const auto tensor = [&](const char* name) {
    return *ReadFloats(*file, name, file->Find(name)->shape);
  };
  return {
      file->metadata.at("model"), number("height"),    number("width"),  number("heads"),
      number("query_row"),        number("query_col"), tensor("pixels"), tensor("cls_attention"),
      tensor("query_attention"),  tensor("rollout")};
}

inline std::unique_ptr<Vit> LoadVit(const std::string& path, const VitOptions& options,
                                    const ThreadPool& pool) {
  const Result<Checkpoint> checkpoint = ReadCheckpoint(FileBytes(path));
  if (!checkpoint.ok()) {
    ADD_FAILURE() << path << ": " << checkpoint.error().message;
    return nullptr;
  }
  Result<std::unique_ptr<Vit>> vit = Vit::Load(*checkpoint, options, pool);
  if (!vit.ok()) {
    ADD_FAILURE() << path << ": " << vit.error().message;
    return nullptr;
  }
  return std::move(*vit);
}

inline void RunThrough(Vit& vit, std::span<const float> pixels, int height, int width) {
  Status status = vit.Begin(pixels, height, width);
  while (status.ok() && !vit.done()) status = vit.Step();
  ASSERT_TRUE(status.ok()) << status.error().message;
}

// The largest difference, NaN if there is a NaN, infinite if the sizes differ.
inline double MaxDifference(std::span<const float> a, std::span<const float> b) {
  if (a.size() != b.size()) return INFINITY;
  double largest = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    const double difference = std::abs(double{a[i]} - b[i]);
    if (std::isnan(difference)) return NAN;
    largest = std::max(largest, difference);
  }
  return largest;
}

// Pearson's correlation of two maps.
inline double Correlation(std::span<const float> a, std::span<const float> b) {
  const double n = static_cast<double>(a.size());
  double mean_a = 0, mean_b = 0, ab = 0, aa = 0, bb = 0;
  for (size_t i = 0; i < a.size(); ++i) mean_a += a[i] / n, mean_b += b[i] / n;
  for (size_t i = 0; i < a.size(); ++i) {
    ab += (a[i] - mean_a) * (b[i] - mean_b);
    aa += (a[i] - mean_a) * (a[i] - mean_a);
    bb += (b[i] - mean_b) * (b[i] - mean_b);
  }
  return ab / std::sqrt(aa * bb);
}

}  // namespace headlens

#endif  // HEADLENS_TESTS_VIT_FIXTURES_H_
