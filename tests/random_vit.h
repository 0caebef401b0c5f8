// Random numbers and random networks, the same on every machine.
#ifndef HEADLENS_TESTS_RANDOM_VIT_H_
#define HEADLENS_TESTS_RANDOM_VIT_H_

#include <cmath>
#include <cstdint>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "checkpoint/checkpoint.h"
#include "vit/config.h"

namespace headlens {

// Uniform numbers of mean 0. Knuth's MMIX generator, upper bits.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  float Next(float deviation) {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    const float unit = static_cast<float>(state_ >> 40) * 0x1p-23f - 1.0f;  // [-1, 1)
    return unit * deviation * 1.7320508f;
  }
  std::vector<float> Floats(size_t count, float deviation) {
    std::vector<float> values(count);
    for (float& value : values) value = Next(deviation);
    return values;
  }

 private:
  uint64_t state_;
};

// The shape of DINO's ViT-S/8.
inline constexpr VitConfig kVitSmall8 = {.patch = 8,
                                         .width = 384,
                                         .depth = 12,
                                         .heads = 6,
                                         .mlp = 1536,
                                         .grid_rows = 28,
                                         .grid_cols = 28};

inline void AddFloatTensor(Checkpoint& checkpoint, const std::string& name,
                           std::vector<uint64_t> shape, const std::vector<float>& values) {
  std::vector<uint8_t> bytes(values.size() * sizeof(float));
  std::memcpy(bytes.data(), values.data(), bytes.size());
  checkpoint.storage.push_back(std::move(bytes));
  checkpoint.tensors[name] = {DType::kF32, std::move(shape), checkpoint.storage.back()};
}

// A network of the given shape. Matrices keep the size of what goes through them about the same,
// so that its attention is neither uniform nor saturated.
inline Checkpoint RandomVit(const VitConfig& config, uint64_t seed) {
  Random random(seed);
  Checkpoint checkpoint;
  checkpoint.metadata["heads"] = std::to_string(config.heads);
  const auto add = [&](const std::string& name, std::vector<uint64_t> shape, float mean,
                       float deviation) {
    size_t count = 1;
    for (uint64_t side : shape) count *= side;
    std::vector<float> values = random.Floats(count, deviation);
    for (float& value : values) value += mean;
    AddFloatTensor(checkpoint, name, std::move(shape), values);
  };
  const uint64_t width = config.width;
  const uint64_t mlp = config.mlp;
  const uint64_t patch = config.patch;
  const uint64_t positions =
      uint64_t{1} * config.grid_rows * config.grid_cols + config.prefix_positions;
  const float gain = 2.0f / std::sqrt(static_cast<float>(width));
  add("cls_token", {1, 1, width}, 0, 0.5f);
  const int registers = config.registers - (config.distilled ? 1 : 0);
  if (config.distilled) add("dist_token", {1, 1, width}, 0, 0.5f);
  if (registers > 0) {
    add("register_tokens", {1, static_cast<uint64_t>(registers), width}, 0, 0.5f);
  }
  add("pos_embed", {1, positions, width}, 0, 0.5f);
  add("patch_embed.proj.weight", {width, 3, patch, patch}, 0, 1.0f / patch);
  add("patch_embed.proj.bias", {width}, 0, 0.1f);
  for (int block = 0; block < config.depth; ++block) {
    const std::string at = "blocks." + std::to_string(block) + ".";
    for (const char* norm : {"norm1", "norm2"}) {
      add(at + norm + ".weight", {width}, 1, 0.2f);
      add(at + norm + ".bias", {width}, 0, 0.2f);
    }
    add(at + "attn.qkv.weight", {3 * width, width}, 0, gain);
    add(at + "attn.qkv.bias", {3 * width}, 0, 0.1f);
    add(at + "attn.proj.weight", {width, width}, 0, gain / 2);
    add(at + "attn.proj.bias", {width}, 0, 0.1f);
    add(at + "mlp.fc1.weight", {mlp, width}, 0, gain / 2);
    add(at + "mlp.fc1.bias", {mlp}, 0, 0.1f);
    add(at + "mlp.fc2.weight", {width, mlp}, 0, gain / 2);
    add(at + "mlp.fc2.bias", {width}, 0, 0.1f);
    if (!config.layer_scale) continue;
    add(at + "ls1.gamma", {width}, 0, 1.0f);  // of both signs
    add(at + "ls2.gamma", {width}, 0, 1.0f);
  }
  return checkpoint;
}

}  // namespace headlens

#endif  // HEADLENS_TESTS_RANDOM_VIT_H_
