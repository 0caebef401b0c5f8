#include "cli/pass.h"

#include <cstdio>

#include "cli/files.h"

namespace headlens {

Status LoadModel(Engine& engine, const std::string& path, const VitOptions& options) {
  Result<std::vector<uint8_t>> file = ReadFile(path, kMaxWeightsFileBytes);
  if (!file.ok()) return file.error();
  return engine.Load(*file, options);
}

Status CheckAgainstModel(int layer, const OverlayStyle& style, const VitConfig& model) {
  if (layer > model.depth) {
    return Invalid("There is no layer " + std::to_string(layer) + ": the model has " +
                   std::to_string(model.depth) + ".");
  }
  const size_t colours = style.colours.size();
  if (colours > 0 && colours < static_cast<size_t>(model.heads)) {
    return Invalid("--colors gives " + std::to_string(colours) + ", but the model has " +
                   std::to_string(model.heads) + " heads: give each a colour.");
  }
  return {};
}

Status RunNetwork(Engine& engine, const Input& input, const std::function<void(int)>& on_layer) {
  if (Status begun = engine.Begin(input); !begun.ok()) return begun;
  while (!engine.done()) {
    on_layer(engine.vit()->layer());
    if (Status stepped = engine.Step(); !stepped.ok()) return stepped;
  }
  return {};
}

LayerMaps MapsOnPhoto(const Engine& engine, std::span<const float> scores) {
  const MapShape shape = engine.vit()->shape();
  const Placement& place = engine.placement();
  return {{scores, shape.layers, shape.heads, shape.rows * shape.cols, 0},
          {shape.rows, shape.cols,
           static_cast<float>(place.height) / static_cast<float>(place.resized_height),
           static_cast<float>(place.width) / static_cast<float>(place.resized_width)}};
}

std::string PrecisionName(const Engine& engine) {
  return engine.vit()->precision() == Precision::kInt8 ? "int8" : "f32";
}

std::string Times(int height, int width) {
  return std::to_string(height) + " x " + std::to_string(width);
}

std::string SecondsText(double seconds) {
  char text[32];
  std::snprintf(text, sizeof(text), ", %.2f s", seconds);
  return text;
}

}  // namespace headlens
