#include "checkpoint/schemes.h"

#include <algorithm>
#include <iterator>

namespace headlens {
namespace {

// What nested checkpoints call the networks that they hold. In a path of several, the first one
// of this table counts: "model.teacher.backbone.cls_token" is the teacher's.
constexpr std::string_view kNetworks[] = {"teacher", "student",    "model_ema", "state_dict_ema",
                                          "ema",     "state_dict", kMainNetwork};

// What wrappers put before the names: data parallelism, torch.compile, and models around the model.
constexpr std::string_view kPrefixes[] = {
    "module", "_orig_mod", "backbone", "vit", "deit", "dinov2", "dinov2_with_registers"};

// A prefix too, but where it is Hugging Face's own name of the blocks.
constexpr std::string_view kEncoder = "encoder.";
constexpr std::string_view kEncoderBlocks = "encoder.layer.";

constexpr std::string_view kScale = ".scale";
constexpr std::string_view kBlocks[] = {"blocks.#.", "encoder.layer.#."};
constexpr std::string_view kQkv[] = {".query.", ".key.", ".value."};

// In the tables, '#' stands for the number of a block and '*' for "weight" and "bias".
constexpr std::string_view kCanonical[] = {
    "cls_token",          "dist_token",       "register_tokens",     "pos_embed",
    "patch_embed.proj.*", "blocks.#.norm1.*", "blocks.#.attn.qkv.*", "blocks.#.attn.proj.*",
    "blocks.#.ls1.gamma", "blocks.#.norm2.*", "blocks.#.mlp.fc1.*",  "blocks.#.mlp.fc2.*",
    "blocks.#.ls2.gamma", "norm.*",
};

struct Alias {
  std::string_view theirs;
  std::string_view ours;
  Scheme scheme;
  int part = KnownTensor::kWhole;
};

constexpr Scheme kHugging = Scheme::kHuggingFace;

constexpr Alias kAliases[] = {
    {"reg_token", "register_tokens", Scheme::kTimm},
    // DeiT III by its authors.
    {"blocks.#.gamma_1", "blocks.#.ls1.gamma", Scheme::kDino},
    {"blocks.#.gamma_2", "blocks.#.ls2.gamma", Scheme::kDino},
    // Hugging Face: all of them,
    {"embeddings.cls_token", "cls_token", kHugging},
    {"embeddings.position_embeddings", "pos_embed", kHugging},
    {"embeddings.patch_embeddings.projection.*", "patch_embed.proj.*", kHugging},
    {"encoder.layer.#.attention.attention.query.*", "blocks.#.attn.qkv.*", kHugging, 0},
    {"encoder.layer.#.attention.attention.key.*", "blocks.#.attn.qkv.*", kHugging, 1},
    {"encoder.layer.#.attention.attention.value.*", "blocks.#.attn.qkv.*", kHugging, 2},
    {"encoder.layer.#.attention.output.dense.*", "blocks.#.attn.proj.*", kHugging},
    {"layernorm.*", "norm.*", kHugging},
    // ViT and DeiT,
    {"embeddings.distillation_token", "dist_token", kHugging},
    {"encoder.layer.#.layernorm_before.*", "blocks.#.norm1.*", kHugging},
    {"encoder.layer.#.layernorm_after.*", "blocks.#.norm2.*", kHugging},
    {"encoder.layer.#.intermediate.dense.*", "blocks.#.mlp.fc1.*", kHugging},
    {"encoder.layer.#.output.dense.*", "blocks.#.mlp.fc2.*", kHugging},
    // Dinov2, with registers and without.
    {"embeddings.register_tokens", "register_tokens", kHugging},
    {"encoder.layer.#.norm1.*", "blocks.#.norm1.*", kHugging},
    {"encoder.layer.#.norm2.*", "blocks.#.norm2.*", kHugging},
    {"encoder.layer.#.mlp.fc1.*", "blocks.#.mlp.fc1.*", kHugging},
    {"encoder.layer.#.mlp.fc2.*", "blocks.#.mlp.fc2.*", kHugging},
    {"encoder.layer.#.layer_scale1.lambda1", "blocks.#.ls1.gamma", kHugging},
    {"encoder.layer.#.layer_scale2.lambda1", "blocks.#.ls2.gamma", kHugging},
};

// What unknown names show, by a piece of them; the last row speaks for the rest.
struct Foreign {
  std::string_view piece;
  std::string_view shows;
};
constexpr Foreign kForeign[] = {
    {".mlp.w", "a SwiGLU MLP, as DINOv2's ViT-g has it"},
    {"q_norm.", "a norm of the queries and keys"},
    {"k_norm.", "a norm of the queries and keys"},
    {"rel_pos", "relative positions"},
    {"relative_position", "relative positions"},
    {"rope", "rotary positions, as DINOv3 has them"},
    {"norm_pre.", "a norm before the first block, as CLIP has it"},
    {"", "a network of another kind"},
};
// Outside the blocks only these show anything.
constexpr std::string_view kForeignOutside[] = {"norm_pre.", "rope", "rel_pos_bias."};

// A name as the tables have it: "blocks.3.norm1.bias" is "blocks.#.norm1.*", "3" and "bias".
struct Pattern {
  std::string text;
  std::string_view number;
  std::string_view ending;
};

// Of two numbers in a row the second is the block's, the first that of a chunk of blocks: so DINOv2
// saves what it trained in pieces.
Pattern PatternOf(std::string_view name) {
  Pattern pattern;
  for (size_t begin = 0; begin <= name.size();) {
    const size_t end = std::min(name.find('.', begin), name.size());
    const std::string_view word = name.substr(begin, end - begin);
    const bool is_last = end == name.size();
    const bool in_run = pattern.text.ends_with("#.");
    begin = end + 1;
    if (IsBlockNumber(word) && (pattern.number.empty() || in_run)) {
      if (!in_run) pattern.text += "#.";
      pattern.number = word;
    } else if (is_last && (word == "weight" || word == "bias")) {
      pattern.text += "*";
      pattern.ending = word;
    } else {
      pattern.text += std::string(word) + (is_last ? "" : ".");
    }
  }
  return pattern;
}

std::string Fill(std::string_view text, const Pattern& pattern) {
  std::string name;
  for (const char c : text) {
    if (c == '#') {
      name += pattern.number;
    } else if (c == '*') {
      name += pattern.ending;
    } else {
      name += c;
    }
  }
  return name;
}

// Takes "word." off the beginning of a name.
bool Strip(std::string_view word, std::string_view& name) {
  if (!name.starts_with(word) || name.substr(word.size(), 1) != ".") return false;
  name.remove_prefix(word.size() + 1);
  return true;
}

bool StripPrefix(std::string_view& name) {
  for (const std::string_view prefix : kPrefixes) {
    if (Strip(prefix, name)) return true;
  }
  if (!name.starts_with(kEncoder) || name.starts_with(kEncoderBlocks)) return false;
  name.remove_prefix(kEncoder.size());
  return true;
}

}  // namespace

bool IsBlockNumber(std::string_view text) {
  return text == "0" || (!text.empty() && text.size() <= 4 && text[0] != '0' &&
                         text.find_first_not_of("0123456789") == text.npos);
}

NamePath SplitPath(std::string_view name) {
  size_t network = std::size(kNetworks);
  for (bool stripped = true; stripped;) {
    stripped = StripPrefix(name);
    for (size_t i = 0; i < std::size(kNetworks); ++i) {
      if (!Strip(kNetworks[i], name)) continue;
      network = std::min(network, i);
      stripped = true;
    }
  }
  return {network < std::size(kNetworks) ? kNetworks[network] : std::string_view(), name};
}

std::optional<KnownTensor> Recognise(std::string_view name) {
  if (name.ends_with(kScale)) {
    std::optional<KnownTensor> scaled = Recognise(name.substr(0, name.size() - kScale.size()));
    if (scaled) scaled->name += kScale;
    return scaled;
  }
  const Pattern pattern = PatternOf(name);
  if (std::ranges::find(kCanonical, pattern.text) != std::end(kCanonical)) {
    return KnownTensor{.name = Fill(pattern.text, pattern)};
  }
  const auto* alias = std::ranges::find(kAliases, pattern.text, &Alias::theirs);
  if (alias == std::end(kAliases)) return std::nullopt;
  return KnownTensor{Fill(alias->ours, pattern), alias->scheme, alias->part};
}

std::string NameOfPart(std::string name, int part) {
  for (const std::string_view found : kQkv) {
    const size_t at = name.rfind(found);
    if (at != std::string::npos) return name.replace(at, found.size(), kQkv[part]);
  }
  return name;
}

std::optional<std::string_view> DescribeForeign(std::string_view name) {
  const std::string text = PatternOf(name).text;
  const auto begins = [&](std::string_view with) { return text.starts_with(with); };
  if (std::ranges::none_of(kBlocks, begins) && std::ranges::none_of(kForeignOutside, begins)) {
    return std::nullopt;
  }
  return std::ranges::find_if(
             kForeign,
             [&](const Foreign& foreign) { return text.find(foreign.piece) != std::string::npos; })
      ->shows;
}

}  // namespace headlens
