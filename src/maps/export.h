// Maps and pictures as files: PNG, JPEG, NPZ (readable by numpy.load), JSON.
#ifndef HEADLENS_MAPS_EXPORT_H_
#define HEADLENS_MAPS_EXPORT_H_

#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "image/image.h"

namespace headlens {

std::vector<uint8_t> EncodePng(const Image& image);

// quality: 1..100, as stb_image_write has it.
std::vector<uint8_t> EncodeJpeg(const Image& image, int quality);

// One array of an NPZ file: row-major f32 or u8.
struct NpyArray {
  std::string name;
  std::vector<int> shape;
  std::variant<std::span<const float>, std::span<const uint8_t>> values;
  std::string definition = {};  // what the values are, for JSON; may be empty
};

// A zip of NAME.npy, stored without compression; numpy/lib/format.py, version 1.0.
std::vector<uint8_t> EncodeNpz(std::span<const NpyArray> arrays);

// {"NAME": {"definition": "..", "shape": [..], "values": [..]}, ...} with the strings of `facts`
// first, floats that read back exactly.
std::string EncodeJson(std::span<const NpyArray> arrays,
                       const std::vector<std::pair<std::string, std::string>>& facts);

}  // namespace headlens

#endif  // HEADLENS_MAPS_EXPORT_H_
