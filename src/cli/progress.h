// The progress bar: one line at the bottom of the terminal.
#ifndef HEADLENS_CLI_PROGRESS_H_
#define HEADLENS_CLI_PROGRESS_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace headlens {

// The line, at most `columns` wide: "[=====     ]  7 of 20  cat.jpg, layer 3 of 12".
// done: how much of all photos is done, 0..1.
std::string ProgressLine(float done, size_t photo, size_t photos, std::string_view what,
                         int columns);

class Progress {
 public:
  // Draws only for more than one photo, and where stderr is a terminal.
  explicit Progress(size_t photos);
  ~Progress() { Clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  bool drawn() const { return drawn_; }
  // photo: counted from 0; share: how much of it is done, 0..1.
  void Show(size_t photo, float share, std::string_view what);
  void Clear();  // makes room for a message

 private:
  size_t photos_;
  bool drawn_;
};

}  // namespace headlens

#endif  // HEADLENS_CLI_PROGRESS_H_
