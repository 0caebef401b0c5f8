#include "checkpoint/mistakes.h"

#include <string>
#include <string_view>

namespace headlens {
namespace {

// What people open by mistake, known by bytes near its beginning.
struct Mistake {
  std::string_view magic;
  std::string_view what;
  std::string_view advice;
  size_t at = 0;
};

constexpr std::string_view kOpenAsPhoto = "open it as a photo";
constexpr std::string_view kConvert = "save the weights as safetensors or with torch.save";
constexpr std::string_view kUnpack = "unpack it first";
constexpr std::string_view kDownload = "download the file itself, not the page that shows it";

constexpr Mistake kMistakes[] = {
    {"\xFF\xD8\xFF", "a JPEG picture", kOpenAsPhoto},
    {"\x89PNG", "a PNG picture", kOpenAsPhoto},
    {"GIF8", "a GIF picture", kOpenAsPhoto},
    {"BM", "a BMP picture", kOpenAsPhoto},
    {"RIFF", "a WebP picture", kOpenAsPhoto},
    {"\x89HDF", "an HDF5 file", kConvert},
    {"\x93NUMPY", "a numpy array", kConvert},
    {"GGUF", "a GGUF file", "look for the same model as safetensors"},
    {"\x1F\x8B", "a gzip archive", kUnpack},
    {"\x28\xB5\x2F\xFD", "a zstd archive", kUnpack},
    {"<", "a web page", kDownload},
    {"\n<", "a web page", kDownload},
    {"\r\n<", "a web page", kDownload},
    {"version https://git-lfs", "a Git LFS pointer", "run `git lfs pull`"},
    {"ustar", "a tar archive, as PyTorch's oldest files are",
     "unpack it, or open it in PyTorch and save it again", 257},
};

}  // namespace

Error DescribeMistake(std::span<const uint8_t> beginning) {
  if (beginning.empty()) return Invalid("This file is empty: download it again.");
  const std::string_view file(reinterpret_cast<const char*>(beginning.data()), beginning.size());
  for (const Mistake& mistake : kMistakes) {
    if (file.size() < mistake.at || !file.substr(mistake.at).starts_with(mistake.magic)) continue;
    return Invalid("This is " + std::string(mistake.what) +
                   ", not a weights file: " + std::string(mistake.advice) + ".");
  }
  if (file.size() < 16) {
    return Invalid("This file has only " + std::to_string(file.size()) +
                   " bytes, too few for weights: download it again.");
  }
  return Invalid(
      "This is not a weights file that headlens knows: choose a .safetensors or .pth file.");
}

}  // namespace headlens
