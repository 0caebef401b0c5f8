#include "cli/results.h"

#include <cstdio>
#include <map>
#include <span>
#include <variant>

#include "checkpoint/safetensors.h"
#include "cli/patch_mark.h"
#include "maps/compose.h"
#include "maps/export.h"
#include "maps/heads.h"

namespace headlens {
namespace {

// Scores of one layer out of (layers, heads, rows, cols).
std::span<const float> LayerOf(std::span<const float> scores, const MapShape& shape, int layer) {
  const size_t size = shape.size() / shape.layers;
  return scores.subspan(layer * size, size);
}

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

// maps: the chosen layer.
Status WriteLayerPictures(const Image& photo, const LayerMaps& maps, int layer,
                          const ResultRequest& request, const std::string& name, Written& written) {
  const std::string layer_name = name + LayerName(layer);
  const std::string overlay = (request.all_layers ? layer_name : name) + ".png";
  Image picture = ComposeOverlay(photo, maps, request.style);
  if (request.query) MarkPatch(picture, maps.grid, request.query->row, request.query->col);
  Status status = written.Add(overlay, EncodePng(picture));
  for (int head = 0; head < maps.scores.heads && status.ok(); ++head) {
    const std::string file = layer_name + "-head" + std::to_string(head + 1) + ".png";
    status = written.Add(file, EncodePng(ComposeHead(photo, maps, head, request.style)));
  }
  return status;
}

// scores: of the query that is drawn, (layers, heads, rows, cols).
Status WritePictures(const Engine& engine, const Image& photo, std::span<const float> scores,
                     const ResultRequest& request, const std::string& name, Written& written) {
  const MapShape shape = engine.vit()->shape();
  const Placement& place = engine.placement();
  LayerMaps maps;
  maps.scores = {scores, shape.layers, shape.heads, shape.rows * shape.cols, 0};
  maps.grid = {shape.rows, shape.cols,
               static_cast<float>(place.height) / static_cast<float>(place.resized_height),
               static_cast<float>(place.width) / static_cast<float>(place.resized_width)};
  for (const int layer : request.layers) {
    maps.scores.layer = layer;
    const Status drawn = WriteLayerPictures(photo, maps, layer, request, name, written);
    if (!drawn.ok()) return drawn;
  }
  return {};
}

// One mask a head of the chosen layers: (layers, heads, rows, cols).
std::vector<uint8_t> KeepMassOfLayers(std::span<const float> scores, const MapShape& shape,
                                      std::span<const int> layers, float mass) {
  std::vector<uint8_t> masks;
  const size_t head_size = size_t{1} * shape.rows * shape.cols;
  for (const int layer : layers) {
    const std::span<const float> of_layer = LayerOf(scores, shape, layer);
    for (size_t begin = 0; begin < of_layer.size(); begin += head_size) {
      const std::vector<uint8_t> mask = KeepMass(of_layer.subspan(begin, head_size), mass);
      masks.insert(masks.end(), mask.begin(), mask.end());
    }
  }
  return masks;
}

template <typename T>
std::span<const uint8_t> AsBytes(std::span<const T> values) {
  return {reinterpret_cast<const uint8_t*>(values.data()), values.size_bytes()};
}

std::vector<uint8_t> EncodeSafetensors(std::span<const NpyArray> arrays,
                                       std::span<const std::pair<std::string, std::string>> facts) {
  std::map<std::string, Tensor> tensors;
  for (const NpyArray& array : arrays) {
    Tensor& tensor = tensors[array.name];
    tensor.shape.assign(array.shape.begin(), array.shape.end());
    tensor.dtype =
        std::holds_alternative<std::span<const float>>(array.values) ? DType::kF32 : DType::kU8;
    tensor.bytes = std::visit([](auto values) { return AsBytes(values); }, array.values);
  }
  return WriteSafetensors(tensors, {facts.begin(), facts.end()});
}

// query_scores: (layers, heads, rows, cols); empty without a query patch.
Status WriteArrays(const Vit& vit, std::span<const float> query_scores,
                   const ResultRequest& request, const std::string& name, Written& written) {
  const MapShape shape = vit.shape();
  const std::vector<int> full_shape = {shape.layers, shape.heads, shape.rows, shape.cols};
  std::vector<NpyArray> arrays = {{"cls_attention", full_shape, vit.cls_attention()}};
  if (request.query) arrays.push_back({"query_attention", full_shape, query_scores});

  std::vector<int> mask_shape = {shape.heads, shape.rows, shape.cols};
  if (request.all_layers) mask_shape.insert(mask_shape.begin(), shape.layers);
  std::vector<uint8_t> cls_masks, query_masks;
  const auto add_masks = [&](const char* array, std::span<const float> scores,
                             std::vector<uint8_t>& masks) {
    masks = KeepMassOfLayers(scores, shape, request.layers, *request.keep_mass);
    arrays.push_back({array, mask_shape, std::span<const uint8_t>(masks)});
  };
  if (request.keep_mass) add_masks("keep_mass", vit.cls_attention(), cls_masks);
  if (request.keep_mass && request.query) add_masks("query_keep_mass", query_scores, query_masks);

  const Result<std::vector<float>> rollout = vit.Rollout();
  if (!rollout.ok()) return rollout.error();
  arrays.push_back({"rollout", {shape.rows, shape.cols}, std::span<const float>(*rollout)});

  if (request.formats.npz) {
    if (Status npz = written.Add(name + ".npz", EncodeNpz(arrays)); !npz.ok()) return npz;
  }
  if (request.formats.safetensors) {
    Status file = written.Add(name + ".safetensors", EncodeSafetensors(arrays, request.facts));
    if (!file.ok()) return file;
  }
  if (!request.formats.json) return {};
  const std::string json = EncodeJson(arrays, request.facts);
  return written.Add(name + ".json", AsBytes(std::span<const char>(json)));
}

}  // namespace

Result<std::vector<std::string>> WriteResults(const Engine& engine, const Image& photo,
                                              const ResultRequest& request, const std::string& name,
                                              Output& output) {
  std::vector<float> query_scores;
  if (request.query) {
    Result<std::vector<float>> asked = engine.Query(request.query->row, request.query->col);
    if (!asked.ok()) return asked.error();
    query_scores = std::move(*asked);
  }
  Written written{output, {}};
  if (request.formats.png) {
    const std::span<const float> drawn =
        request.query ? query_scores : engine.vit()->cls_attention();
    Status status = WritePictures(engine, photo, drawn, request, name, written);
    if (!status.ok()) return status.error();
  }
  if (request.formats.npz || request.formats.json || request.formats.safetensors) {
    Status status = WriteArrays(*engine.vit(), query_scores, request, name, written);
    if (!status.ok()) return status.error();
  }
  return std::move(written.files);
}

}  // namespace headlens
