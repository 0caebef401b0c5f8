#include "cli/figure_maps.h"

#include <deque>
#include <map>
#include <numeric>
#include <span>

#include "checkpoint/safetensors.h"
#include "cli/pass.h"
#include "maps/baked.h"

namespace headlens {
namespace {

using Shape = std::vector<uint64_t>;

// Tensors and what they look at.
struct Tensors {
  std::map<std::string, Tensor> all;
  std::deque<std::vector<uint8_t>> bytes;  // stay in place while the deque grows

  template <typename T>
  void Add(const std::string& name, DType dtype, Shape shape, std::span<const T> values) {
    const auto* from = reinterpret_cast<const uint8_t*>(values.data());
    bytes.emplace_back(from, from + values.size_bytes());
    Tensor& tensor = all[name];
    tensor.dtype = dtype;
    tensor.shape = std::move(shape);
    tensor.bytes = bytes.back();
  }

  // scores: of the whole shape, whose last two are rows and cols.
  void AddCoded(const std::string& name, const Shape& shape, std::span<const float> scores) {
    const Shape maps(shape.begin(), shape.end() - 2);
    const uint64_t count =
        std::accumulate(maps.begin(), maps.end(), uint64_t{1}, std::multiplies());
    const CodedMaps coded = CodeMaps(scores, count);
    Add(name, DType::kU8, shape, std::span(coded.levels));
    Add(name + ".low", DType::kF32, maps, std::span(coded.low));
    Add(name + ".high", DType::kF32, maps, std::span(coded.high));
  }
};

// (layers, heads): the sums over [CLS] and the registers.
std::vector<float> PrefixShares(const Vit& vit) {
  const std::span<const float> scores = vit.cls_prefix_attention();
  const size_t tokens = static_cast<size_t>(vit.config().prefix_tokens());
  std::vector<float> shares;
  for (size_t at = 0; at < scores.size(); at += tokens) {
    const std::span<const float> own = scores.subspan(at, tokens);
    shares.push_back(std::accumulate(own.begin(), own.end(), 0.0f));
  }
  return shares;
}

void AddAsked(const std::vector<AskedPatch>& asked, const Shape& shape, Tensors& tensors) {
  std::vector<int32_t> places;
  std::vector<float> scores;
  for (const AskedPatch& one : asked) {
    places.insert(places.end(), {one.patch.row, one.patch.col});
    scores.insert(scores.end(), one.scores.begin(), one.scores.end());
  }
  Shape all = shape;
  all.insert(all.begin(), asked.size());
  tensors.Add("queries", DType::kI32, {asked.size(), 2}, std::span<const int32_t>(places));
  tensors.AddCoded("query_maps", all, scores);
}

}  // namespace

std::vector<uint8_t> EncodeFigureMaps(const Engine& engine, const std::vector<AskedPatch>& asked,
                                      std::vector<std::pair<std::string, std::string>> facts) {
  const Vit& vit = *engine.vit();
  const MapShape grid = vit.shape();
  const auto of = [](int size) { return static_cast<uint64_t>(size); };
  const Shape shape = {of(grid.layers), of(grid.heads), of(grid.rows), of(grid.cols)};
  Tensors tensors;
  tensors.AddCoded("cls", shape, vit.cls_attention());
  const std::vector<float> prefix = PrefixShares(vit);
  tensors.Add("prefix", DType::kF32, {shape[0], shape[1]}, std::span<const float>(prefix));
  if (!asked.empty()) AddAsked(asked, shape, tensors);

  const PatchGrid patches = MapsOnPhoto(engine, vit.cls_attention()).grid;
  const std::vector<std::pair<std::string, std::string>> known = {
      {"format", "headlens-maps"},
      {"version", "1"},
      {"model", DescribeConfig(vit.config())},
      {"precision", PrecisionName(engine)},
      {"patch", std::to_string(vit.config().patch)},
      {"registers", std::to_string(vit.config().registers)},
      {"covered_height", NumberText(patches.covered_height)},
      {"covered_width", NumberText(patches.covered_width)},
  };
  facts.insert(facts.end(), known.begin(), known.end());
  return WriteSafetensors(tensors.all, {facts.begin(), facts.end()});
}

}  // namespace headlens
