// Command-line options from a table: the same rows read the values and print the help.
#ifndef HEADLENS_CLI_ARGS_H_
#define HEADLENS_CLI_ARGS_H_

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace headlens {

using Args = std::span<const std::string_view>;

// Stores the value of an option; false if the text is not such a value.
using Reader = std::function<bool(std::string_view text)>;

struct Option {
  std::string_view name;   // "--size"
  std::string_view value;  // how the help calls its value: "N"; empty: a switch, without a value
  std::string wants;       // completes "--size wants ...": "a whole number from 1 to 64"
  std::string_view help;   // empty: a second spelling, not in the help; may have several lines
  Reader read;
};

// Reads `--name value` and `--name=value`; what comes last counts, and `--` ends the options.
// Gives the arguments that are no options.
Result<std::vector<std::string>> ReadOptions(Args args, std::span<const Option> options);

// Whether --help or -h is among the options.
bool AsksForHelp(Args args);

// One indented row an option.
std::string OptionsHelp(std::span<const Option> options);

// ": did you mean --size?" where one of the known words is near, else empty.
std::string DidYouMean(std::string_view word, std::span<const std::string_view> known);

// Readers of values. The target must outlive the table.
Reader Text(std::string& target);  // not empty
Reader Whole(int& target, int least, int most);
Reader Share(float& target);  // 0..1
Reader Pair(int& first, int& second, char separator, int least, int most);
Reader SetTrue(bool& target);

// One of some words, each with what it stands for.
template <typename Value>
Reader OneOf(Value& target, std::vector<std::pair<std::string_view, Value>> words) {
  return [&target, words = std::move(words)](std::string_view text) {
    for (const auto& [word, value] : words) {
      if (word != text) continue;
      target = value;
      return true;
    }
    return false;
  };
}

// Decimals, as few as read back to the same number.
std::string NumberText(float value);

// The parts of "png,npz"; an empty part stays one.
std::vector<std::string_view> SplitAt(std::string_view text, char separator);

}  // namespace headlens

#endif  // HEADLENS_CLI_ARGS_H_
