#include "checkpoint/names.h"

#include <algorithm>
#include <charconv>

#include "base/json.h"

namespace headlens {
namespace {

constexpr std::string_view kPrefixes[] = {"module.", "backbone.", "model.", "vit."};
constexpr std::string_view kTeacher = "teacher.";
constexpr std::string_view kScale = ".scale";

// The names that the network reads; '#' stands for the number of a block.
constexpr std::string_view kCanonical[] = {
    "cls_token",
    "register_tokens",
    "pos_embed",
    "patch_embed.proj.weight",
    "patch_embed.proj.bias",
    "blocks.#.norm1.weight",
    "blocks.#.norm1.bias",
    "blocks.#.attn.qkv.weight",
    "blocks.#.attn.qkv.bias",
    "blocks.#.attn.proj.weight",
    "blocks.#.attn.proj.bias",
    "blocks.#.ls1.gamma",
    "blocks.#.norm2.weight",
    "blocks.#.norm2.bias",
    "blocks.#.mlp.fc1.weight",
    "blocks.#.mlp.fc1.bias",
    "blocks.#.mlp.fc2.weight",
    "blocks.#.mlp.fc2.bias",
    "blocks.#.ls2.gamma",
    "norm.weight",
    "norm.bias",
};

// Other authors' names for the same tensors: a naming scheme is a few rows here.
struct Alias {
  std::string_view theirs;
  std::string_view ours;
};
constexpr Alias kAliases[] = {{"reg_token", "register_tokens"}};  // timm

// Outside the blocks, tensors of networks that compute something else: a second class token (DeiT
// distilled), a norm before the blocks (CLIP).
constexpr std::string_view kForeign[] = {"dist_token", "norm_pre.weight"};

std::string_view StripPrefixes(std::string_view name) {
  for (const std::string_view prefix : kPrefixes) {
    if (name.starts_with(prefix)) return StripPrefixes(name.substr(prefix.size()));
  }
  return name;
}

bool IsNumber(std::string_view text) {
  return text == "0" || (!text.empty() && text.size() <= 4 && text[0] != '0' &&
                         text.find_first_not_of("0123456789") == text.npos);
}

// A name with its first number taken out: "blocks.3.norm1.bias" is "blocks.#.norm1.bias" and "3".
struct Pattern {
  std::string text;
  std::string number;
};

Pattern PatternOf(std::string_view name) {
  for (size_t begin = 0; begin < name.size();) {
    const size_t end = std::min(name.find('.', begin), name.size());
    const std::string_view part = name.substr(begin, end - begin);
    if (IsNumber(part)) {
      return {std::string(name.substr(0, begin)) + "#" + std::string(name.substr(end)),
              std::string(part)};
    }
    begin = end + 1;
  }
  return {std::string(name), ""};
}

// Our name of a tensor without prefixes; none if the network does not need it.
std::optional<std::string> CanonicalName(std::string_view name) {
  if (name.ends_with(kScale)) {
    std::optional<std::string> scaled = CanonicalName(name.substr(0, name.size() - kScale.size()));
    if (scaled) *scaled += kScale;
    return scaled;
  }
  Pattern pattern = PatternOf(name);
  const auto* alias = std::ranges::find(kAliases, pattern.text, &Alias::theirs);
  if (alias != std::end(kAliases)) pattern.text = alias->ours;
  if (std::ranges::find(kCanonical, pattern.text) == std::end(kCanonical)) return std::nullopt;
  const size_t hash = pattern.text.find('#');
  if (hash != std::string::npos) pattern.text.replace(hash, 1, pattern.number);
  return pattern.text;
}

// Whether a tensor that CanonicalName does not know shows that the network is another one.
bool IsForeign(std::string_view name) {
  return SplitBlockName(name) || std::ranges::find(kForeign, name) != std::end(kForeign);
}

bool HasTeacher(const Checkpoint& checkpoint) {
  return std::ranges::any_of(checkpoint.tensors, [](const auto& entry) {
    return StripPrefixes(entry.first).starts_with(kTeacher);
  });
}

}  // namespace

Status CanonicaliseNames(Checkpoint& checkpoint) {
  const bool has_teacher = HasTeacher(checkpoint);
  std::map<std::string, Tensor> kept;
  std::map<std::string, std::string> origins;  // canonical name -> the name in the file
  for (const auto& [name, tensor] : checkpoint.tensors) {
    std::string_view bare = StripPrefixes(name);
    if (has_teacher) {
      if (!bare.starts_with(kTeacher)) continue;
      bare = StripPrefixes(bare.substr(kTeacher.size()));
    }
    const std::optional<std::string> canonical = CanonicalName(bare);
    if (!canonical && IsForeign(bare)) {
      return Invalid(
          "These weights are of a network that headlens does not know: it has a tensor " +
          JsonQuote(name) + ".");
    }
    if (!canonical) continue;
    const auto [origin, is_new] = origins.emplace(*canonical, name);
    if (!is_new) {
      return Invalid("The tensors " + JsonQuote(origin->second) + " and " + JsonQuote(name) +
                     " are both the network's " + JsonQuote(*canonical) +
                     ": save one model alone.");
    }
    kept.emplace(*canonical, tensor);
  }
  std::erase_if(kept, [&kept](const auto& entry) {
    const std::string& name = entry.first;
    return name.ends_with(kScale) && !kept.contains(name.substr(0, name.size() - kScale.size()));
  });
  if (kept.empty()) {
    return Invalid(
        "No tensor in this file has a name that headlens knows: it wants a vision transformer with "
        "the names of DINO or timm (blocks.0.attn.qkv.weight).");
  }
  checkpoint.tensors = std::move(kept);
  return {};
}

std::optional<BlockTensor> SplitBlockName(std::string_view canonical_name) {
  constexpr std::string_view kBlocks = "blocks.";
  if (!canonical_name.starts_with(kBlocks)) return std::nullopt;
  const std::string_view rest = canonical_name.substr(kBlocks.size());
  const size_t dot = rest.find('.');
  if (dot == rest.npos || !IsNumber(rest.substr(0, dot))) return std::nullopt;
  BlockTensor tensor{.part = rest.substr(dot + 1)};
  std::from_chars(rest.data(), rest.data() + dot, tensor.block);
  return tensor;
}

int CountBlocks(const Checkpoint& checkpoint) {
  int count = 0;
  for (const auto& [name, tensor] : checkpoint.tensors) {
    const std::optional<BlockTensor> split = SplitBlockName(name);
    if (split) count = std::max(count, split->block + 1);
  }
  return count;
}

}  // namespace headlens
