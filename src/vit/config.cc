#include "vit/config.h"

#include <charconv>
#include <cmath>
#include <initializer_list>
#include <optional>

#include "checkpoint/names.h"

namespace headlens {
namespace {

// Larger sides are damage, not models; within it all products of sides fit 64 bits.
constexpr uint64_t kMaxSide = 1 << 20;
constexpr int kMaxPatchSide = 256;

using Shape = std::vector<uint64_t>;

Result<const Tensor*> FindTensor(const Checkpoint& checkpoint, const std::string& name) {
  if (const Tensor* tensor = checkpoint.Find(name)) return tensor;
  return NotFound("The weights have no tensor " + name +
                  ": this is not a ViT that headlens reads.");
}

Error Misshapen(const std::string& name, const Tensor& tensor, const std::string& expected) {
  return Invalid("The tensor " + name + " has the shape " + ShapeText(tensor.shape) + ", not " +
                 expected + " as the rest of the network asks for.");
}

Status CheckShape(const Checkpoint& checkpoint, const std::string& name, const Shape& shape) {
  Result<const Tensor*> tensor = FindTensor(checkpoint, name);
  if (!tensor.ok()) return tensor.error();
  if ((*tensor)->shape != shape) return Misshapen(name, **tensor, ShapeText(shape));
  return {};
}

// A tensor of `rank` axes, each with a side that a network could have.
Result<Shape> PlausibleShape(const Checkpoint& checkpoint, const std::string& name, size_t rank,
                             const std::string& expected) {
  Result<const Tensor*> tensor = FindTensor(checkpoint, name);
  if (!tensor.ok()) return tensor.error();
  const Shape& shape = (*tensor)->shape;
  bool plausible = shape.size() == rank;
  for (uint64_t side : shape) plausible = plausible && side >= 1 && side <= kMaxSide;
  if (!plausible) return Misshapen(name, **tensor, expected);
  return shape;
}

std::optional<int> ParseInt(const std::string& text) {
  int value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

std::optional<int> SquareRoot(uint64_t count) {
  const int root = static_cast<int>(std::lround(std::sqrt(static_cast<double>(count))));
  if (root < 1 || uint64_t{1} * root * root != count) return std::nullopt;
  return root;
}

Result<int> HeadsOf(const Checkpoint& checkpoint, int width, int asked) {
  int heads = asked;
  if (const auto found = checkpoint.metadata.find("heads");
      heads == 0 && found != checkpoint.metadata.end()) {
    heads = ParseInt(found->second).value_or(-1);
    if (heads < 1) {
      return Invalid("The weights' metadata gives \"" + found->second +
                     "\" as the number of heads, which is no number.");
    }
  }
  if (heads == 0 && width % 64 == 0) heads = width / 64;
  if (heads < 1 || width % heads != 0) {
    const std::string division =
        heads < 1 ? "heads of 64 channels" : std::to_string(heads) + " heads";
    return Invalid("A width of " + std::to_string(width) + " does not divide into " + division +
                   ": give the right number of heads.");
  }
  return heads;
}

// The learned grid is square; a row for [CLS] comes before it or not.
Status InferGrid(const Checkpoint& checkpoint, VitConfig& config) {
  const std::string expected = "(1, tokens, " + std::to_string(config.width) + ")";
  Result<Shape> shape = PlausibleShape(checkpoint, "pos_embed", 3, expected);
  if (!shape.ok()) return shape.error();
  const uint64_t rows = (*shape)[1];
  if ((*shape)[0] != 1 || (*shape)[2] != static_cast<uint64_t>(config.width)) {
    return Misshapen("pos_embed", *checkpoint.Find("pos_embed"), expected);
  }
  std::optional<int> side = SquareRoot(rows - 1);
  config.position_of_cls = side.has_value();
  if (!side) side = SquareRoot(rows);
  if (!side) {
    return Invalid("The position embedding has " + std::to_string(rows) +
                   " rows, which is no square grid with or without [CLS].");
  }
  config.grid_rows = config.grid_cols = *side;
  return {};
}

Status CheckBlock(const Checkpoint& checkpoint, const VitConfig& config, int block) {
  const std::string at = "blocks." + std::to_string(block) + ".";
  const uint64_t width = config.width;
  const uint64_t mlp = config.mlp;
  struct Expected {
    const char* name;
    Shape shape;
  };
  const std::initializer_list<Expected> always = {{"norm1.weight", {width}},
                                                  {"norm1.bias", {width}},
                                                  {"attn.qkv.weight", {3 * width, width}},
                                                  {"attn.qkv.bias", {3 * width}},
                                                  {"attn.proj.weight", {width, width}},
                                                  {"attn.proj.bias", {width}},
                                                  {"norm2.weight", {width}},
                                                  {"norm2.bias", {width}},
                                                  {"mlp.fc1.weight", {mlp, width}},
                                                  {"mlp.fc1.bias", {mlp}},
                                                  {"mlp.fc2.weight", {width, mlp}},
                                                  {"mlp.fc2.bias", {width}}};
  for (const Expected& tensor : always) {
    Status good = CheckShape(checkpoint, at + tensor.name, tensor.shape);
    if (!good.ok()) return good;
  }
  if (!config.layer_scale) return {};
  for (const char* name : {"ls1.gamma", "ls2.gamma"}) {
    Status good = CheckShape(checkpoint, at + name, {width});
    if (!good.ok()) return good;
  }
  return {};
}

Status InferEmbedding(const Checkpoint& checkpoint, VitConfig& config) {
  const std::string name = "patch_embed.proj.weight";
  const std::string expected = "(width, 3, patch, patch)";
  Result<Shape> patch = PlausibleShape(checkpoint, name, 4, expected);
  if (!patch.ok()) return patch.error();
  const Shape& shape = *patch;
  if (shape[1] != 3 || shape[2] != shape[3] || shape[2] > kMaxPatchSide) {
    return Misshapen(name, *checkpoint.Find(name), expected);
  }
  config.width = static_cast<int>(shape[0]);
  config.patch = static_cast<int>(shape[2]);
  const uint64_t width = shape[0];

  Status good = CheckShape(checkpoint, "patch_embed.proj.bias", {width});
  if (good.ok()) good = CheckShape(checkpoint, "cls_token", {1, 1, width});
  if (!good.ok() || checkpoint.Find("register_tokens") == nullptr) return good;

  Result<Shape> registers = PlausibleShape(checkpoint, "register_tokens", 3, "(1, count, width)");
  if (!registers.ok()) return registers.error();
  config.registers = static_cast<int>((*registers)[1]);
  return CheckShape(checkpoint, "register_tokens", {1, (*registers)[1], width});
}

}  // namespace

Result<VitConfig> InferConfig(const Checkpoint& checkpoint, int heads) {
  VitConfig config;
  if (Status good = InferEmbedding(checkpoint, config); !good.ok()) return good.error();
  if (Status good = InferGrid(checkpoint, config); !good.ok()) return good.error();

  config.depth = CountBlocks(checkpoint);
  if (config.depth == 0) return NotFound("The weights have no tensors blocks.N.*: this is no ViT.");
  config.layer_scale = checkpoint.Find("blocks.0.ls1.gamma") != nullptr;
  Result<Shape> fc1 = PlausibleShape(checkpoint, "blocks.0.mlp.fc1.weight", 2, "(mlp, width)");
  if (!fc1.ok()) return fc1.error();
  config.mlp = static_cast<int>((*fc1)[0]);
  for (int block = 0; block < config.depth; ++block) {
    if (Status good = CheckBlock(checkpoint, config, block); !good.ok()) return good.error();
  }

  Result<int> count = HeadsOf(checkpoint, config.width, heads);
  if (!count.ok()) return count.error();
  config.heads = *count;
  return config;
}

std::string DescribeConfig(const VitConfig& config) {
  const auto count = [](int n, const char* noun) {
    return ", " + std::to_string(n) + " " + noun + (n == 1 ? "" : "s");
  };
  std::string text = "ViT, patch " + std::to_string(config.patch) + ", width " +
                     std::to_string(config.width) + count(config.depth, "block") +
                     count(config.heads, "head");
  if (config.registers > 0) text += count(config.registers, "register");
  return text;
}

}  // namespace headlens
