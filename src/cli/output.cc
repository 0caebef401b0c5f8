#include "cli/output.h"

#include <string_view>
#include <system_error>

#include "cli/files.h"

namespace headlens {
namespace {

namespace fs = std::filesystem;

// The path without links and detours, as far as it exists.
fs::path Absolute(const fs::path& path) {
  std::error_code error;
  const fs::path absolute = fs::weakly_canonical(path, error);
  return error ? path : absolute;
}

}  // namespace

Result<Output> Output::Open(const std::string& folder, std::span<const std::string> inputs) {
  Output output;
  output.folder_ = folder;
  std::error_code error;
  fs::create_directories(output.folder_, error);
  if (error) {
    return Invalid("The folder for the results cannot be made (" + error.message() +
                   "): choose another with --out.");
  }
  const fs::path trial = output.folder_ / ".headlens";
  if (Status written = WriteFile(trial, {}); !written.ok()) {
    return Invalid("The folder for the results cannot be written to: choose another with --out.");
  }
  fs::remove(trial, error);
  for (const std::string& input : inputs) output.reserved_.insert(Absolute(input));
  return output;
}

std::string Output::NameFor(const std::string& input) {
  const std::string stem = fs::path(input).stem().string();
  std::string name = stem;
  for (int i = 2; !names_.insert(name).second; ++i) name = stem + "-" + std::to_string(i);
  return name;
}

// RFC 3986: what is neither unreserved nor a slash is written as %XX.
std::string Output::LinkTo(const std::string& path) const {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  constexpr std::string_view kPlain = "-._~/";
  std::string link;
  for (const char c : Absolute(path).lexically_proximate(Absolute(folder_)).generic_string()) {
    const auto byte = static_cast<unsigned char>(c);
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (letter || kPlain.find(c) != kPlain.npos) {
      link += c;
    } else {
      link += {'%', kDigits[byte / 16], kDigits[byte % 16]};
    }
  }
  return link;
}

Status Output::Write(const std::string& file, std::span<const uint8_t> bytes) {
  const fs::path path = Absolute(folder_ / file);
  if (reserved_.contains(path)) {
    return Invalid(PathOf(file) +
                   " would replace a photo or another result of this run: choose another --out.");
  }
  if (Status written = WriteFile(path, bytes); !written.ok()) {
    return Error{written.error().code, PathOf(file) + ": " + written.error().message};
  }
  reserved_.insert(path);
  return {};
}

}  // namespace headlens
