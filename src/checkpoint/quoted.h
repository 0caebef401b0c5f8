// Names out of files that are not trusted, as they can stand in a sentence.
#ifndef HEADLENS_CHECKPOINT_QUOTED_H_
#define HEADLENS_CHECKPOINT_QUOTED_H_

#include <algorithm>
#include <string>
#include <string_view>

#include "base/json.h"

namespace headlens {

inline bool IsPrintable(char c) { return c >= 0x20 && c < 0x7F; }

// Printable ASCII, as the names of Python's modules and of their parameters are.
inline bool IsPlainText(std::string_view text) { return std::ranges::all_of(text, IsPrintable); }

// In quotes, at most 80 characters of it, with '?' for what cannot be printed.
inline std::string Quoted(std::string_view name) {
  constexpr size_t kMost = 80;
  std::string text(name.substr(0, kMost));
  std::ranges::replace_if(text, [](char c) { return !IsPrintable(c); }, '?');
  return JsonQuote(name.size() > kMost ? text + "..." : text);
}

}  // namespace headlens

#endif  // HEADLENS_CHECKPOINT_QUOTED_H_
