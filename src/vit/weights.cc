#include "vit/weights.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>
#include <utility>

#include "checkpoint/names.h"
#include "checkpoint/pack.h"
#include "vit/kernels.h"

namespace headlens {
namespace {

using Floats = std::vector<float>;

// Whether a matrix is multiplied in int8.
bool InInt8(const Checkpoint& checkpoint, const std::string& name, Precision precision) {
  const bool stored_int8 = checkpoint.Find(name)->dtype == DType::kI8;
  if (checkpoint.Find(name)->shape.back() > IntegerLinear::kMostInputs) return false;
  return precision == Precision::kInt8 ? stored_int8 || PacksToInt8(name)
                                       : stored_int8 && precision == Precision::kAuto;
}

// From this block on the layers' own rounding may be rough, where nothing else is fast. Over five
// photos DeiT-Tiny's worst map agrees with f32 by r = 0.963 so, by 0.952 from block 1 on, and by
// 0.965 with none.
constexpr int kFirstRoughBlock = 3;

// What int8 weights of a block take.
uint64_t Int8Bytes(int block, uint64_t weights) {
  if (block > 0 && HasInt8Products()) return weights;
  return IntegerLinear::WeightBytes(
      weights, block < kFirstRoughBlock ? BestKernels().exact_linear : RoughLinear());
}

// Reads tensors until one fails; what is read after that is empty, and status() says what failed.
class Reader {
 public:
  Reader(const Checkpoint& checkpoint, const VitConfig& config, Precision precision)
      : checkpoint_(checkpoint), config_(config), precision_(precision) {}

  const Status& status() const { return status_; }

  Floats Read(const std::string& name, std::vector<uint64_t> shape) {
    if (!status_.ok()) return {};
    return Take(ReadFloats(checkpoint_, name, shape));
  }

  LayerNorm ReadNorm(const std::string& name) {
    const uint64_t width = config_.width;
    return {Read(name + ".weight", {width}), Read(name + ".bias", {width})};
  }

  // The first `kept` rows of a layer's (outputs, inputs) matrix.
  Linear ReadLinear(const std::string& name, uint64_t outputs, uint64_t inputs, uint64_t kept) {
    Floats bias = Read(name + ".bias", {outputs});
    bias.resize(kept);
    return ReadMatrix(name + ".weight", outputs, inputs, bias, Floats(kept, 1.0f));
  }

  // A layer whose outputs LayerScale multiplies by the tensor `gamma`, if the network has it.
  Linear ReadScaledLinear(const std::string& name, uint64_t outputs, uint64_t inputs,
                          const std::string& gamma) {
    if (!config_.layer_scale) return ReadLinear(name, outputs, inputs, outputs);
    const Floats scale = Read(gamma, {outputs});
    Floats bias = Read(name + ".bias", {outputs});
    if (!status_.ok()) return {};
    for (uint64_t i = 0; i < outputs; ++i) bias[i] *= scale[i];
    return ReadMatrix(name + ".weight", outputs, inputs, bias, scale);
  }

  // The patch projection: a convolution's weights, always f32.
  Linear ReadPatchProjection() {
    const uint64_t width = config_.width;
    const uint64_t patch = config_.patch;
    const Floats weights = Read("patch_embed.proj.weight", {width, 3, patch, patch});
    const Floats bias = Read("patch_embed.proj.bias", {width});
    if (!status_.ok()) return {};
    return Take(Linear::FromFloats(weights, bias));
  }

 private:
  template <typename T>
  T Take(Result<T> result) {
    if (result.ok()) return std::move(result).value();
    if (status_.ok()) status_ = result.error();
    return {};
  }

  // Rows beyond scale.size() are left out, the others multiplied by their scale.
  Linear ReadMatrix(const std::string& name, uint64_t outputs, uint64_t inputs, const Floats& bias,
                    const Floats& scale) {
    if (!status_.ok()) return {};
    const bool stored_int8 = checkpoint_.Find(name)->dtype == DType::kI8;
    if (stored_int8 && InInt8(checkpoint_, name, precision_)) {
      const Floats stored_scale = Read(name + ".scale", {outputs});
      if (!status_.ok()) return {};
      return Int8Layer(name, ScaledRows(name, inputs, stored_scale, scale), bias);
    }
    Floats matrix = Read(name, {outputs, inputs});
    if (!status_.ok()) return {};
    matrix.resize(scale.size() * inputs);
    for (size_t row = 0; row < scale.size(); ++row) {
      float* const values = matrix.data() + row * inputs;
      for (uint64_t i = 0; i < inputs; ++i) values[i] *= scale[row];
    }
    if (!InInt8(checkpoint_, name, precision_)) return Take(Linear::FromFloats(matrix, bias));
    const int rows = static_cast<int>(scale.size());
    return Int8Layer(name, QuantiseRows(matrix, rows, static_cast<int>(inputs)), bias);
  }

  // The first block's inputs are not rounded as the others' are: see PacksToInt8.
  Linear Int8Layer(const std::string& name, const Int8Matrix& matrix, const Floats& bias) {
    const int block = SplitBlockName(name)->block;
    if (block == 0) return Linear::FromInt8Exactly(matrix, bias);
    if (block < kFirstRoughBlock) return Take(Linear::FromInt8(matrix, bias));
    return Take(Linear::FromInt8Roughly(matrix, bias));
  }

