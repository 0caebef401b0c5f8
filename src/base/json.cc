#include "base/json.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>

namespace headlens {
namespace {

bool IsHighSurrogate(uint32_t code) { return code >= 0xD800 && code < 0xDC00; }
bool IsLowSurrogate(uint32_t code) { return code >= 0xDC00 && code < 0xE000; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Bytes of the UTF-8 sequence at the front of a text that is not empty; 0 if it is malformed
// (RFC 3629: no overlong forms, no surrogates).
size_t Utf8Length(std::string_view text) {
  const auto first = static_cast<uint8_t>(text[0]);
  if (first < 0x80) return 1;
  if (first < 0xC2 || first > 0xF4) return 0;
  const size_t length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  if (text.size() < length) return 0;
  uint32_t code = first & (0x7F >> length);
  for (size_t i = 1; i < length; ++i) {
    const auto byte = static_cast<uint8_t>(text[i]);
    if ((byte & 0xC0) != 0x80) return 0;
    code = code << 6 | (byte & 0x3F);
  }
  constexpr uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  if (code < kLeast[length] || code > 0x10FFFF) return 0;
  return IsHighSurrogate(code) || IsLowSurrogate(code) ? 0 : length;
}

void AppendUtf8(uint32_t code, std::string& out) {
  const auto append = [&out](uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  const auto append_rest = [&](int shift) { append(0x80 | (code >> shift & 0x3F)); };
  if (code < 0x80) return append(code);
  if (code < 0x800) {
    append(0xC0 | code >> 6);
    return append_rest(0);
  }
  if (code < 0x10000) {
    append(0xE0 | code >> 12);
  } else {
    append(0xF0 | code >> 18);
    append_rest(12);
  }
  append_rest(6);
  append_rest(0);
}

// For messages: whole characters, at most about 60 bytes of them.
std::string Shortened(const std::string& text) {
  size_t length = 60;
  if (text.size() <= length) return text;
  while (length > 0 && (static_cast<uint8_t>(text[length]) & 0xC0) == 0x80) --length;
  return text.substr(0, length) + "...";
}

// A recursive descent over the text; each Read leaves at_ behind what it read, or fails.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  Result<JsonValue> ReadDocument() {
    JsonValue value;
    SkipSpace();
    if (!ReadValue(value, 0)) return Invalid(error_);
    SkipSpace();
    if (at_ != text_.size()) return Invalid(Where("something follows the end of the JSON"));
    return value;
  }

 private:
  std::string Where(const std::string& what) const {
    return what + " at byte " + std::to_string(at_);
  }
  bool Fail(const std::string& what) {
    error_ = Where(what);
    return false;
  }

  char Peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool Take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool TakeDigits() {
    const size_t begin = at_;
    while (IsDigit(Peek())) ++at_;
    return at_ > begin;
  }
  void SkipSpace() { at_ = std::min(text_.find_first_not_of(" \t\n\r", at_), text_.size()); }

  bool ReadValue(JsonValue& out, int depth) {
    if (++values_ > kMaxJsonValues) return Fail("too many values");
    if (depth > kMaxJsonDepth) return Fail("too many levels of nesting");
    switch (Peek()) {
      case '{':
        return ReadObject(out.value.emplace<JsonValue::Object>(), depth);
      case '[':
        return ReadArray(out.value.emplace<JsonValue::Array>(), depth);
      case '"':
        return ReadString(out.value.emplace<std::string>());
      case 't':
        out.value.emplace<bool>(true);
        return ReadWord("true");
      case 'f':
        out.value.emplace<bool>(false);
        return ReadWord("false");
      case 'n':
        return ReadWord("null");
      default:
        return ReadNumber(out);
    }
  }

  bool ReadWord(std::string_view word) {
    if (text_.substr(at_, word.size()) != word) return Fail("expected a value");
    at_ += word.size();
    return true;
  }

  bool ReadObject(JsonValue::Object& out, int depth) {
    Take('{');
    SkipSpace();
    if (Take('}')) return true;
    do {
      SkipSpace();
      auto& [name, value] = out.emplace_back();
      if (Peek() != '"') return Fail("expected a name in quotes");
      if (!ReadString(name)) return false;
      SkipSpace();
      if (!Take(':')) return Fail("expected ':'");
      SkipSpace();
      if (!ReadValue(value, depth + 1)) return false;
      SkipSpace();
    } while (Take(','));
    if (!Take('}')) return Fail("expected ',' or '}'");
    return CheckNamesAreUnique(out);
  }

  bool CheckNamesAreUnique(const JsonValue::Object& object) {
    std::vector<std::string_view> names;
    for (const auto& [name, value] : object) names.push_back(name);
    std::sort(names.begin(), names.end());
    const auto twice = std::adjacent_find(names.begin(), names.end());
    if (twice == names.end()) return true;
    return Fail("the name " + JsonQuote(Shortened(std::string(*twice))) +
                " appears twice in the object that ends");
  }

  bool ReadArray(JsonValue::Array& out, int depth) {
    Take('[');
    SkipSpace();
    if (Take(']')) return true;
    do {
      SkipSpace();
      if (!ReadValue(out.emplace_back(), depth + 1)) return false;
      SkipSpace();
    } while (Take(','));
    return Take(']') || Fail("expected ',' or ']'");
  }

  bool ReadString(std::string& out) {
    Take('"');
    while (!Take('"')) {
      if (at_ == text_.size()) return Fail("a string without an end");
      if (Take('\\')) {
        if (!ReadEscape(out)) return false;
        continue;
      }
      if (static_cast<uint8_t>(Peek()) < 0x20) return Fail("a control character in a string");
      const size_t length = Utf8Length(text_.substr(at_));
      if (length == 0) return Fail("a string that is not UTF-8");
      out.append(text_, at_, length);
      at_ += length;
    }
    return true;
  }

  bool ReadEscape(std::string& out) {
    constexpr std::string_view kEscapes = "\"\\/bfnrt";
    constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    if (Take('u')) return ReadCodePoint(out);
    const size_t which = at_ < text_.size() ? kEscapes.find(text_[at_]) : kEscapes.npos;
    if (which == kEscapes.npos) return Fail("an unknown escape in a string");
    out.push_back(kMeanings[which]);
    ++at_;
    return true;
  }

  // What follows \u: four hex digits, or two surrogates that make one character.
  bool ReadCodePoint(std::string& out) {
    uint32_t code = 0;
    if (!ReadHex4(code)) return false;
    if (IsHighSurrogate(code)) {
      uint32_t low = 0;
      if (!Take('\\') || !Take('u')) return Fail("half a surrogate pair");
      if (!ReadHex4(low)) return false;
      if (!IsLowSurrogate(low)) return Fail("half a surrogate pair");
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    } else if (IsLowSurrogate(code)) {
      return Fail("half a surrogate pair");
    }
    AppendUtf8(code, out);
    return true;
  }

  bool ReadHex4(uint32_t& code) {
    const std::string_view digits = text_.substr(at_, 4);
    const char* end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, code, 16);
    if (digits.size() < 4 || error != std::errc() || stop != end) {
      return Fail("expected four hex digits");
    }
    at_ += 4;
    return true;
  }

