#include "base/json.h"

#include <charconv>
#include <cmath>

#include "maps/export.h"

namespace headlens {
namespace {

void AppendNumber(std::string& out, float value) {
  if (!std::isfinite(value)) {  // JSON has no word for it
    out += "null";
    return;
  }
  char digits[32];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
}

void AppendNumber(std::string& out, uint8_t value) { out += std::to_string(value); }

template <typename T>
void AppendList(std::string& out, std::span<const T> values) {
  out += '[';
  for (size_t i = 0; i < values.size(); ++i) {
    if (i > 0) out += ',';
    AppendNumber(out, values[i]);
  }
  out += ']';
}

void AppendArray(std::string& out, const NpyArray& array) {
  out += JsonQuote(array.name) + ":{";
  if (!array.definition.empty()) out += "\"definition\":" + JsonQuote(array.definition) + ',';
  out += "\"shape\":[";
  for (size_t i = 0; i < array.shape.size(); ++i) {
    if (i > 0) out += ',';
    out += std::to_string(array.shape[i]);
  }
  out += "],\"values\":";
  std::visit([&](const auto& values) { AppendList(out, values); }, array.values);
  out += '}';
}

}  // namespace

std::string EncodeJson(std::span<const NpyArray> arrays,
                       const std::vector<std::pair<std::string, std::string>>& facts) {
  std::string out = "{";
  for (const auto& [name, text] : facts) {
    if (out.size() > 1) out += ',';
    out += JsonQuote(name) + ':' + JsonQuote(text);
  }
  for (const NpyArray& array : arrays) {
    if (out.size() > 1) out += ',';
    AppendArray(out, array);
  }
  return out + "}\n";
}

}  // namespace headlens
