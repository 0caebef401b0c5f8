// Reading and writing files whole.
#ifndef HEADLENS_CLI_FILES_H_
#define HEADLENS_CLI_FILES_H_

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"

namespace headlens {

inline constexpr size_t kMaxPhotoFileBytes = size_t{1} << 30;
inline constexpr size_t kMaxWeightsFileBytes = size_t{8} << 30;

// Refuses folders and what is longer than `most` bytes.
Result<std::vector<uint8_t>> ReadFile(const std::filesystem::path& path, size_t most);

// Writes beside the name and renames at the end: the file appears whole or not at all.
Status WriteFile(const std::filesystem::path& path, std::span<const uint8_t> bytes);

// The pictures directly in a folder, by their endings, in the order of their names.
Result<std::vector<std::string>> PicturesIn(const std::filesystem::path& folder);

}  // namespace headlens

#endif  // HEADLENS_CLI_FILES_H_
