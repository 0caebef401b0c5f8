#include "checkpoint/checkpoint.h"

#include <algorithm>

#include "checkpoint/names.h"
#include "checkpoint/safetensors.h"

namespace headlens {
namespace {

struct DTypeInfo {
  std::string_view name;
  size_t size;
};

// In the order of the enum.
constexpr DTypeInfo kDTypes[] = {{"F64", 8}, {"F32", 4}, {"F16", 2}, {"BF16", 2}, {"I64", 8},
                                 {"I32", 4}, {"I16", 2}, {"I8", 1},  {"U8", 1},   {"BOOL", 1}};
static_assert(std::size(kDTypes) == static_cast<size_t>(DType::kBool) + 1);

const DTypeInfo& Info(DType dtype) { return kDTypes[static_cast<size_t>(dtype)]; }

// What people open by mistake, known by its first bytes.
struct Mistake {
  std::string_view magic;
  std::string_view what;
  std::string_view advice;
};

constexpr std::string_view kOpenAsPhoto = "open it as a photo";
constexpr std::string_view kConvert = "save the weights as safetensors";
constexpr std::string_view kUnpack = "unpack it first";
constexpr std::string_view kDownload = "download the file itself, not the page that shows it";

constexpr Mistake kMistakes[] = {
    {"\xFF\xD8\xFF", "a JPEG picture", kOpenAsPhoto},
    {"\x89PNG", "a PNG picture", kOpenAsPhoto},
    {"GIF8", "a GIF picture", kOpenAsPhoto},
    {"BM", "a BMP picture", kOpenAsPhoto},
    {"RIFF", "a WebP picture", kOpenAsPhoto},
    {"PK\x03\x04", "a zip archive, as PyTorch's .pth files are", kConvert},
    {"\x80\x02", "a pickle, as PyTorch's old .pth files are", kConvert},
    {"\x80\x03", "a pickle", kConvert},
    {"\x80\x04", "a pickle", kConvert},
    {"\x80\x05", "a pickle", kConvert},
    {"\x89HDF", "an HDF5 file", kConvert},
    {"\x93NUMPY", "a numpy array", kConvert},
    {"GGUF", "a GGUF file", "look for the same model as safetensors"},
    {"\x1F\x8B", "a gzip archive", kUnpack},
    {"\x28\xB5\x2F\xFD", "a zstd archive", kUnpack},
    {"<", "a web page", kDownload},
    {"\n<", "a web page", kDownload},
    {"\r\n<", "a web page", kDownload},
    {"version https://git-lfs", "a Git LFS pointer", "run `git lfs pull`"},
};

std::string DescribeMistake(std::string_view file) {
  for (const Mistake& mistake : kMistakes) {
    if (!file.starts_with(mistake.magic)) continue;
    return "This is " + std::string(mistake.what) +
           ", not a .safetensors weights file: " + std::string(mistake.advice) + ".";
  }
  if (file.size() < 16) {
    return "This file has only " + std::to_string(file.size()) +
           " bytes, too few for weights: download it again.";
  }
  return "This is not a weights file that headlens knows: choose a .safetensors file.";
}

}  // namespace

size_t DTypeSize(DType dtype) { return Info(dtype).size; }

std::string_view DTypeName(DType dtype) { return Info(dtype).name; }

std::optional<DType> DTypeFromName(std::string_view name) {
  const auto* found = std::ranges::find(kDTypes, name, &DTypeInfo::name);
  if (found == std::end(kDTypes)) return std::nullopt;
  return static_cast<DType>(found - std::begin(kDTypes));
}

std::string ShapeText(std::span<const uint64_t> shape) {
  std::string text = "(";
  for (size_t axis = 0; axis < shape.size(); ++axis) {
    if (axis > 0) text += ", ";
    text += std::to_string(shape[axis]);
  }
  return text + ")";
}

const Tensor* Checkpoint::Find(const std::string& name) const {
  const auto found = tensors.find(name);
  return found == tensors.end() ? nullptr : &found->second;
}

Result<Checkpoint> ReadCheckpoint(std::vector<uint8_t> file) {
  if (file.empty()) return Invalid("This file is empty: download it again.");
  // The header's opening brace after its 8-byte length; no other format has one there.
  const bool is_safetensors = file.size() > 8 && file[8] == '{';
  if (!is_safetensors) {
    return Invalid(DescribeMistake({reinterpret_cast<const char*>(file.data()), file.size()}));
  }
  Result<Checkpoint> checkpoint = ReadSafetensors(std::move(file));
  if (!checkpoint.ok()) return checkpoint;
  Status named = CanonicaliseNames(*checkpoint);
  if (!named.ok()) return named.error();
  return checkpoint;
}

}  // namespace headlens
