// What can be asked after a pass, against PyTorch: the files that make_lookback.py writes.
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "engine/ask.h"
#include "vit/pca.h"
#include "vit_fixtures.h"

namespace headlens {
namespace {

struct Case {
  const char* model;
  const char* photo;
  double bound;  // of the largest difference
};

std::ostream& operator<<(std::ostream& out, const Case& c) { return out << c.model; }

class Lookback : public testing::TestWithParam<Case> {
 protected:
  void SetUp() override {
    const std::string name = GetParam().model;
    const std::string made = HEADLENS_MADE_DIR "-lookback/" + name + ".lookback.safetensors";
    if (!std::filesystem::exists(made)) {
      GTEST_SKIP()
          << "nothing to compare with: tests/golden/make_lookback.py makes it with PyTorch";
    }
    Result<Checkpoint> read = ReadSafetensors(FileBytes(made));
    ASSERT_TRUE(read.ok()) << read.error().message;
    made_ = std::move(*read);
    const std::string bundled = HEADLENS_TESTS_DIR "/../weights/" + name + ".safetensors";
    const std::string weights = std::filesystem::exists(bundled) ? bundled : WeightsPath(name);
    const Expected photo =
        ReadExpected(kFixtures + name + "--" + GetParam().photo + ".expected.safetensors");
    const Status loaded =
        engine_.Load(FileBytes(weights), {Precision::kF32, {.heads = photo.heads}});
    ASSERT_TRUE(loaded.ok()) << loaded.error().message;
    Status status =
        engine_.Begin(*engine_.Prepare(Pixels{photo.height, photo.width, photo.pixels}));
    while (status.ok() && !engine_.done()) status = engine_.Step();
    ASSERT_TRUE(status.ok()) << status.error().message;
  }

  std::vector<float> Made(const std::string& name) const {
    return *ReadFloats(made_, name, made_.Find(name)->shape);
  }

  // The maps of both facets, all layers.
  std::vector<float> PcaOfLayers(PcaFacet facet) const {
    std::vector<float> all;
    for (int layer = 1; layer <= engine_.vit()->shape().layers; ++layer) {
      const std::vector<float> one = *Pca(engine_, layer, facet);
      all.insert(all.end(), one.begin(), one.end());
    }
    return all;
  }

  Engine engine_{{.threads = 2}};
  Checkpoint made_;
};

TEST_P(Lookback, RolloutsAreThoseOfVitExplain) {
  const std::vector<std::pair<std::string, HeadFusion>> fusions = {
      {"mean", HeadFusion::kMean}, {"max", HeadFusion::kMax}, {"min", HeadFusion::kMin}};
  for (const auto& [name, fusion] : fusions) {
    for (const auto& [text, discard] : {std::pair{"0", 0.0}, {"0.5", 0.5}, {"0.9", 0.9}}) {
      Result<RolloutRun> run = BeginRollout(engine_, {fusion, discard});
      ASSERT_TRUE(run.ok());
      while (!run->done()) run->Step();
      const double difference = MaxDifference(run->values(), Made("rollout " + name + " " + text));
      EXPECT_LE(difference, GetParam().bound) << name << " " << text;
      std::printf("rollout %s %s: largest difference %.1e\n", name.c_str(), text, difference);
    }
  }
}

TEST_P(Lookback, SimilaritiesAreThoseOfDinoVitFeatures) {
  const MapShape shape = engine_.vit()->shape();
  const GridPlace patch = {shape.rows / 2, shape.cols / 3};
  EXPECT_LE(MaxDifference(*Similarity(engine_, std::nullopt), Made("similarity cls")), 1e-5);
  EXPECT_LE(MaxDifference(*Similarity(engine_, patch), Made("similarity patch")), 1e-5);
}

TEST_P(Lookback, ComponentsOfKeysAreThoseOfASingularValueDecomposition) {
  const double difference = MaxDifference(PcaOfLayers(PcaFacet::kKeys), Made("pca keys"));
  EXPECT_LE(difference, 1e-4);
  std::printf("largest difference %.1e\n", difference);
}

// These are kept in half precision.
TEST_P(Lookback, ComponentsOfTokensAreThoseOfASingularValueDecomposition) {
  const double difference = MaxDifference(PcaOfLayers(PcaFacet::kTokens), Made("pca tokens"));
  EXPECT_LE(difference, 1e-3);
  std::printf("largest difference %.1e\n", difference);
}

TEST_P(Lookback, PartsOfAWeightGiveTheWeight) {
  const MapShape shape = engine_.vit()->shape();
  const GridPlace patch = {shape.rows - 1, 1};
  const GridPlace query = {0, shape.cols / 2};
  const std::span<const float> cls = engine_.vit()->cls_attention();
  const std::vector<float> asked = *engine_.Query(query.row, query.col);
  const size_t patches = size_t{1} * shape.rows * shape.cols;
  const size_t place = size_t{1} * patch.row * shape.cols + patch.col;
  for (const auto& [parts, scores] :
       {std::pair{*Explain(engine_, std::nullopt, patch), cls},
        std::pair{*Explain(engine_, query, patch), std::span<const float>(asked)}}) {
    ASSERT_EQ(parts.dot.size(), size_t{1} * shape.layers * shape.heads);
    for (size_t i = 0; i < parts.dot.size(); ++i) {
      const double weight = std::exp(double{parts.dot[i]} - parts.max[i]) / parts.sum[i];
      EXPECT_NEAR(weight, scores[i * patches + place], 1e-5);
      double row_sum = parts.prefix[2 * i] + parts.prefix[2 * i + 1];
      for (const float score : scores.subspan(i * patches, patches)) row_sum += score;
      EXPECT_NEAR(row_sum, 1, 1e-5);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Models, Lookback,
                         testing::Values(Case{"dino-micro", "chelsea-96x144", 1e-5},
                                         Case{"dinov2-micro-reg", "raccoon-126x210", 1e-5},
                                         Case{"dino-vitt8-reg4", "chelsea-224x224", 1e-5}),
                         [](const auto& info) {
                           std::string name = info.param.model;
                           std::erase(name, '-');
                           return name;
                         });

}  // namespace
}  // namespace headlens
