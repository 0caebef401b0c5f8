#include "checkpoint/conventions.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <iterator>

#include "base/json.h"

namespace headlens {
namespace {

using Metadata = std::map<std::string, std::string>;

// In the order of their enums.
constexpr std::string_view kSchemes[] = {"DINO", "timm", "Hugging Face"};
constexpr std::string_view kFilters[] = {"bilinear", "bicubic"};
constexpr std::string_view kRules[] = {"dino", "antialias", "resize"};

Error WrongMetadata(const std::string& key, const std::string& text, const std::string& why) {
  return Invalid("The weights file's metadata has the " + key + " " + JsonQuote(text) +
                 ", which is " + why + ": correct it.");
}

std::optional<int> ParseHeads(std::string_view text) {
  int value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end || value < 1) return std::nullopt;
  return value;
}

// The caller's word, else that of the metadata `key`, if there is one.
template <typename T, typename Parse>
Result<std::optional<T>> Said(const std::optional<T>& choice, const Metadata& metadata,
                              const std::string& key, const std::string& why_not, Parse parse) {
  const auto entry = metadata.find(key);
  if (choice || entry == metadata.end()) return choice;
  const std::optional<T> read = parse(entry->second);
  if (!read) return WrongMetadata(key, entry->second, why_not);
  return read;
}

}  // namespace

Result<Conventions> ReadConventions(const Checkpoint& checkpoint, const ModelChoices& choices) {
  const Metadata& metadata = checkpoint.metadata;
  const std::string no_channels = "not three numbers";
  const auto mean = Said(choices.mean, metadata, "mean", no_channels, ParseChannels);
  if (!mean.ok()) return mean.error();
  const auto std = Said(choices.std, metadata, "std", no_channels, ParseChannels);
  if (!std.ok()) return std.error();
  const auto filter =
      Said(choices.filter, metadata, "filter", "not bilinear or bicubic", PhotoFilterFromName);
  if (!filter.ok()) return filter.error();
  const auto position = Said(choices.position, metadata, "position",
                             "not dino, antialias or resize", PositionRuleFromName);
  if (!position.ok()) return position.error();
  const auto chosen_heads = choices.heads != 0 ? std::optional(choices.heads) : std::nullopt;
  const auto heads = Said(chosen_heads, metadata, "heads", "no number of heads", ParseHeads);
  if (!heads.ok()) return heads.error();

  Conventions conventions;
  conventions.mean = mean->value_or(conventions.mean);
  conventions.std = std->value_or(conventions.std);
  conventions.filter = filter->value_or(conventions.filter);
  conventions.position = position->value_or(checkpoint.origin.position);
  conventions.heads = heads->value_or(0);
  if (std::ranges::any_of(conventions.std, [](float s) { return s <= 0; })) {
    return Invalid("The std " + ChannelsText(conventions.std) +
                   " is not above 0 in every channel: correct it.");
  }
  if (!*mean || !*std) conventions.assumed.push_back("mean");
  if (!*filter) conventions.assumed.push_back("filter");
  if (!*position && !checkpoint.origin.position_is_certain) {
    conventions.assumed.push_back("position");
  }
  if (!*heads) conventions.assumed.push_back("heads");
  return conventions;
}

void SaveConventions(const Conventions& conventions, Metadata& metadata) {
  const auto known = [&](const char* name) {
    return std::ranges::find(conventions.assumed, name) == conventions.assumed.end();
  };
  if (known("heads")) metadata["heads"] = std::to_string(conventions.heads);
  if (known("filter")) metadata["filter"] = PhotoFilterName(conventions.filter);
  if (known("position")) metadata["position"] = PositionRuleName(conventions.position);
  if (!known("mean")) return;
  metadata["mean"] = ChannelsText(conventions.mean);
  metadata["std"] = ChannelsText(conventions.std);
}

std::string_view SchemeName(Scheme scheme) { return kSchemes[static_cast<size_t>(scheme)]; }

std::string_view PhotoFilterName(PhotoFilter filter) {
  return kFilters[static_cast<size_t>(filter)];
}

std::optional<PhotoFilter> PhotoFilterFromName(std::string_view name) {
  const auto* found = std::ranges::find(kFilters, name);
  if (found == std::end(kFilters)) return std::nullopt;
  return static_cast<PhotoFilter>(found - std::begin(kFilters));
}

std::string_view PositionRuleName(PositionRule rule) { return kRules[static_cast<size_t>(rule)]; }

std::optional<PositionRule> PositionRuleFromName(std::string_view name) {
  const auto* found = std::ranges::find(kRules, name);
  if (found == std::end(kRules)) return std::nullopt;
  return static_cast<PositionRule>(found - std::begin(kRules));
}

std::string ChannelsText(const Channels& channels) {
  std::string text;
  for (const float channel : channels) {
    char digits[32];
    const std::to_chars_result end = std::to_chars(digits, std::end(digits), channel);
    text += (text.empty() ? "" : " ") + std::string(digits, end.ptr);
  }
  return text;
}

std::optional<Channels> ParseChannels(std::string_view text) {
  const std::string copy(text);
  const char* at = copy.c_str();
  Channels channels;
  for (float& channel : channels) {
    char* end = nullptr;
    channel = std::strtof(at, &end);
    if (end == at || !std::isfinite(channel)) return std::nullopt;
    at = end;
  }
  while (*at == ' ') ++at;
  if (*at != '\0') return std::nullopt;
  return channels;
}

}  // namespace headlens
