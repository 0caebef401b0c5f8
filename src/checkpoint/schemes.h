// The names that people give to the tensors of a ViT, and ours for them: tables of the schemes.
#ifndef HEADLENS_CHECKPOINT_SCHEMES_H_
#define HEADLENS_CHECKPOINT_SCHEMES_H_

#include <optional>
#include <string>
#include <string_view>

#include "checkpoint/origin.h"

namespace headlens {

// Where a tensor stands in its file: "teacher.module.backbone.cls_token" is the "cls_token" of the
// network "teacher". `network` is "" where the name says none.
struct NamePath {
  std::string_view network;
  std::string_view name;
};
NamePath SplitPath(std::string_view name_in_file);

// What names outside of all networks belong to in a file that has some.
inline constexpr std::string_view kMainNetwork = "model";

// A tensor that the network needs.
struct KnownTensor {
  static constexpr int kWhole = -1;
  std::string name;  // canonical, see names.h
  Scheme scheme = Scheme::kDino;
  int part = kWhole;  // else 0, 1 or 2: only the queries', keys' or values' of it
};
std::optional<KnownTensor> Recognise(std::string_view name);

// Whether a word in a name counts blocks: "0", "11", but not "01".
bool IsBlockNumber(std::string_view text);

// The name of another part, of a name that is recognised as one: "..query.bias", 1: "..key.bias".
std::string NameOfPart(std::string name, int part);

// What an unknown tensor shows of a network that computes something else than ours; none if it
// shows nothing.
std::optional<std::string_view> DescribeForeign(std::string_view name);

}  // namespace headlens

#endif  // HEADLENS_CHECKPOINT_SCHEMES_H_
