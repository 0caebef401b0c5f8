#include "checkpoint/names.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "base/json.h"
#include "checkpoint/schemes.h"

namespace headlens {
namespace {

constexpr std::string_view kScale = ".scale";
constexpr std::string_view kTeacher = "teacher";
constexpr int kQkvParts = 3;

// A tensor of the file, and what its name says.
struct Entry {
  const std::string* name;  // in the file
  const Tensor* tensor;
  NamePath path;
  std::optional<KnownTensor> known;
};

using Names = std::set<std::string, std::less<>>;

std::vector<Entry> ReadEntries(const Checkpoint& checkpoint) {
  std::vector<Entry> entries;
  for (const auto& [name, tensor] : checkpoint.tensors) {
    const NamePath path = SplitPath(name);
    entries.push_back({&name, &tensor, path, Recognise(path.name)});
  }
  return entries;
}

// Gives a network to the entries that say none, if others say one. Returns the networks.
Names ResolveNetworks(std::vector<Entry>& entries) {
  Names networks;
  for (const Entry& entry : entries) {
    if (entry.known) networks.emplace(entry.path.network);
  }
  const size_t unnamed = networks.erase("");
  if (networks.empty()) return {};
  for (Entry& entry : entries) {
    if (entry.path.network.empty()) entry.path.network = kMainNetwork;
  }
  if (unnamed > 0) networks.emplace(kMainNetwork);
  return networks;
}

Error NeedsChoice(const std::string& problem, const Names& networks) {
  std::string names;
  for (const std::string& name : networks) names += (names.empty() ? "" : ", ") + name;
  Error error = Invalid(problem + names + ": choose one of them.");
  error.wanted = "network";
  error.choices.assign(networks.begin(), networks.end());
  return error;
}

Result<std::string> ChooseNetwork(const Names& networks, const std::string& asked) {
  if (!asked.empty()) {
    if (networks.contains(asked)) return asked;
    const std::string problem = "This file holds no network " + JsonQuote(asked);
    if (networks.empty()) {
      return Invalid(problem + ", but one alone, without a name: load it without a choice.");
    }
    return NeedsChoice(problem + ", but ", networks);
  }
  if (networks.size() <= 1) return networks.empty() ? std::string() : *networks.begin();
  if (networks.contains(kTeacher)) return std::string(kTeacher);
  return NeedsChoice("This checkpoint holds several networks, ", networks);
}

// Where the file has a tensor of ours: at index 0, or in three parts.
struct Place {
  bool in_parts = false;
  std::array<const Entry*, kQkvParts> at = {};
};
using Places = std::map<std::string, Place>;

Error TwoOfOneName(const Entry& a, const Entry& b) {
  return Invalid("The tensors " + JsonQuote(*a.name) + " and " + JsonQuote(*b.name) +
                 " are both the network's " + JsonQuote(b.known->name) + ": save one model alone.");
}

Result<Places> FindPlaces(const std::vector<Entry>& entries, std::string_view network) {
  Places places;
  for (const Entry& entry : entries) {
    if (entry.path.network != network) continue;
    if (!entry.known) {
      const std::optional<std::string_view> foreign = DescribeForeign(entry.path.name);
      if (!foreign) continue;
      return Invalid("The tensor " + JsonQuote(*entry.name) + " shows " + std::string(*foreign) +
                     ", which headlens does not compute: choose another model.");
    }
    const bool in_parts = entry.known->part != KnownTensor::kWhole;
    const auto [found, is_new] = places.try_emplace(entry.known->name, Place{in_parts, {}});
    Place& place = found->second;
    const Entry*& slot = place.at[in_parts ? entry.known->part : 0];
    if (place.in_parts != in_parts) {
      return TwoOfOneName(**std::ranges::find_if(place.at, [](auto* e) { return e; }), entry);
    }
    if (slot) return TwoOfOneName(*slot, entry);
    slot = &entry;
  }
  return places;
}

// Queries, keys and values as the one tensor that they are in ours.
Result<Tensor> JoinHeaders(const Place& place) {
  const Entry& present = **std::ranges::find_if(place.at, [](auto* entry) { return entry; });
  Tensor joined = {present.tensor->dtype, present.tensor->shape, {}};
  for (int part = 0; part < kQkvParts; ++part) {
    const Entry* entry = place.at[part];
    if (!entry) {
      return NotFound("The weights have no tensor " + JsonQuote(NameOfPart(*present.name, part)) +
                      ", but its " + JsonQuote(*present.name) +
                      ": download the file again, or choose another model.");
    }
    const Tensor& tensor = *entry->tensor;
    if (tensor.dtype != joined.dtype || tensor.shape != joined.shape || tensor.shape.empty()) {
      return Invalid("The tensors " + JsonQuote(*present.name) + " and " + JsonQuote(*entry->name) +
                     " do not belong together: one is " + std::string(DTypeName(joined.dtype)) +
                     " " + ShapeText(joined.shape) + ", the other " +
                     std::string(DTypeName(tensor.dtype)) + " " + ShapeText(tensor.shape) + ".");
    }
    joined.parts.push_back(tensor);
  }
  joined.shape[0] *= kQkvParts;
  return joined;
}

// The scheme, and the position rule of those who name their tensors so.
Origin OriginOf(const std::vector<Entry>& entries, std::string_view network) {
  Names theirs, ours;
  bool hugging_face = false;
  for (const Entry& entry : entries) {
    if (entry.path.network != network) continue;
    theirs.emplace(entry.path.name);
    if (!entry.known) continue;
    ours.emplace(entry.known->name);
    hugging_face = hugging_face || entry.known->scheme == Scheme::kHuggingFace;
  }
  const bool registers = ours.contains("register_tokens");
  if (hugging_face) {
    const auto rule = registers ? PositionRule::kAntialias : PositionRule::kResize;
    return {.scheme = Scheme::kHuggingFace, .position = rule, .position_is_certain = true};
  }
  if (theirs.contains("reg_token")) {
    const auto rule = PositionRule::kAntialias;
    return {.scheme = Scheme::kTimm, .position = rule, .position_is_certain = true};
  }
  // DINOv2 by its authors: others leave the mask token out, or have no LayerScale beside it.
  if (theirs.contains("mask_token") && ours.contains("blocks.0.ls1.gamma")) {
    const auto rule = registers ? PositionRule::kAntialias : PositionRule::kDino;
    return {.position = rule, .position_is_certain = true};
  }
  // DeiT III and DeiT by their authors; timm's copy of the latter has the same names.
  if (theirs.contains("blocks.0.gamma_1")) {
    return {.position = PositionRule::kResize, .position_is_certain = true};
  }
  if (ours.contains("dist_token")) return {.position = PositionRule::kResize};
  return {};
}

void DropLoneScales(std::map<std::string, Tensor>& tensors) {
  std::erase_if(tensors, [&tensors](const auto& entry) {
    const std::string& name = entry.first;
    return name.ends_with(kScale) && !tensors.contains(name.substr(0, name.size() - kScale.size()));
  });
}

}  // namespace

Status CanonicaliseNames(Checkpoint& checkpoint, const std::string& asked) {
  std::vector<Entry> entries = ReadEntries(checkpoint);
  const Names networks = ResolveNetworks(entries);
  const Result<std::string> network = ChooseNetwork(networks, asked);
  if (!network.ok()) return network.error();
  const Result<Places> places = FindPlaces(entries, *network);
  if (!places.ok()) return places.error();

  std::map<std::string, Tensor> kept;
  for (const auto& [name, place] : *places) {
    if (!place.in_parts) {
      kept.emplace(name, *place.at[0]->tensor);
      continue;
    }
    Result<Tensor> joined = JoinHeaders(place);
    if (!joined.ok()) return joined.error();
    kept.emplace(name, std::move(*joined));
  }
  DropLoneScales(kept);
  if (kept.empty()) {
    return Invalid(
        "No tensor in this file has a name that headlens knows: it wants a vision transformer with "
        "the names of DINO or timm (blocks.0.attn.qkv.weight) or of Hugging Face "
        "(encoder.layer.0.attention.attention.query.weight).");
  }
  checkpoint.origin = OriginOf(entries, *network);
  checkpoint.origin.network = *network;
  checkpoint.origin.networks.assign(networks.begin(), networks.end());
  checkpoint.tensors = std::move(kept);
  return {};
}

void JoinParts(Checkpoint& checkpoint) {
  for (auto& [name, tensor] : checkpoint.tensors) {
    if (tensor.parts.empty()) continue;
    std::vector<uint8_t> joined;
    joined.reserve(static_cast<size_t>(TensorBytes(tensor)));
    for (const Tensor& part : tensor.parts) {
      joined.insert(joined.end(), part.bytes.begin(), part.bytes.end());
    }
    checkpoint.storage.push_back(std::move(joined));
    tensor.bytes = checkpoint.storage.back();
    tensor.parts.clear();
  }
}

std::optional<BlockTensor> SplitBlockName(std::string_view canonical_name) {
  constexpr std::string_view kBlocks = "blocks.";
  if (!canonical_name.starts_with(kBlocks)) return std::nullopt;
  const std::string_view rest = canonical_name.substr(kBlocks.size());
  const size_t dot = rest.find('.');
  if (dot == rest.npos || !IsBlockNumber(rest.substr(0, dot))) return std::nullopt;
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
