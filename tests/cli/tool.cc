#include "cli/tool.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>

namespace headlens {
namespace {

namespace fs = std::filesystem;

// Does not return.
void Become(const std::string& program, const std::vector<std::string>& args) {
  std::vector<char*> argv = {const_cast<char*>(program.c_str())};
  for (const std::string& arg : args) argv.push_back(const_cast<char*>(arg.c_str()));
  argv.push_back(nullptr);
  execvp(program.c_str(), argv.data());
  _exit(127);
}

int WaitFor(pid_t child) {
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void SendTo(const fs::path& file, int descriptor) {
  dup2(open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), descriptor);
}

std::string TestName() {
  const testing::TestInfo* test = testing::UnitTest::GetInstance()->current_test_info();
  std::string name = std::string(test->test_suite_name()) + "." + test->name();
  std::replace(name.begin(), name.end(), '/', '-');
  return name;
}

}  // namespace

Outcome RunProgram(const std::string& program, const std::vector<std::string>& args) {
  const fs::path out = fs::path(testing::TempDir()) / (TestName() + ".out");
  const fs::path err = fs::path(testing::TempDir()) / (TestName() + ".err");
  const pid_t child = fork();
  if (child == 0) {
    SendTo(out, STDOUT_FILENO);
    SendTo(err, STDERR_FILENO);
    Become(program, args);
  }
  Outcome outcome;
  outcome.code = WaitFor(child);
  outcome.out = ReadText(out);
  outcome.err = ReadText(err);
  fs::remove(out);
  fs::remove(err);
  return outcome;
}

Outcome RunToolOnTerminal(const std::vector<std::string>& args) {
  winsize size{};
  size.ws_row = 24;
  size.ws_col = 80;
  int terminal = -1;
  const pid_t child = forkpty(&terminal, nullptr, nullptr, &size);
  if (child == 0) {
    setenv("TERM", "xterm", 1);
    Become(HEADLENS_TOOL, args);
  }
  Outcome outcome;
  char chunk[4096];
  for (ssize_t n; (n = read(terminal, chunk, sizeof(chunk))) > 0;) outcome.out.append(chunk, n);
  outcome.code = WaitFor(child);
  close(terminal);
  return outcome;
}

fs::path TestFolder() {
  const fs::path folder = fs::path(testing::TempDir()) / ("headlens-" + TestName());
  fs::remove_all(folder);
  fs::create_directories(folder);
  return folder;
}

std::string ReadText(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

void WriteText(const fs::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

std::vector<std::string> FilesIn(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) {
    names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace headlens
