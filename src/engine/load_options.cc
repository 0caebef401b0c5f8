#include "engine/load_options.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <optional>
#include <string>

#include "base/json.h"

namespace headlens {
namespace {

// In the order of the enum.
constexpr std::string_view kPrecisions[] = {"auto", "f32", "int8"};
constexpr uint64_t kMostHeads = 1 << 16;  // so that it is a plain int from here on

std::optional<Precision> ReadPrecision(const JsonValue& json) {
  const std::string* name = json.AsString();
  const auto* found = std::ranges::find(kPrecisions, name ? std::string_view(*name) : "");
  if (found == std::end(kPrecisions)) return std::nullopt;
  return static_cast<Precision>(found - std::begin(kPrecisions));
}

std::optional<int> ReadHeads(const JsonValue& json) {
  const uint64_t* heads = json.AsSize();
  if (!heads || *heads > kMostHeads) return std::nullopt;
  return static_cast<int>(*heads);
}

std::optional<std::string> ReadNetwork(const JsonValue& json) {
  const std::string* name = json.AsString();
  return name ? std::optional(*name) : std::nullopt;
}

std::optional<Channels> ReadChannels(const JsonValue& json) {
  const JsonValue::Array* values = json.AsArray();
  Channels channels;
  if (!values || values->size() != channels.size()) return std::nullopt;
  for (size_t i = 0; i < channels.size(); ++i) {
    channels[i] = static_cast<float>((*values)[i].AsNumber().value_or(NAN));
    if (!std::isfinite(channels[i])) return std::nullopt;
  }
  return channels;
}

std::optional<PhotoFilter> ReadFilter(const JsonValue& json) {
  const std::string* name = json.AsString();
  return name ? PhotoFilterFromName(*name) : std::nullopt;
}

std::optional<PositionRule> ReadPosition(const JsonValue& json) {
  const std::string* name = json.AsString();
  return name ? PositionRuleFromName(*name) : std::nullopt;
}

// Sets `place` to what the member says, if there is one.
template <typename Place, typename Read>
Status Take(const JsonValue& json, const char* name, Read read, const char* expected,
            Place& place) {
  const JsonValue* member = json.Find(name);
  if (!member) return {};
  const auto value = read(*member);
  if (!value) return Invalid(std::string(expected) + ".");
  const auto& known = *value;
  place = known;
  return {};
}

}  // namespace

Result<VitOptions> ParseLoadOptions(std::string_view text) {
  const Result<JsonValue> json = ParseJson(text);
  if (!json.ok() || !json->AsObject()) return Internal("The options of a load are no JSON object.");
  VitOptions options;
  ModelChoices& choices = options.choices;
  const Status taken[] = {
      Take(*json, "precision", ReadPrecision, "The precision is auto, f32 or int8",
           options.precision),
      Take(*json, "heads", ReadHeads, "The number of heads is a whole number", choices.heads),
      Take(*json, "network", ReadNetwork, "The network is chosen by its name", choices.network),
      Take(*json, "mean", ReadChannels, "The mean is three numbers: of red, green and blue",
           choices.mean),
      Take(*json, "std", ReadChannels, "The std is three numbers: of red, green and blue",
           choices.std),
      Take(*json, "filter", ReadFilter, "Photos are resized bilinear or bicubic", choices.filter),
      Take(*json, "position", ReadPosition, "The position rule is dino, antialias or resize",
           choices.position),
  };
  for (const Status& status : taken) {
    if (!status.ok()) return status.error();
  }
  return options;
}

}  // namespace headlens
