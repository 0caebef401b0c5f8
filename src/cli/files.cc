#include "cli/files.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <system_error>

namespace headlens {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 5> kPictureEndings = {".jpg", ".jpeg", ".png", ".bmp",
                                                             ".gif"};

bool IsPicture(const fs::path& path) {
  std::string ending = path.extension().string();
  for (char& c : ending) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return std::find(kPictureEndings.begin(), kPictureEndings.end(), ending) != kPictureEndings.end();
}

Error CannotWrite(const std::string& reason) {
  return Invalid("The file cannot be written (" + reason + "): choose another folder.");
}

}  // namespace

Result<std::vector<uint8_t>> ReadFile(const fs::path& path, size_t most) {
  std::error_code error;
  if (!fs::exists(path, error)) {
    return NotFound("There is no file of this name: check the name and the folder.");
  }
  if (fs::is_directory(path, error)) return Invalid("This is a folder: name a file in it.");
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    return Invalid("The file cannot be opened (" + std::string(std::strerror(errno)) +
                   "): check its permissions.");
  }
  std::vector<uint8_t> bytes;
  const uintmax_t size = fs::is_regular_file(path, error) ? fs::file_size(path, error) : 0;
  if (!error && size <= most) bytes.reserve(size);
  std::vector<char> chunk(size_t{1} << 20);
  while (in.read(chunk.data(), chunk.size()), in.gcount() > 0) {
    if (bytes.size() + in.gcount() > most) {
      return Invalid("The file is longer than " + std::to_string(most >> 30) +
                     " GB: choose a smaller one.");
    }
    bytes.insert(bytes.end(), chunk.begin(), chunk.begin() + in.gcount());
  }
  if (in.bad()) return Invalid("The file cannot be read to its end: check the disk.");
  return bytes;
}

Status WriteFile(const fs::path& path, std::span<const uint8_t> bytes) {
  fs::path part = path;
  part += ".part";
  std::error_code error;
  errno = 0;
  std::ofstream out(part, std::ios::binary | std::ios::trunc);
  out.write(reinterpret_cast<const char*>(bytes.data()),
            static_cast<std::streamsize>(bytes.size()));
  out.close();
  if (!out) {
    const std::string reason = std::strerror(errno);
    fs::remove(part, error);
    return CannotWrite(reason);
  }
  fs::rename(part, path, error);
  if (!error) return {};
  const std::string reason = error.message();
  fs::remove(part, error);
  return CannotWrite(reason);
}

Result<std::vector<std::string>> PicturesIn(const fs::path& folder) {
  std::error_code error;
  std::vector<std::string> pictures;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    std::error_code unreadable;
    if (entry->is_regular_file(unreadable) && IsPicture(entry->path())) {
      pictures.push_back(entry->path().string());
    }
  }
  if (error) return Invalid("The folder cannot be read (" + error.message() + ").");
  if (pictures.empty()) {
    return NotFound("The folder holds no pictures (.jpg, .png, .bmp, .gif): choose another.");
  }
  std::sort(pictures.begin(), pictures.end());
  return pictures;
}

}  // namespace headlens
