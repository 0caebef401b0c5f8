#include "viewer/view_state.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <span>
#include <utility>

#include "base/json.h"

namespace headlens {
namespace {

constexpr int kMaxSize = 4096;

// In the order of the enums.
constexpr std::array kViewNames = {"overlay", "heads",      "atlas", "slider",
                                   "rollout", "similarity", "pca"};
constexpr std::array kModeNames = {"heads", "mean", "max", "single", "figure"};
constexpr std::array kCombineNames = {"each", "union", "intersection"};
constexpr std::array kContoursNames = {"none", "patches", "smooth"};
constexpr std::array kNormalisationNames = {"clip", "head", "heads", "layers", "log"};
constexpr std::array kPaletteNames = {"headlens", "okabe-ito", "dino"};
constexpr std::array kColormapNames = {"inferno", "viridis", "turbo", "grey"};
constexpr std::array kInterpolationNames = {"nearest", "smooth"};  // of a bool
constexpr std::array kOrderNames = {"head", "entropy", "compactness", "edges", "overlap", "prefix"};
constexpr std::array kGroupsNames = {"none", "alike"};  // of a bool
constexpr std::array kFusionNames = {"mean", "max", "min"};
constexpr std::array kFacetNames = {"keys", "tokens"};
constexpr std::array kAspectNames = {"kept", "square"};

std::string Number(float value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", static_cast<double>(value));
  return text;
}

std::string HeadsJson(uint64_t heads_on) {
  if (heads_on == kAllHeads) return "\"all\"";
  std::string list;
  for (int head = 0; head < kMaxHeads; ++head) {
    if ((heads_on >> head & 1) == 0) continue;
    list += (list.empty() ? "" : ",") + std::to_string(head + 1);
  }
  return "[" + list + "]";
}

std::string ColoursJson(const std::vector<Colour>& colours) {
  std::string list;
  for (const Colour& colour : colours) {
    list += (list.empty() ? "" : ",") + JsonQuote(ColourToHex(colour));
  }
  return "[" + list + "]";
}

std::string PatchJson(std::optional<Patch> patch) {
  if (!patch) return "null";
  return "[" + std::to_string(patch->row) + "," + std::to_string(patch->col) + "]";
}

// Each reader writes one field and says whether the value was fit for it.

bool ReadString(const JsonValue& value, std::string* out) {
  if (value.AsString() == nullptr) return false;
  *out = *value.AsString();
  return true;
}

bool ReadInt(const JsonValue& value, int low, int high, int* out) {
  const uint64_t* number = value.AsSize();
  if (number == nullptr || *number > static_cast<uint64_t>(high)) return false;
  if (static_cast<int>(*number) < low) return false;
  *out = static_cast<int>(*number);
  return true;
}

bool ReadShare(const JsonValue& value, float* out) {
  const std::optional<double> number = value.AsNumber();
  if (!number || !(*number >= 0 && *number <= 1)) return false;
  *out = static_cast<float>(*number);
  return true;
}

bool ReadHeads(const JsonValue& value, uint64_t* out) {
  if (value.AsString() != nullptr && *value.AsString() == "all") {
    *out = kAllHeads;
    return true;
  }
  if (value.AsArray() == nullptr) return false;
  uint64_t heads_on = 0;
  for (const JsonValue& item : *value.AsArray()) {
    int head = 0;
    if (!ReadInt(item, 1, kMaxHeads, &head)) return false;
    heads_on |= uint64_t{1} << (head - 1);
  }
  *out = heads_on;
  return true;
}

bool ReadPatch(const JsonValue& value, std::optional<Patch>* out) {
  if (std::holds_alternative<std::monostate>(value.value)) {
    out->reset();
    return true;
  }
  const JsonValue::Array* pair = value.AsArray();
  Patch patch;
  if (pair == nullptr || pair->size() != 2) return false;
  if (!ReadInt((*pair)[0], 0, kMaxSize, &patch.row)) return false;
  if (!ReadInt((*pair)[1], 0, kMaxSize, &patch.col)) return false;
  *out = patch;
  return true;
}

// One of the names, as an enum in their order.
template <typename Names, typename Choice>
bool ReadChoice(const JsonValue& value, const Names& names, Choice* out) {
  if (value.AsString() == nullptr) return false;
  const auto found = std::find(names.begin(), names.end(), *value.AsString());
  if (found == names.end()) return false;
  *out = static_cast<Choice>(found - names.begin());
  return true;
}

bool ReadColours(const JsonValue& value, std::vector<Colour>* out) {
  if (value.AsArray() == nullptr) return false;
  std::vector<Colour> colours;
  for (const JsonValue& item : *value.AsArray()) {
    if (item.AsString() == nullptr || item.AsString()->size() != 7) return false;
    Result<std::vector<Colour>> colour = ParseColours(*item.AsString());
    if (!colour.ok()) return false;
    colours.push_back(colour->front());
  }
  *out = std::move(colours);
  return true;
}

bool ReadZoom(const JsonValue& value, float* out) {
  const std::optional<double> number = value.AsNumber();
  if (!number || !(*number >= 1 && *number <= kMaxZoom)) return false;
  *out = static_cast<float>(*number);
  return true;
}

bool ReadPlace(const JsonValue& value, Place* out) {
  const JsonValue::Array* pair = value.AsArray();
  Place place;
  if (pair == nullptr || pair->size() != 2) return false;
  if (!ReadShare((*pair)[0], &place.x) || !ReadShare((*pair)[1], &place.y)) return false;
  *out = place;
  return true;
}

enum class Field { kRead, kUnfit, kUnknown };

Field ReadField(const std::string& name, const JsonValue& value, ViewState* state) {
  const auto read = [](bool fit) { return fit ? Field::kRead : Field::kUnfit; };
  if (name == "model") return read(ReadString(value, &state->model));
  if (name == "compare") return read(ReadString(value, &state->compare));
  if (name == "photo") return read(ReadString(value, &state->photo));
  if (name == "layer") return read(ReadInt(value, 0, kMaxSize, &state->layer));
  if (name == "heads") return read(ReadHeads(value, &state->heads_on));
  if (name == "head") return read(ReadInt(value, 1, kMaxHeads, &state->head));
  if (name == "query") return read(ReadPatch(value, &state->query));
  if (name == "view") return read(ReadChoice(value, kViewNames, &state->view));
  if (name == "mode") return read(ReadChoice(value, kModeNames, &state->mode));
  if (name == "opacity") return read(ReadShare(value, &state->opacity));
  if (name == "keep_mass") return read(ReadShare(value, &state->keep_mass));
  if (name == "combine") return read(ReadChoice(value, kCombineNames, &state->combine));
  if (name == "contours") return read(ReadChoice(value, kContoursNames, &state->contours));
  if (name == "normalisation") {
    return read(ReadChoice(value, kNormalisationNames, &state->normalisation));
  }
  if (name == "palette") return read(ReadChoice(value, kPaletteNames, &state->palette));
  if (name == "colormap") return read(ReadChoice(value, kColormapNames, &state->colormap));
  if (name == "colours") return read(ReadColours(value, &state->colours));
  if (name == "interpolation") return read(ReadChoice(value, kInterpolationNames, &state->smooth));
  if (name == "order") return read(ReadChoice(value, kOrderNames, &state->order));
  if (name == "groups") return read(ReadChoice(value, kGroupsNames, &state->grouped));
  if (name == "against") return read(ReadInt(value, 0, kMaxSize, &state->against));
  if (name == "divider") return read(ReadShare(value, &state->divider));
  if (name == "fusion") return read(ReadChoice(value, kFusionNames, &state->fusion));
  if (name == "discard") return read(ReadShare(value, &state->discard));
  if (name == "facet") return read(ReadChoice(value, kFacetNames, &state->facet));
  if (name == "explain") return read(ReadPatch(value, &state->explain));
  if (name == "zoom") return read(ReadZoom(value, &state->zoom));
  if (name == "centre") return read(ReadPlace(value, &state->centre));
  if (name == "size") return read(ReadInt(value, 1, kMaxSize, &state->size));
  if (name == "aspect") return read(ReadChoice(value, kAspectNames, &state->aspect));
  return Field::kUnknown;
}

}  // namespace

bool operator==(const ViewState& a, const ViewState& b) {
  return ViewStateToJson(a) == ViewStateToJson(b);
}

std::string ViewStateToJson(const ViewState& state) {
  std::string json;
  const auto field = [&](const char* name, const std::string& value) {
    json += (json.empty() ? "{" : ",") + JsonQuote(name) + ":" + value;
  };
  const auto choice = [&](const char* name, std::span<const char* const> names, auto chosen) {
    field(name, JsonQuote(names[static_cast<size_t>(chosen)]));
  };
  field("model", JsonQuote(state.model));
  field("compare", JsonQuote(state.compare));
  field("photo", JsonQuote(state.photo));
  field("layer", std::to_string(state.layer));
  field("heads", HeadsJson(state.heads_on));
  field("head", std::to_string(state.head));
  field("query", PatchJson(state.query));
  choice("view", kViewNames, state.view);
  choice("mode", kModeNames, state.mode);
  field("opacity", Number(state.opacity));
  field("keep_mass", Number(state.keep_mass));
  choice("combine", kCombineNames, state.combine);
  choice("contours", kContoursNames, state.contours);
  choice("normalisation", kNormalisationNames, state.normalisation);
  choice("palette", kPaletteNames, state.palette);
  choice("colormap", kColormapNames, state.colormap);
  field("colours", ColoursJson(state.colours));
  choice("interpolation", kInterpolationNames, state.smooth);
  choice("order", kOrderNames, state.order);
  choice("groups", kGroupsNames, state.grouped);
  field("against", std::to_string(state.against));
  field("divider", Number(state.divider));
  choice("fusion", kFusionNames, state.fusion);
  field("discard", Number(state.discard));
  choice("facet", kFacetNames, state.facet);
  field("explain", PatchJson(state.explain));
  field("zoom", Number(state.zoom));
  field("centre", "[" + Number(state.centre.x) + "," + Number(state.centre.y) + "]");
  field("size", std::to_string(state.size));
  choice("aspect", kAspectNames, state.aspect);
  return json + "}";
}

Result<ViewStateUpdate> ViewStateFromJson(std::string_view text, const ViewState& base) {
  Result<JsonValue> json = ParseJson(text);
  if (!json.ok()) return Invalid("The view's settings are not JSON: " + json.error().message + ".");
  const JsonValue::Object* fields = json->AsObject();
  if (fields == nullptr) return Invalid("The view's settings must be a JSON object.");

  ViewStateUpdate update{base, {}};
  for (const auto& [name, value] : *fields) {
    switch (ReadField(name, value, &update.state)) {
      case Field::kRead:
        break;
      case Field::kUnknown:
        update.unknown.push_back(name);
        break;
      case Field::kUnfit:
        return Invalid("The view's setting " + JsonQuote(name) +
                       " has a value that it cannot take.");
    }
  }
  return update;
}

Colour ColourOfHead(const ViewState& state, int head) {
  const bool given = static_cast<size_t>(head) < state.colours.size();
  if (given) return state.colours[static_cast<size_t>(head)];
  return HeadColour(head, state.mode == ViewMode::kFigure ? Palette::kDino : state.palette);
}

std::string HeadColoursToJson(const ViewState& state, int heads) {
  std::vector<Colour> colours;
  for (int head = 0; head < heads; ++head) colours.push_back(ColourOfHead(state, head));
  return ColoursJson(colours);
}

int ShownLayer(const ViewState& state, int layers) {
  const int layer = state.layer == 0 ? layers : std::min(state.layer, layers);
  return std::max(layer - 1, 0);
}

}  // namespace headlens
