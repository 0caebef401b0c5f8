// Runs the built tool as a user does, for tests.
#ifndef HEADLENS_TESTS_CLI_TOOL_H_
#define HEADLENS_TESTS_CLI_TOOL_H_

#include <filesystem>
#include <string>
#include <vector>

namespace headlens {

struct Outcome {
  int code = -1;  // exit code; -1: ended by a signal
  std::string out;
  std::string err;
};

// program: a path or a name on the PATH.
Outcome RunProgram(const std::string& program, const std::vector<std::string>& args);
inline Outcome RunTool(const std::vector<std::string>& args) {
  return RunProgram(HEADLENS_TOOL, args);
}

// The same with stdout and stderr on a terminal of 80 columns; `out` is what it shows.
Outcome RunToolOnTerminal(const std::vector<std::string>& args);

// An empty folder of the running test.
std::filesystem::path TestFolder();

std::string ReadText(const std::filesystem::path& path);
void WriteText(const std::filesystem::path& path, const std::string& text);

inline std::string PhotoPath(const std::string& name) {
  return std::string(HEADLENS_TESTS_DIR) + "/photos/" + name;
}
inline std::string FixturePath(const std::string& name) {
  return std::string(HEADLENS_TESTS_DIR) + "/fixtures/" + name + ".safetensors";
}

// The names in a folder, sorted.
std::vector<std::string> FilesIn(const std::filesystem::path& folder);

}  // namespace headlens

#endif  // HEADLENS_TESTS_CLI_TOOL_H_
