// EXIF orientation: how a photo must be turned so that it stands upright.
#ifndef HEADLENS_IMAGE_EXIF_H_
#define HEADLENS_IMAGE_EXIF_H_

#include <cstdint>
#include <span>

#include "image/image.h"

namespace headlens {

// The tag 0x0112 of the TIFF block's first directory, 1 to 8; 1 (upright) where it is missing or
// nonsense. CIPA DC-008 (Exif 2.32), 4.6.2 and 4.6.4 A.
int ExifOrientation(std::span<const uint8_t> tiff);

// Turns and mirrors the stored picture: 2 mirrored, 3 half turn, 4 upside down, 5 transposed,
// 6 needs a quarter turn clockwise, 7 transposed the other way, 8 a quarter turn back.
Image ApplyOrientation(Image image, int orientation);

}  // namespace headlens

#endif  // HEADLENS_IMAGE_EXIF_H_
