// What kind of file this is, told from its first bytes.
#ifndef HEADLENS_IMAGE_FORMAT_H_
#define HEADLENS_IMAGE_FORMAT_H_

#include <cstdint>
#include <span>
#include <string_view>

#include "base/result.h"

namespace headlens {

enum class PhotoFormat { kJpeg, kPng, kGif, kBmp };

std::string_view FormatName(PhotoFormat format);  // "JPEG"

// The format of a photo that headlens decodes; else an error that names what the file is instead.
Result<PhotoFormat> DetectFormat(std::span<const uint8_t> file);

}  // namespace headlens

#endif  // HEADLENS_IMAGE_FORMAT_H_
