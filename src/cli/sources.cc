#include "cli/sources.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "checkpoint/checkpoint.h"
#include "checkpoint/safetensors.h"
#include "cli/files.h"

namespace headlens {
namespace {

constexpr uint64_t kMaxPixelsSide = 1 << 16;

Result<Prepared> PreparePhoto(const Engine& engine, std::span<const uint8_t> file,
                              const SizeRule& size) {
  Result<Image> photo = DecodeImage(file);
  if (!photo.ok()) return photo.error();
  Result<Input> input = engine.Prepare(*photo, size);
  if (!input.ok()) return input.error();
  return Prepared{std::move(*photo), std::move(*input)};
}

Result<Prepared> PreparePixels(const Engine& engine, std::vector<uint8_t> file) {
  Result<Pixels> pixels = ReadPixels(std::move(file));
  if (!pixels.ok()) return pixels.error();
  Image photo = UndoNormalisation(*pixels, engine.normalisation());
  Result<Input> input = engine.Prepare(std::move(*pixels));
  if (!input.ok()) return input.error();
  return Prepared{std::move(photo), std::move(*input)};
}

}  // namespace

Result<Prepared> Prepare(const Engine& engine, const Source& source, const SizeRule& size) {
  Result<std::vector<uint8_t>> file = ReadFile(source.path, kMaxPhotoFileBytes);
  if (!file.ok()) return file.error();
  return source.kind == SourceKind::kPhoto ? PreparePhoto(engine, *file, size)
                                           : PreparePixels(engine, std::move(*file));
}

Result<Pixels> ReadPixels(std::vector<uint8_t> file) {
  Result<Checkpoint> checkpoint = ReadSafetensors(std::move(file));
  if (!checkpoint.ok()) return checkpoint.error();
  const Tensor* tensor = checkpoint->Find("pixels");
  if (!tensor) return NotFound("The file holds no tensor `pixels`: store (3, height, width) f32.");
  const std::vector<uint64_t>& shape = tensor->shape;
  if (shape.size() != 3 || shape[0] != 3 || shape[1] == 0 || shape[2] == 0 ||
      std::max(shape[1], shape[2]) > kMaxPixelsSide) {
    return Invalid("The tensor `pixels` has the shape " + ShapeText(shape) +
                   ": it must be (3, height, width).");
  }
  Result<std::vector<float>> values = ReadFloats(*checkpoint, "pixels", shape);
  if (!values.ok()) return values.error();
  if (!std::all_of(values->begin(), values->end(), [](float v) { return std::isfinite(v); })) {
    return Invalid("The tensor `pixels` holds values that are no finite numbers: check its maker.");
  }
  return Pixels{static_cast<int>(shape[1]), static_cast<int>(shape[2]), std::move(*values)};
}

Image UndoNormalisation(const Pixels& pixels, const ChannelNormalisation& normalisation) {
  const size_t plane = size_t{1} * pixels.height * pixels.width;
  Image image{pixels.height, pixels.width, std::vector<uint8_t>(3 * plane)};
  for (size_t channel = 0; channel < 3; ++channel) {
    for (size_t i = 0; i < plane; ++i) {
      const float value = pixels.values[channel * plane + i] * normalisation.std[channel] +
                          normalisation.mean[channel];
      image.rgb[3 * i + channel] =
          static_cast<uint8_t>(std::lround(255.0f * std::clamp(value, 0.0f, 1.0f)));
    }
  }
  return image;
}

}  // namespace headlens