  // A stored int8 matrix with its rows multiplied by `scale`. XNNPACK takes normal positive scales
  // only: a sign goes to the values, and a row that vanishes becomes zeros.
  Int8Matrix ScaledRows(const std::string& name, uint64_t inputs, const Floats& stored_scale,
                        const Floats& scale) const {
    const std::span<const uint8_t> bytes = checkpoint_.Find(name)->bytes;
    Int8Matrix matrix;
    matrix.rows = static_cast<int>(scale.size());
    matrix.cols = static_cast<int>(inputs);
    matrix.values.resize(scale.size() * inputs);
    std::memcpy(matrix.values.data(), bytes.data(), matrix.values.size());
    for (size_t row = 0; row < scale.size(); ++row) {
      const float factor = stored_scale[row] * scale[row];
      int8_t* const values = matrix.values.data() + row * inputs;
      matrix.scale.push_back(std::isnormal(factor) ? std::fabs(factor) : 1.0f);
      if (factor > 0 && std::isnormal(factor)) continue;
      const int sign = std::isnormal(factor) ? -1 : 0;
      for (uint64_t i = 0; i < inputs; ++i) values[i] = static_cast<int8_t>(sign * values[i]);
    }
    return matrix;
  }

  const Checkpoint& checkpoint_;
  const VitConfig& config_;
  Precision precision_;
  Status status_;
};

std::string NameIn(int block, const char* name) {
  return "blocks." + std::to_string(block) + "." + name;
}

BlockWeights ReadBlock(Reader& reader, const VitConfig& config, int block) {
  const std::string at = NameIn(block, "");
  const uint64_t width = config.width;
  const uint64_t mlp = config.mlp;
  const bool last = block == config.depth - 1;
  BlockWeights weights;
  weights.norm1 = reader.ReadNorm(at + "norm1");
  weights.qkv = reader.ReadLinear(at + "attn.qkv", 3 * width, width, (last ? 2 : 3) * width);
  if (last) return weights;
  weights.proj = reader.ReadScaledLinear(at + "attn.proj", width, width, at + "ls1.gamma");
  weights.norm2 = reader.ReadNorm(at + "norm2");
  weights.fc1 = reader.ReadLinear(at + "mlp.fc1", mlp, width, mlp);
  weights.fc2 = reader.ReadScaledLinear(at + "mlp.fc2", width, mlp, at + "ls2.gamma");
  return weights;
}

// [CLS], the distillation token and the registers, with the first rows of the position embedding
// as far as it has some for them.
void ReadTokens(Reader& reader, const VitConfig& config, VitWeights& weights) {
  const uint64_t width = config.width;
  const auto append = [&](const char* name, int count) {
    const Floats tokens = reader.Read(name, {1, static_cast<uint64_t>(count), width});
    weights.prefix.insert(weights.prefix.end(), tokens.begin(), tokens.end());
  };
  append("cls_token", 1);
  if (config.distilled) append("dist_token", 1);
  const int registers = config.registers - (config.distilled ? 1 : 0);
  if (registers > 0) append("register_tokens", registers);

  const uint64_t before = config.prefix_positions;
  const uint64_t patches = uint64_t{1} * config.grid_rows * config.grid_cols;
  weights.position = reader.Read("pos_embed", {1, before + patches, width});
  if (!reader.status().ok()) return;
  BestKernels().add_scaled(weights.position.data(), 1.0f, before * width, weights.prefix.data());
  weights.position.erase(weights.position.begin(), weights.position.begin() + before * width);
}

}  // namespace

bool VitWeights::any_int8() const {
  for (const BlockWeights& block : blocks) {
    for (const Linear* linear : {&block.qkv, &block.proj, &block.fc1, &block.fc2}) {
      if (linear->is_int8()) return true;
    }
  }
  return false;
}

size_t VitWeights::bytes() const {
  size_t sum = patch.bytes() + (prefix.size() + position.size()) * sizeof(float);
  for (const BlockWeights& block : blocks) {
    for (const Linear* linear : {&block.qkv, &block.proj, &block.fc1, &block.fc2}) {
      sum += linear->bytes();
    }
  }
  return sum;
}

uint64_t PackedBytes(const Checkpoint& checkpoint, const VitConfig& config, Precision precision) {
  uint64_t bytes = 0;
  for (int block = 0; block < config.depth; ++block) {
    for (const char* matrix : {"attn.qkv", "attn.proj", "mlp.fc1", "mlp.fc2"}) {
      const std::string name = NameIn(block, matrix) + ".weight";
      const std::vector<uint64_t>& shape = checkpoint.Find(name)->shape;
      const uint64_t size = shape[0] * shape[1];
      bytes += InInt8(checkpoint, name, precision) ? Int8Bytes(block, size) : size * sizeof(float);
    }
  }
  return bytes;
}

Status PackEmbedding(const Checkpoint& checkpoint, const VitConfig& config, Precision precision,
                     VitWeights& weights) {
  Reader reader(checkpoint, config, precision);
  weights.patch = reader.ReadPatchProjection();
  ReadTokens(reader, config, weights);
  return reader.status();
}

Status PackBlock(const Checkpoint& checkpoint, const VitConfig& config, Precision precision,
                 int block, VitWeights& weights) {
  Reader reader(checkpoint, config, precision);
  weights.blocks[block] = ReadBlock(reader, config, block);
  return reader.status();
}

Result<VitWeights> LoadWeights(const Checkpoint& checkpoint, const VitConfig& config,
                               Precision precision) {
  VitWeights weights;
  weights.blocks.resize(config.depth);
  Status packed = PackEmbedding(checkpoint, config, precision, weights);
  for (int block = 0; block < config.depth && packed.ok(); ++block) {
    packed = PackBlock(checkpoint, config, precision, block, weights);
  }
  if (!packed.ok()) return packed.error();
  return weights;
}

}  // namespace headlens
