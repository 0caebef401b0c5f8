#include "cli/model_file.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <utility>

#include "cli/files.h"

namespace headlens {
namespace {

constexpr int kMostHeads = 64;  // bits of OverlayStyle::heads_on
constexpr int kMaxThreads = 256;
constexpr std::string_view kScaleEnding = ".scale";
constexpr Channels kHalf = {0.5f, 0.5f, 0.5f};

std::string Millions(uint64_t count) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.2f million", static_cast<double>(count) / 1e6);
  return text;
}

Reader ReadChannels(std::optional<Channels>& target) {
  return [&target](std::string_view text) {
    target = ParseChannels(text);
    return target.has_value();
  };
}

Reader ReadNormalisation(ModelChoices& choices) {
  return [&choices](std::string_view text) {
    if (text != "imagenet" && text != "half") return false;
    const Conventions imagenet;
    choices.mean = text == "half" ? kHalf : imagenet.mean;
    choices.std = text == "half" ? kHalf : imagenet.std;
    return true;
  };
}

Reader ReadFilter(std::optional<PhotoFilter>& target) {
  return [&target](std::string_view text) {
    target = PhotoFilterFromName(text);
    return target.has_value();
  };
}

Reader ReadPosition(std::optional<PositionRule>& target) {
  return [&target](std::string_view text) {
    target = PositionRuleFromName(text);
    return target.has_value();
  };
}

std::string Joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

std::string_view PositionMeaning(PositionRule rule) {
  switch (rule) {
    case PositionRule::kDino:
      return "bicubic by the factor (patches + 0.1) / side, as DINO does";
    case PositionRule::kAntialias:
      return "bicubic with antialiasing, as timm and DINOv2 with registers do";
    case PositionRule::kResize:
      return "bicubic, as Hugging Face and DeiT do";
  }
  return "";
}

std::string Assumed(const Conventions& conventions, std::string_view what,
                    std::string_view option) {
  if (!IsAssumed(conventions, what)) return "";
  return " (assumed: the file does not say; " + std::string(option) + " chooses)";
}

}  // namespace

std::vector<Option> RunOptions(VitOptions& vit, int& threads) {
  return {
      {"--precision", "P", "auto, f32 or int8",
       "auto: as the file stores it (default), f32 or int8",
       OneOf<Precision>(
           vit.precision,
           {{"auto", Precision::kAuto}, {"f32", Precision::kF32}, {"int8", Precision::kInt8}})},
      {"--threads", "N", "a number of threads from 1 to 256", "default: one per processor",
       Whole(threads, 1, kMaxThreads)},
  };
}

std::vector<Option> ModelOptions(ModelChoices& choices) {
  const char* channels = "three numbers in quotes, red, green and blue: \"0.5 0.5 0.5\"";
  return {
      {"--heads", "N", "a number of heads from 1 to 64",
       "heads a layer, where the file does not say and a head\nhas not 64 channels",
       Whole(choices.heads, 1, kMostHeads)},
      {"--network", "NAME", "the name of a network in the file",
       "which of a training checkpoint's networks (teacher)", Text(choices.network)},
      {"--normalise", "N", "imagenet or half, for the pixels",
       "imagenet: the mean and deviation of ImageNet (DINO, DeiT);\nhalf: 0.5 and 0.5 (AugReg, "
       "Google's ViT)",
       ReadNormalisation(choices)},
      {"--mean", "\"R G B\"", channels, "of pixels from 0 to 1, instead of --normalise",
       ReadChannels(choices.mean)},
      {"--std", "\"R G B\"", channels, "their deviation", ReadChannels(choices.std)},
      {"--filter", "NAME", "bilinear or bicubic",
       "how photos are resized: bilinear (DINO) or bicubic (DINOv2,\nDeiT, AugReg)",
       ReadFilter(choices.filter)},
      {"--position", "RULE", "dino, antialias or resize",
       "how positions are brought to another grid: dino; antialias\n(DINOv2 with registers, timm); "
       "resize (Hugging Face, DeiT)",
       ReadPosition(choices.position)},
  };
}

Result<ModelFile> ReadModelFile(const std::string& path, const ModelChoices& choices) {
  Result<std::vector<uint8_t>> file = ReadFile(path, kMaxWeightsFileBytes);
  if (!file.ok()) return file.error();
  ModelFile model;
  model.bytes = file->size();
  Result<Checkpoint> checkpoint = ReadCheckpoint(std::move(*file), choices.network);
  if (!checkpoint.ok()) return checkpoint.error();
  model.checkpoint = std::move(*checkpoint);
  Result<Conventions> conventions = ReadConventions(model.checkpoint, choices);
  if (!conventions.ok()) return conventions.error();
  model.conventions = std::move(*conventions);
  Result<VitConfig> config = InferConfig(model.checkpoint, choices);
  if (!config.ok()) return config.error();
  model.config = *config;
  return model;
}

std::string LoadMessage(const Error& error) {
  if (error.wanted.empty()) return error.message;
  return error.message.substr(0, error.message.rfind('.')) + " with --" + error.wanted + ".";
}

std::string ParameterText(const Checkpoint& checkpoint) {
  uint64_t total = 0;
  std::map<std::string_view, uint64_t> by_type;
  for (const auto& [name, tensor] : checkpoint.tensors) {
    if (name.ends_with(kScaleEnding)) continue;  // says how to read a tensor; is none of its own
    const uint64_t count = TensorBytes(tensor) / DTypeSize(tensor.dtype);
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

std::string OriginText(const Origin& origin) {
  std::string scheme(SchemeName(origin.scheme));
  if (origin.network.empty()) return scheme;
  const std::string network = scheme + ", the network " + origin.network;
  return origin.networks.size() < 2 ? network : network + " out of " + Joined(origin.networks);
}

bool IsAssumed(const Conventions& conventions, std::string_view what) {
  return std::ranges::find(conventions.assumed, what) != conventions.assumed.end();
}

std::string NormalisationText(const Conventions& conventions) {
  return "mean " + ChannelsText(conventions.mean) + ", deviation " + ChannelsText(conventions.std) +
         Assumed(conventions, "mean", "--normalise");
}

std::string FilterText(const Conventions& conventions) {
  return std::string(PhotoFilterName(conventions.filter)) +
         Assumed(conventions, "filter", "--filter");
}

std::string PositionText(const Conventions& conventions) {
  return std::string(PositionRuleName(conventions.position)) + ": " +
         std::string(PositionMeaning(conventions.position)) +
         Assumed(conventions, "position", "--position");
}

}  // namespace headlens
