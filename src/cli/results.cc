#include "cli/results.h"

#include <cstdio>
#include <span>

#include "maps/compose.h"
#include "maps/export.h"
#include "maps/heads.h"

namespace headlens {
namespace {

// Scores of one photo: (layers, heads, rows, cols), of the query that is drawn.
struct Scores {
  MapShape shape;
  std::span<const float> values;
  float covered_height = 1;
  float covered_width = 1;

  std::span<const float> OfLayer(int layer) const {
    const size_t size = shape.size() / shape.layers;
    return values.subspan(layer * size, size);
  }
};

// Writes files and remembers their names.
struct Written {
  Output& output;
  std::vector<std::string> files;

  Status Add(std::string file, std::span<const uint8_t> bytes) {
    if (Status written = output.Write(file, bytes); !written.ok()) return written;
    files.push_back(std::move(file));
    return {};
  }
};

std::string LayerName(int layer) {
  char text[32];
  std::snprintf(text, sizeof(text), "-layer%02d", layer + 1);
  return text;
}

Status WriteLayerPictures(const Image& photo, const Scores& scores, int layer,
                          const ResultRequest& request, const std::string& name, Written& written) {
  const MapShape& shape = scores.shape;
  const LayerMaps maps{scores.OfLayer(layer), shape.heads,         shape.rows, shape.cols,
                       scores.covered_height, scores.covered_width};
  const std::string layer_name = name + LayerName(layer);
  const std::string overlay = (request.all_layers ? layer_name : name) + ".png";
  Status status = written.Add(overlay, EncodePng(ComposeOverlay(photo, maps, request.style)));
  for (int head = 0; head < shape.heads && status.ok(); ++head) {
    const std::string file = layer_name + "-head" + std::to_string(head + 1) + ".png";
    status = written.Add(file, EncodePng(ComposeHead(photo, maps, head, request.style)));
  }
  return status;
}

// One mask a head of the chosen layers: (layers, heads, rows, cols).
std::vector<uint8_t> KeepMassOfLayers(const Scores& scores, std::span<const int> layers,
                                      float mass) {
  std::vector<uint8_t> masks;
  const size_t head_size = size_t{1} * scores.shape.rows * scores.shape.cols;
  for (const int layer : layers) {
    const std::span<const float> of_layer = scores.OfLayer(layer);
    for (size_t begin = 0; begin < of_layer.size(); begin += head_size) {
      const std::vector<uint8_t> mask = KeepMass(of_layer.subspan(begin, head_size), mass);
      masks.insert(masks.end(), mask.begin(), mask.end());
    }
  }
  return masks;
}

Status WriteArrays(const Vit& vit, const Scores& scores, const ResultRequest& request,
                   const std::string& name, Written& written) {
  const MapShape shape = scores.shape;
  const std::vector<int> full_shape = {shape.layers, shape.heads, shape.rows, shape.cols};
  std::vector<NpyArray> arrays = {{"cls_attention", full_shape, vit.cls_attention()}};
  if (request.query) arrays.push_back({"query_attention", full_shape, scores.values});

  std::vector<uint8_t> masks;
  if (request.keep_mass) {
    masks = KeepMassOfLayers(scores, request.layers, *request.keep_mass);
    std::vector<int> mask_shape = {shape.heads, shape.rows, shape.cols};
    if (request.all_layers) mask_shape.insert(mask_shape.begin(), shape.layers);
    arrays.push_back({"keep_mass", mask_shape, std::span<const uint8_t>(masks)});
  }
  const Result<std::vector<float>> rollout = vit.Rollout();
  if (!rollout.ok()) return rollout.error();
  arrays.push_back({"rollout", {shape.rows, shape.cols}, std::span<const float>(*rollout)});

  if (request.formats.npz) {
    if (Status npz = written.Add(name + ".npz", EncodeNpz(arrays)); !npz.ok()) return npz;
  }
  if (!request.formats.json) return {};
  const std::string json = EncodeJson(arrays, request.facts);
  return written.Add(name + ".json", {reinterpret_cast<const uint8_t*>(json.data()), json.size()});
}

}  // namespace

Result<std::vector<std::string>> WriteResults(const Engine& engine, const Image& photo,
                                              const ResultRequest& request, const std::string& name,
                                              Output& output) {
  const Placement& place = engine.placement();
  Scores scores{engine.vit()->shape(), engine.vit()->cls_attention(),
                static_cast<float>(place.height) / static_cast<float>(place.resized_height),
                static_cast<float>(place.width) / static_cast<float>(place.resized_width)};
  std::vector<float> of_patch;
  if (request.query) {
    Result<std::vector<float>> asked = engine.Query(request.query->row, request.query->col);
    if (!asked.ok()) return asked.error();
    of_patch = std::move(*asked);
    scores.values = of_patch;
  }
  Written written{output, {}};
  if (request.formats.png) {
    for (const int layer : request.layers) {
      Status drawn = WriteLayerPictures(photo, scores, layer, request, name, written);
      if (!drawn.ok()) return drawn.error();
    }
  }
  if (request.formats.npz || request.formats.json) {
    Status saved = WriteArrays(*engine.vit(), scores, request, name, written);
    if (!saved.ok()) return saved.error();
  }
  return std::move(written.files);
}

}  // namespace headlens
