#include "cli/args.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <iomanip>
#include <sstream>

namespace headlens {
namespace {

constexpr size_t kMaxDistance = 2;  // of a word that is taken for a typing error

// Levenshtein's edit distance.
size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 0; i < a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i + 1;
    for (size_t j = 0; j < b.size(); ++j) {
      const size_t substituted = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({substituted, diagonal + 1, row[j] + 1});
    }
  }
  return row[b.size()];
}

// The whole text as a number, nothing before or after it.
template <typename Number>
bool ReadNumber(std::string_view text, Number least, Number most, Number& target) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return false;
  if (!(value >= least && value <= most)) return false;
  target = value;
  return true;
}

std::string Quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

bool IsOption(std::string_view arg) { return arg.size() > 1 && arg[0] == '-'; }

// The arguments from the left, with the values that options take off them.
class ArgReader {
 public:
  ArgReader(Args args, std::span<const Option> options) : args_(args), options_(options) {}

  Result<std::vector<std::string>> Read() {
    std::vector<std::string> rest;
    while (at_ < args_.size()) {
      const std::string_view arg = args_[at_++];
      if (arg == "--") {
        rest.insert(rest.end(), args_.begin() + at_, args_.end());
        break;
      }
      if (!IsOption(arg)) {
        rest.emplace_back(arg);
        continue;
      }
      if (Status read = ReadOption(arg); !read.ok()) return read.error();
    }
    return rest;
  }

 private:
  Status ReadOption(std::string_view arg) {
    const size_t equals = arg.find('=');
    const std::string_view name = arg.substr(0, equals);
    const auto option = std::find_if(options_.begin(), options_.end(),
                                     [&](const Option& known) { return known.name == name; });
    if (option == options_.end()) return Unknown(name);
    const bool attached = equals != arg.npos;
    if (option->value.empty()) {
      if (attached) return Invalid(std::string(name) + " takes no value.");
      option->read({});
      return {};
    }
    if (!attached && (at_ == args_.size() || args_[at_].starts_with("--"))) {
      return Invalid(std::string(name) + " wants " + option->wants + ".");
    }
    const std::string_view value = attached ? arg.substr(equals + 1) : args_[at_++];
    if (option->read(value)) return {};
    return Invalid(std::string(name) + " wants " + option->wants + ", not " + Quoted(value) + ".");
  }

  Error Unknown(std::string_view name) const {
    std::vector<std::string_view> names;
    for (const Option& option : options_) names.push_back(option.name);
    const std::string nearest = DidYouMean(name, names);
    return Invalid("There is no option " + std::string(name) + (nearest.empty() ? "." : nearest));
  }

  Args args_;
  std::span<const Option> options_;
  size_t at_ = 0;
};

}  // namespace

Result<std::vector<std::string>> ReadOptions(Args args, std::span<const Option> options) {
  return ArgReader(args, options).Read();
}

bool AsksForHelp(Args args) {
  for (const std::string_view arg : args) {
    if (arg == "--") return false;
    if (arg == "--help" || arg == "-h") return true;
  }
  return false;
}

std::string OptionsHelp(std::span<const Option> options) {
  constexpr int kColumn = 22;
  std::ostringstream out;
  for (const Option& option : options) {
    if (option.help.empty()) continue;
    std::string head = "  " + std::string(option.name);
    if (!option.value.empty()) head += " " + std::string(option.value);
    if (head.size() >= kColumn) {
      out << head << '\n';
      head.clear();
    }
    for (const std::string_view line : SplitAt(option.help, '\n')) {
      out << std::left << std::setw(kColumn) << head << line << '\n';
      head.clear();
    }
  }
  return out.str();
}

std::string DidYouMean(std::string_view word, std::span<const std::string_view> known) {
  size_t least = kMaxDistance + 1;
  std::string_view nearest;
  for (const std::string_view candidate : known) {
    const size_t distance = EditDistance(word, candidate);
    if (distance >= least) continue;
    least = distance;
    nearest = candidate;
  }
  return nearest.empty() ? "" : ": did you mean " + std::string(nearest) + "?";
}

Reader Text(std::string& target) {
  return [&target](std::string_view text) {
    target = text;
    return !text.empty();
  };
}

Reader Whole(int& target, int least, int most) {
  return [=, &target](std::string_view text) { return ReadNumber(text, least, most, target); };
}

Reader Share(float& target) {
  return [&target](std::string_view text) { return ReadNumber(text, 0.0f, 1.0f, target); };
}

Reader Pair(int& first, int& second, char separator, int least, int most) {
  return [=, &first, &second](std::string_view text) {
    const std::vector<std::string_view> parts = SplitAt(text, separator);
    return parts.size() == 2 && ReadNumber(parts[0], least, most, first) &&
           ReadNumber(parts[1], least, most, second);
  };
}

Reader SetTrue(bool& target) {
  return [&target](std::string_view) { return target = true; };
}

std::string NumberText(float value) {
  std::array<char, 64> digits{};
  char* const end =
      std::to_chars(digits.data(), digits.data() + digits.size(), value, std::chars_format::fixed)
          .ptr;
  return {digits.data(), end};
}

std::vector<std::string_view> SplitAt(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == text.npos) return parts;
    text.remove_prefix(end + 1);
  }
}

}  // namespace headlens
