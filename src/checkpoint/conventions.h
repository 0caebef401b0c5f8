// What a network wants of those who use it, and its tensors do not say: the number of heads, how
// the photo is normalised, how positions are resampled.
#ifndef HEADLENS_CHECKPOINT_CONVENTIONS_H_
#define HEADLENS_CHECKPOINT_CONVENTIONS_H_

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "checkpoint/checkpoint.h"
#include "checkpoint/origin.h"

namespace headlens {

// How photos are resized for it: as PIL does.
enum class PhotoFilter { kBilinear, kBicubic };

using Channels = std::array<float, 3>;  // red, green, blue, of values in [0, 1]

// What the caller says, over what the file says.
struct ModelChoices {
  int heads = 0;             // 0: not said
  std::string network = {};  // of a nested checkpoint; "": its teacher, or the only one it holds
  std::optional<Channels> mean = {};
  std::optional<Channels> std = {};
  std::optional<PhotoFilter> filter = {};
  std::optional<PositionRule> position = {};
};

struct Conventions {
  int heads = 0;                             // 0: as many as have 64 channels each
  Channels mean = {0.485f, 0.456f, 0.406f};  // ImageNet
  Channels std = {0.229f, 0.224f, 0.225f};
  PhotoFilter filter = PhotoFilter::kBilinear;
  PositionRule position = PositionRule::kDino;
  // Which of "mean", "filter", "position" and "heads" neither the caller nor the file said. "mean"
  // speaks for std too.
  std::vector<std::string> assumed = {};
};

// By the caller's choice, else by the metadata `heads`, `mean` and `std` ("0.5 0.5 0.5"), `filter`
// ("bilinear" or "bicubic") and `position` ("dino", "antialias" or "resize"), else by the names.
// Fails where one of them makes no sense.
Result<Conventions> ReadConventions(const Checkpoint& checkpoint, const ModelChoices& choices);

// Writes as metadata whatever was not assumed.
void SaveConventions(const Conventions& conventions, std::map<std::string, std::string>& metadata);

std::string_view SchemeName(Scheme scheme);            // "DINO", "timm" or "Hugging Face"
std::string_view PhotoFilterName(PhotoFilter filter);  // as the metadata spell it
std::optional<PhotoFilter> PhotoFilterFromName(std::string_view name);
std::string_view PositionRuleName(PositionRule rule);  // as the metadata spell it
std::optional<PositionRule> PositionRuleFromName(std::string_view name);

// "0.5 0.5 0.5", both ways; none if the text is not three finite numbers.
std::string ChannelsText(const Channels& channels);
std::optional<Channels> ParseChannels(std::string_view text);

}  // namespace headlens

#endif  // HEADLENS_CHECKPOINT_CONVENTIONS_H_
