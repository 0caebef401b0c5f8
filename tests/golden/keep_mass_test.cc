// KeepMass against PyTorch's own sort and cumsum: the masks in the fixtures.
#include <gtest/gtest.h>

#include "checkpoint/safetensors.h"
#include "maps/heads.h"
#include "photo_files.h"
#include "vit_fixtures.h"

namespace headlens {
namespace {

TEST(KeepMass, EqualsTheFixturesInEveryPatch) {
  int heads_compared = 0;
  for (const std::string& path : ExpectedFixtures()) {
    const Result<Checkpoint> file = ReadSafetensors(FileBytes(path));
    ASSERT_TRUE(file.ok()) << path;
    const Tensor* mask = file->Find("keep_mass_0.6");
    const Tensor* attention = file->Find("cls_attention");
    ASSERT_NE(mask, nullptr) << path;
    const auto scores = *ReadFloats(*file, "cls_attention", attention->shape);
    const size_t heads = mask->shape[0];
    const size_t patches = mask->bytes.size() / heads;
    const std::span last_layer = std::span(scores).last(heads * patches);
    for (size_t head = 0; head < heads; ++head) {
      const std::vector<uint8_t> kept = KeepMass(last_layer.subspan(head * patches, patches), 0.6f);
      int different = 0;
      for (size_t i = 0; i < patches; ++i) different += kept[i] != mask->bytes[head * patches + i];
      EXPECT_EQ(different, 0) << path << ", head " << head << " of " << patches << " patches";
      ++heads_compared;
    }
  }
  EXPECT_GE(heads_compared, 25);
}

}  // namespace
}  // namespace headlens
