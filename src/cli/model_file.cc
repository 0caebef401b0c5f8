#include "cli/model_file.h"

#include <cstdio>
#include <map>
#include <utility>
#include <vector>

#include "cli/files.h"

namespace headlens {
namespace {

constexpr int kMostHeads = 64;  // bits of OverlayStyle::heads_on
constexpr std::string_view kScaleEnding = ".scale";

std::string Millions(uint64_t count) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.2f million", static_cast<double>(count) / 1e6);
  return text;
}

}  // namespace

Option HeadsOption(int& heads) {
  return {"--heads", "N", "a number of heads from 1 to 64",
          "heads a layer, where the file does not say and a head\nhas not 64 channels",
          Whole(heads, 1, kMostHeads)};
}

Result<ModelFile> ReadModelFile(const std::string& path, int heads) {
  Result<std::vector<uint8_t>> file = ReadFile(path, kMaxWeightsFileBytes);
  if (!file.ok()) return file.error();
  ModelFile model;
  model.bytes = file->size();
  Result<Checkpoint> checkpoint = ReadCheckpoint(std::move(*file));
  if (!checkpoint.ok()) return checkpoint.error();
  model.checkpoint = std::move(*checkpoint);
  Result<VitConfig> config = InferConfig(model.checkpoint, {.heads = heads});
  if (!config.ok()) return config.error();
  model.config = *config;
  return model;
}

std::string ParameterText(const Checkpoint& checkpoint) {
  uint64_t total = 0;
  std::map<std::string_view, uint64_t> by_type;
  for (const auto& [name, tensor] : checkpoint.tensors) {
    if (name.ends_with(kScaleEnding)) continue;  // says how to read a tensor; is none of its own
    const uint64_t count = tensor.bytes.size() / DTypeSize(tensor.dtype);
    total += count;
    by_type[DTypeName(tensor.dtype)] += count;
  }
  std::string text = Millions(total);
  std::string_view separator = ": ";
  for (const auto& [type, count] : by_type) {
    text += std::string(separator) + Millions(count) + " " + std::string(type);
    separator = ", ";
  }
  return text;
}

}  // namespace headlens
