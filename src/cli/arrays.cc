#include "cli/arrays.h"

#include <array>
#include <deque>
#include <map>
#include <utility>
#include <variant>
#include <vector>

#include "checkpoint/safetensors.h"
#include "maps/export.h"
#include "maps/traits.h"
#include "maps/weights.h"

namespace headlens {
namespace {

// What the arrays look at.
struct Arrays {
  std::vector<NpyArray> all;
  std::deque<std::vector<float>> floats;  // stay in place while the deque grows
  std::deque<std::vector<uint8_t>> masks;

  void Add(std::string name, std::vector<int> shape, std::vector<float> values) {
    floats.push_back(std::move(values));
    all.push_back({std::move(name), std::move(shape), std::span<const float>(floats.back())});
  }
};

// One mask a head of the chosen layers: (layers, heads, rows, cols), without layers if only one is
// asked for.
void AddMasks(std::span<const float> scores, const MapShape& shape, const ResultRequest& request,
              const char* name, Arrays& arrays) {
  LayerScores maps{scores, shape.layers, shape.heads, shape.rows * shape.cols, 0};
  const WeightStyle style{.keep_mass = *request.keep_mass, .combine = request.style.combine};
  std::vector<uint8_t>& masks = arrays.masks.emplace_back();
  for (const int layer : request.layers) {
    maps.layer = layer;
    const std::vector<uint8_t> of_layer = LayerMask(maps, style);
    masks.insert(masks.end(), of_layer.begin(), of_layer.end());
  }
  std::vector<int> mask_shape = {shape.heads, shape.rows, shape.cols};
  if (request.all_layers) mask_shape.insert(mask_shape.begin(), shape.layers);
  arrays.all.push_back({name, mask_shape, std::span<const uint8_t>(masks)});
}

// The part of the photo that the network saw, at its size there.
Image SeenPhoto(const Engine& engine, const Image& photo) {
  const Placement& place = engine.placement();
  const Image resized = Resize(photo, place.resized_height, place.resized_width, engine.filter());
  return Crop(resized, place.height, place.width);
}

void AddTraits(const Engine& engine, const Image& photo, std::span<const float> scores,
               Arrays& arrays) {
  const MapShape shape = engine.vit()->shape();
  const std::vector<float> gradient =
      GradientOfPatches(SeenPhoto(engine, photo), shape.rows, shape.cols);
  const std::vector<HeadTraits> traits =
      TraitsOfHeads(scores, shape.layers, shape.heads, shape.rows, shape.cols, gradient);
  for (const TraitText& trait : kTraits) {
    std::vector<float> values;
    for (const HeadTraits& head : traits) values.push_back(head.*trait.value);
    arrays.Add("traits_" + std::string(trait.name), {shape.layers, shape.heads}, std::move(values));
    arrays.all.back().definition = trait.definition;
  }
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

Result<Arrays> ArraysOf(const Engine& engine, const Image& photo,
                        std::span<const float> query_scores, const ResultRequest& request) {
  const Vit& vit = *engine.vit();
  const MapShape shape = vit.shape();
  const std::vector<int> full_shape = {shape.layers, shape.heads, shape.rows, shape.cols};
  Arrays arrays;
  arrays.all.push_back({"cls_attention", full_shape, vit.cls_attention()});
  if (request.query) arrays.all.push_back({"query_attention", full_shape, query_scores});
  if (request.keep_mass) {
    AddMasks(vit.cls_attention(), shape, request, "keep_mass", arrays);
    if (request.query) AddMasks(query_scores, shape, request, "query_keep_mass", arrays);
  }
  Result<std::vector<float>> rollout = vit.Rollout();
  if (!rollout.ok()) return rollout.error();
  arrays.Add("rollout", {shape.rows, shape.cols}, std::move(*rollout));
  if (request.traits) {
    AddTraits(engine, photo, request.query ? query_scores : vit.cls_attention(), arrays);
  }
  return Result<Arrays>(std::move(arrays));
}

}  // namespace

Status WriteArrays(const Engine& engine, const Image& photo, std::span<const float> query_scores,
                   const ResultRequest& request, const std::string& name, Written& written) {
  const Result<Arrays> arrays = ArraysOf(engine, photo, query_scores, request);
  if (!arrays.ok()) return arrays.error();
  if (request.formats.npz) {
    if (Status npz = written.Add(name + ".npz", EncodeNpz(arrays->all)); !npz.ok()) return npz;
  }
  if (request.formats.safetensors) {
    Status file = written.Add(name + ".safetensors", EncodeSafetensors(arrays->all, request.facts));
    if (!file.ok()) return file;
  }
  if (!request.formats.json) return {};
  return written.Add(name + ".json", EncodeJson(arrays->all, request.facts));
}

}  // namespace headlens
