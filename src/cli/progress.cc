#include "cli/progress.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "cli/console.h"

namespace headlens {
namespace {

constexpr int kBarColumns = 24;
constexpr int kUsualColumns = 80;
constexpr std::string_view kClearLine = "\r\x1b[K";

bool StderrIsTerminal() {
  const char* kind = std::getenv("TERM");
  return isatty(STDERR_FILENO) && !(kind && std::string_view(kind) == "dumb");
}

int TerminalColumns() {
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return kUsualColumns;
  return size.ws_col;
}

bool ContinuesCharacter(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

// The first `columns` characters of UTF-8, each taken for one column wide.
std::string FirstColumns(std::string_view text, int columns) {
  size_t end = 0;
  for (; end < text.size(); ++end) {
    if (ContinuesCharacter(text[end])) continue;
    if (columns-- <= 0) break;
  }
  return std::string(text.substr(0, end));
}

}  // namespace

std::string ProgressLine(float done, size_t photo, size_t photos, std::string_view what,
                         int columns) {
  const int filled = static_cast<int>(std::clamp(done, 0.0f, 1.0f) * kBarColumns);
  const std::string total = std::to_string(photos);
  std::string number = std::to_string(photo + 1);
  number.insert(0, total.size() - std::min(total.size(), number.size()), ' ');
  const std::string line = "[" + std::string(filled, '=') + std::string(kBarColumns - filled, ' ') +
                           "] " + number + " of " + total + "  " + Printable(what);
  return FirstColumns(line, columns);
}

Progress::Progress(size_t photos) : photos_(photos), drawn_(photos > 1 && StderrIsTerminal()) {}

void Progress::Show(size_t photo, float share, std::string_view what) {
  if (!drawn_) return;
  const float done = (static_cast<float>(photo) + share) / static_cast<float>(photos_);
  std::cerr << kClearLine << ProgressLine(done, photo, photos_, what, TerminalColumns() - 1)
            << std::flush;
}

void Progress::Clear() {
  if (drawn_) std::cerr << kClearLine << std::flush;
}

}  // namespace headlens
