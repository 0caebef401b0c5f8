#include "viewer/view_state.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <utility>

#include "base/json.h"

namespace headlens {
namespace {

constexpr int kMaxSize = 4096;
constexpr std::array<const char*, 4> kModeNames = {"heads", "mean", "max", "single"};

std::string Number(float value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", static_cast<double>(value));
  return text;
}

std::string ColourText(const Colour& colour) {
  const auto level = [](float value) {
    return static_cast<int>(std::lround(std::clamp(value, 0.0f, 1.0f) * 255));
  };
  char text[8];
  std::snprintf(text, sizeof text, "#%02x%02x%02x", level(colour.r), level(colour.g),
                level(colour.b));
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
    list += (list.empty() ? "" : ",") + JsonQuote(ColourText(colour));
  }
  return "[" + list + "]";
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

bool ReadQuery(const JsonValue& value, std::optional<Patch>* out) {
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

bool ReadMode(const JsonValue& value, ViewMode* out) {
  if (value.AsString() == nullptr) return false;
  const auto found = std::find(kModeNames.begin(), kModeNames.end(), *value.AsString());
  if (found == kModeNames.end()) return false;
  *out = static_cast<ViewMode>(found - kModeNames.begin());
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

bool ReadInterpolation(const JsonValue& value, bool* smooth) {
  if (value.AsString() == nullptr) return false;
  const std::string& name = *value.AsString();
  if (name != "smooth" && name != "nearest") return false;
  *smooth = name == "smooth";
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
  if (name == "query") return read(ReadQuery(value, &state->query));
  if (name == "mode") return read(ReadMode(value, &state->mode));
  if (name == "opacity") return read(ReadShare(value, &state->opacity));
  if (name == "keep_mass") return read(ReadShare(value, &state->keep_mass));
  if (name == "colours") return read(ReadColours(value, &state->colours));
  if (name == "interpolation") return read(ReadInterpolation(value, &state->smooth));
  if (name == "size") return read(ReadInt(value, 1, kMaxSize, &state->size));
  return Field::kUnknown;
}

}  // namespace

bool operator==(const ViewState& a, const ViewState& b) {
  return ViewStateToJson(a) == ViewStateToJson(b);
}

std::string ViewStateToJson(const ViewState& state) {
  std::string query = "null";
  if (state.query) {
    query = "[" + std::to_string(state.query->row) + "," + std::to_string(state.query->col) + "]";
  }
  const char* mode = kModeNames[static_cast<size_t>(state.mode)];
  std::string json = "{\"model\":" + JsonQuote(state.model);
  json += ",\"compare\":" + JsonQuote(state.compare);
  json += ",\"photo\":" + JsonQuote(state.photo);
  json += ",\"layer\":" + std::to_string(state.layer);
  json += ",\"heads\":" + HeadsJson(state.heads_on);
  json += ",\"head\":" + std::to_string(state.head);
  json += ",\"query\":" + query;
  json += ",\"mode\":" + JsonQuote(mode);
  json += ",\"opacity\":" + Number(state.opacity);
  json += ",\"keep_mass\":" + Number(state.keep_mass);
  json += ",\"colours\":" + ColoursJson(state.colours);
  json += ",\"interpolation\":" + JsonQuote(state.smooth ? "smooth" : "nearest");
  json += ",\"size\":" + std::to_string(state.size);
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
  return given ? state.colours[static_cast<size_t>(head)] : HeadColour(head);
}

int ShownLayer(const ViewState& state, int layers) {
  const int layer = state.layer == 0 ? layers : std::min(state.layer, layers);
  return std::max(layer - 1, 0);
}

}  // namespace headlens
