#include "vit/config.h"

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

// Of a count that is the square of a whole number above 0.
std::optional<int> SquareRoot(int64_t count) {
  if (count < 1) return std::nullopt;
  const int root = static_cast<int>(std::lround(std::sqrt(static_cast<double>(count))));
  if (int64_t{1} * root * root != count) return std::nullopt;
  return root;
}

// said: 0 where nobody says.
// Of 16 to 128 channels each.
std::vector<std::string> PossibleHeads(int width) {
  std::vector<std::string> counts;
  for (int heads = (width + 127) / 128; heads <= width / 16; ++heads) {
    if (width % heads == 0) counts.push_back(std::to_string(heads));
  }
  return counts;
}

Result<int> HeadsOf(int width, int said) {
  int heads = said;
  if (heads == 0 && width % 64 == 0) heads = width / 64;
  if (heads < 1 || width % heads != 0) {
    const std::string division =
        heads < 1 ? "heads of 64 channels" : std::to_string(heads) + " heads";
    Error error = Invalid("A width of " + std::to_string(width) + " does not divide into " +
                          division + ": give the right number of heads.");
    error.wanted = "heads";
    error.choices = PossibleHeads(width);
    return error;
  }
  return heads;
}

// The learned grid is square. Before it come rows for all the tokens that are no patches, or for
// [CLS] alone, or none.
Status InferGrid(const Checkpoint& checkpoint, VitConfig& config) {
  const std::string expected = "(1, tokens, " + std::to_string(config.width) + ")";
  Result<Shape> shape = PlausibleShape(checkpoint, "pos_embed", 3, expected);
  if (!shape.ok()) return shape.error();
  const uint64_t rows = (*shape)[1];
  if ((*shape)[0] != 1 || (*shape)[2] != static_cast<uint64_t>(config.width)) {
    return Misshapen("pos_embed", *checkpoint.Find("pos_embed"), expected);
  }
  for (const int before : {1, 0, config.prefix_tokens()}) {
    const std::optional<int> side = SquareRoot(static_cast<int64_t>(rows) - before);
    if (!side) continue;
    config.prefix_positions = before;
    config.grid_rows = config.grid_cols = *side;
    return {};
  }
  return Invalid("The position embedding has " + std::to_string(rows) +
                 " rows, which is no square grid with or without [CLS] and registers.");
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

// The tokens before the patches.
Status InferTokens(const Checkpoint& checkpoint, VitConfig& config) {
  const uint64_t width = config.width;
  if (!checkpoint.Find("cls_token")) {
    return NotFound(
        "This network has no [CLS] token (cls_token): it averages its patches, so there is no "
        "[CLS] attention to show. Choose another model.");
  }
  Status good = CheckShape(checkpoint, "cls_token", {1, 1, width});
  config.distilled = checkpoint.Find("dist_token") != nullptr;
  config.registers = config.distilled ? 1 : 0;
  if (good.ok() && config.distilled) good = CheckShape(checkpoint, "dist_token", {1, 1, width});
  if (!good.ok() || !checkpoint.Find("register_tokens")) return good;

  Result<Shape> registers = PlausibleShape(checkpoint, "register_tokens", 3, "(1, count, width)");
  if (!registers.ok()) return registers.error();
  config.registers += static_cast<int>((*registers)[1]);
  return CheckShape(checkpoint, "register_tokens", {1, (*registers)[1], width});
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
  return good.ok() ? InferTokens(checkpoint, config) : good;
}

}  // namespace

Result<VitConfig> InferConfig(const Checkpoint& checkpoint, const ModelChoices& choices) {
  const Result<Conventions> conventions = ReadConventions(checkpoint, choices);
  if (!conventions.ok()) return conventions.error();
  VitConfig config;
  config.position = conventions->position;
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

  Result<int> count = HeadsOf(config.width, conventions->heads);
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
  if (config.distilled) text += count(1, "distillation token");
  const int registers = config.registers - (config.distilled ? 1 : 0);
  if (registers > 0) text += count(registers, "register");
  return text;
}

}  // namespace headlens
