// The folder that a run writes to.
#ifndef HEADLENS_CLI_OUTPUT_H_
#define HEADLENS_CLI_OUTPUT_H_

#include <cstdint>
#include <filesystem>
#include <set>
#include <span>
#include <string>

#include "base/result.h"

namespace headlens {

// Never replaces a file that the same run reads or has written.
class Output {
 public:
  // Makes the folder where it is missing, and tries whether it can be written to.
  static Result<Output> Open(const std::string& folder, std::span<const std::string> inputs);

  // What the files of an input are called: "cat" for photos/cat.jpg; "cat-2" for the second cat.
  std::string NameFor(const std::string& input);

  // file: the name in the folder, "cat.png".
  Status Write(const std::string& file, std::span<const uint8_t> bytes);

  // The address of a file as a file of the folder links to it: relative, with %20 for a space.
  std::string LinkTo(const std::string& path) const;

  std::string PathOf(const std::string& file) const { return (folder_ / file).string(); }

 private:
  std::filesystem::path folder_;
  std::set<std::string> names_;               // given out by NameFor
  std::set<std::filesystem::path> reserved_;  // absolute paths of inputs and of files written
};

}  // namespace headlens

#endif  // HEADLENS_CLI_OUTPUT_H_
