// A walk over a photo file's own structure before any pixel is decoded: the decoder fills up with
// grey what is missing, so a file that is cut off must be found here.
#ifndef HEADLENS_IMAGE_STRUCTURE_H_
#define HEADLENS_IMAGE_STRUCTURE_H_

#include <cstdint>
#include <span>

#include "base/result.h"
#include "image/format.h"

namespace headlens {

struct PhotoStructure {
  std::span<const uint8_t> exif;  // the TIFF block; empty where there is none
  // Of a PNG; else 0. stb_image refuses gigapixel PNGs without saying how large they are.
  int64_t height = 0;
  int64_t width = 0;
};

// JPEG: the end marker follows the last scan (ITU T.81, annex B); bytes after it are no concern.
// PNG: every chunk up to IEND is whole. GIF: the first frame's blocks are. BMP: the rows fit.
// Refuses what is cut off, and JPEGs whose colours cannot be known.
Result<PhotoStructure> ReadStructure(std::span<const uint8_t> file, PhotoFormat format);

}  // namespace headlens

#endif  // HEADLENS_IMAGE_STRUCTURE_H_