  bool ReadNumber(JsonValue& out) {
    const size_t begin = at_;
    bool whole = !Take('-');
    if (!Take('0') && !TakeDigits()) return Fail("expected a value");
    if (Take('.')) {
      whole = false;
      if (!TakeDigits()) return Fail("expected a digit");
    }
    if (Take('e') || Take('E')) {
      whole = false;
      if (!Take('+')) Take('-');
      if (!TakeDigits()) return Fail("expected a digit");
    }
    const std::string token(text_.substr(begin, at_ - begin));
    uint64_t size = 0;
    const char* end = token.data() + token.size();
    if (whole && std::from_chars(token.data(), end, size).ec == std::errc()) {
      out.value.emplace<uint64_t>(size);
      return true;
    }
    const double number = std::strtod(token.c_str(), nullptr);
    if (!std::isfinite(number)) return Fail("a number beyond all bounds");
    out.value.emplace<double>(number);
    return true;
  }

  std::string_view text_;
  size_t at_ = 0;
  int values_ = 0;
  std::string error_;
};

}  // namespace

const bool* JsonValue::AsBool() const { return std::get_if<bool>(&value); }
const uint64_t* JsonValue::AsSize() const { return std::get_if<uint64_t>(&value); }
const std::string* JsonValue::AsString() const { return std::get_if<std::string>(&value); }
const JsonValue::Array* JsonValue::AsArray() const { return std::get_if<Array>(&value); }
const JsonValue::Object* JsonValue::AsObject() const { return std::get_if<Object>(&value); }

std::optional<double> JsonValue::AsNumber() const {
  if (const uint64_t* size = AsSize()) return static_cast<double>(*size);
  if (const double* number = std::get_if<double>(&value)) return *number;
  return std::nullopt;
}

const JsonValue* JsonValue::Find(std::string_view name) const {
  const Object* object = AsObject();
  if (!object) return nullptr;
  const auto found = std::ranges::find(*object, name, &JsonMember::name);
  return found == object->end() ? nullptr : &found->value;
}

Result<JsonValue> ParseJson(std::string_view text) { return Reader(text).ReadDocument(); }

std::string JsonQuote(std::string_view text) {
  constexpr char kHex[] = "0123456789abcdef";
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      quoted += {'\\', c};
    } else if (static_cast<uint8_t>(c) < 0x20) {
      quoted += {'\\', 'u', '0', '0', kHex[c >> 4], kHex[c & 15]};
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}

}  // namespace headlens
