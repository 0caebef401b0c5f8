// A small strict reader of JSON (RFC 8259) for file headers and settings, and quoting for writers.
#ifndef HEADLENS_BASE_JSON_H_
#define HEADLENS_BASE_JSON_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"

namespace headlens {

struct JsonMember;

struct JsonValue {
  using Array = std::vector<JsonValue>;
  using Object = std::vector<JsonMember>;  // as written, no name twice

  // A number is a uint64_t where it is written as a whole one and fits, so that sizes stay exact;
  // else a double. Null is the monostate.
  std::variant<std::monostate, bool, uint64_t, double, std::string, Array, Object> value;

  // Each is null where the value is of another kind.
  const bool* AsBool() const;
  const uint64_t* AsSize() const;
  std::optional<double> AsNumber() const;  // of either form
  const std::string* AsString() const;
  const Array* AsArray() const;
  const Object* AsObject() const;

  // The member of an object; null where there is none of that name.
  const JsonValue* Find(std::string_view name) const;
};

struct JsonMember {
  std::string name;
  JsonValue value;
};

// What a text may make us build: enough for 200,000 tensors, and bounded in memory and stack.
inline constexpr int kMaxJsonDepth = 64;
inline constexpr int kMaxJsonValues = 2'000'000;

// Refuses whatever is not strict UTF-8 JSON, and objects that hold a name twice. The error is a
// clause without a full stop that ends with the place: "expected ':' at byte 17".
Result<JsonValue> ParseJson(std::string_view text);

// The text as a JSON string, with its quotes.
std::string JsonQuote(std::string_view text);

}  // namespace headlens

#endif  // HEADLENS_BASE_JSON_H_
