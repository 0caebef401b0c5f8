#include <cstdlib>

#include "maps/export.h"

#define STB_IMAGE_WRITE_STATIC
#define STB_IMAGE_WRITE_IMPLEMENTATION
#define STBI_WRITE_NO_STDIO
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#include "stb_image_write.h"
#pragma GCC diagnostic pop

namespace headlens {

std::vector<uint8_t> EncodePng(const Image& image) {
  int size = 0;
  unsigned char* png =
      stbi_write_png_to_mem(image.rgb.data(), 3 * image.width, image.width, image.height, 3, &size);
  if (png == nullptr) return {};
  std::vector<uint8_t> file(png, png + size);
  std::free(png);
  return file;
}

std::vector<uint8_t> EncodeJpeg(const Image& image, int quality) {
  std::vector<uint8_t> file;
  const auto append = [](void* to, void* bytes, int count) {
    const auto* from = static_cast<const uint8_t*>(bytes);
    static_cast<std::vector<uint8_t>*>(to)->insert(static_cast<std::vector<uint8_t>*>(to)->end(),
                                                   from, from + count);
  };
  stbi_write_jpg_to_func(append, &file, image.width, image.height, 3, image.rgb.data(), quality);
  return file;
}

}  // namespace headlens
