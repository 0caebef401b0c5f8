// The files of one photo.
#ifndef HEADLENS_CLI_WRITTEN_H_
#define HEADLENS_CLI_WRITTEN_H_

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "cli/output.h"

namespace headlens {

// Writes files and remembers their names.
struct Written {
  Output& output;
  std::vector<std::string> files;

  Status Add(std::string file, std::span<const uint8_t> bytes) {
    if (Status written = output.Write(file, bytes); !written.ok()) return written;
    files.push_back(std::move(file));
    return {};
  }
  Status Add(std::string file, const std::string& text) {
    return Add(std::move(file),
               std::span(reinterpret_cast<const uint8_t*>(text.data()), text.size()));
  }
};

}  // namespace headlens

#endif  // HEADLENS_CLI_WRITTEN_H_
