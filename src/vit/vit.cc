#include "vit/vit.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "vit/attention.h"
#include "vit/attention_int8.h"
#include "vit/buffer.h"
#include "vit/kept.h"
#include "vit/kernels.h"
#include "vit/layer_norm.h"
#include "vit/linear.h"
#include "vit/lookback.h"
#include "vit/patches.h"
#include "vit/position.h"
#include "vit/weights.h"

namespace headlens {
namespace {

struct Grid {
  int rows = 0;
  int cols = 0;
  uint64_t patches() const { return uint64_t{1} * rows * cols; }
};

// How many elements each part of the work memory has.
struct WorkSizes {
  uint64_t tokens;
  uint64_t rows;      // (tokens, width): the residual stream, and as much again beside it
  uint64_t wide;      // qkv with the attention's scratch, or the MLP's inside, or the cut patches
  uint64_t cls_rows;  // (heads, tokens)
  uint64_t maps;      // (layers, heads, rows, cols)
  uint64_t prefix_maps;  // (layers, heads, 1 + registers)
};

HeadShape HeadsOf(const VitConfig& config, uint64_t tokens) {
  return {static_cast<int>(tokens), config.heads, config.head_size()};
}

// The tokens differ little in the first block, and all later layers build on the difference: its
// attention wants the more exact numbers, as its weights do (PacksToInt8).
const IntegerKernels& IntegersOfLayer(int layer) {
  return layer == 0 ? BestKernels().words : BestKernels().integer;
}

WorkSizes SizesFor(const VitConfig& config, Precision precision, const Grid& grid, int threads) {
  WorkSizes sizes;
  sizes.tokens = grid.patches() + config.prefix_tokens();
  sizes.rows = sizes.tokens * config.width;
  const HeadShape heads = HeadsOf(config, sizes.tokens);
  uint64_t attention = AttentionScratch(heads, threads);
  if (precision == Precision::kInt8) {
    attention = std::max(AttentionInt8Scratch(heads, IntegersOfLayer(0), threads),
                         AttentionInt8Scratch(heads, IntegersOfLayer(1), threads));
  }
  sizes.wide = std::max({3 * sizes.rows + attention, sizes.tokens * config.mlp,
                         grid.patches() * 3 * config.patch * config.patch});
  sizes.cls_rows = sizes.tokens * config.heads;
  const uint64_t all_heads = uint64_t{1} * config.depth * config.heads;
  sizes.maps = all_heads * grid.patches();
  sizes.prefix_maps = all_heads * config.prefix_tokens();
  return sizes;
}

// What a pass computes in. Nothing of it is needed once the pass is done.
struct Work {
  Buffer<float> x;
  Buffer<float> beside;
  Buffer<float> wide;
  Buffer<float> cls_rows;
  QuantisedRows quantised;

  bool Reserve(const WorkSizes& sizes, const VitConfig& config, int threads) {
    return x.Reserve(sizes.rows) && beside.Reserve(sizes.rows) && wide.Reserve(sizes.wide) &&
           cls_rows.Reserve(sizes.cls_rows) &&
           quantised.Reserve(sizes.tokens, std::max(config.width, config.mlp), threads);
  }
  size_t bytes() const {
    return x.bytes() + beside.bytes() + wide.bytes() + cls_rows.bytes() + quantised.bytes();
  }
};

// What a pass leaves behind.
struct Results {
  Buffer<float> cls_maps;
  Buffer<float> prefix_maps;
  KeptPass kept;

  bool Reserve(const WorkSizes& sizes, const VitConfig& config, KeptForm form) {
    return cls_maps.Reserve(sizes.maps) && prefix_maps.Reserve(sizes.prefix_maps) &&
           kept.heads.Reserve(form, config.depth, HeadsOf(config, sizes.tokens)) &&
           kept.tokens.Reserve(config.depth, static_cast<int>(sizes.tokens), config.width);
  }
  size_t bytes() const { return cls_maps.bytes() + prefix_maps.bytes() + kept.bytes(); }
};

Error TooLarge(const Grid& grid, uint64_t bytes) {
  return NoMemory("A picture of " + std::to_string(grid.rows) + " x " + std::to_string(grid.cols) +
                  " patches needs " + std::to_string(bytes >> 20) +
                  " MB of work memory, more than there is: use a smaller size.");
}

Error Overflow(int layer) {
  return Invalid("The network's numbers overflow in layer " + std::to_string(layer) +
                 ": the weights are damaged or of another kind of network.");
}

Error NoPass() { return Invalid("No picture has gone through the network yet: run one first."); }

}  // namespace

struct Vit::State {
  explicit State(const ThreadPool& threads) : pool(threads) {}

  const ThreadPool& pool;
  VitConfig config;
  VitWeights weights;
  Precision precision = Precision::kF32;
  Grid grid;
  bool begun = false;
  int layer = 0;
  static constexpr int kNotProjected = -1;
  int heads_done = kNotProjected;  // of this layer's attention
  uint64_t planned_tokens = 0;     // what the operators are shaped for
  uint64_t result_tokens = 0;      // what the results have room for
  Work work;
  Results results;
  StageClock clock;

  KeptForm kept_form() const {
    return precision == Precision::kInt8 ? KeptForm::kF16 : KeptForm::kF32;
  }
  size_t tokens() const { return grid.patches() + config.prefix_tokens(); }

  uint64_t WorkBytes(const Grid& grid) const;
  Status Plan(const Grid& grid);
  Status ShapeOperators(const Grid& grid, uint64_t tokens);
  Status Embed(std::span<const float> pixels, int height, int width);
  Status RunStep();
  Result<double> RunPart(double work_left);
  Status RunProjections(BlockWeights& block);
  void RunAttention(HeadRange range);
  Status RunTokens(BlockWeights& block);
  bool last() const { return layer == config.depth - 1; }
  void EndBlock() {
    ++layer;
    heads_done = kNotProjected;
  }
  void KeepMaps(Rows query_keys);
  Status Run(Linear& linear, const float* in, float* out) {
    return linear.Run(in, out, work.quantised, pool);
  }
};

uint64_t Vit::State::WorkBytes(const Grid& grid) const {
  const WorkSizes sizes = SizesFor(config, precision, grid, ThreadCount(pool));
  const uint64_t floats =
      2 * sizes.rows + sizes.wide + sizes.cls_rows + sizes.maps + sizes.prefix_maps;
  return floats * sizeof(float) +
         QuantisedRows::Bytes(sizes.tokens, std::max(config.width, config.mlp), ThreadCount(pool)) +
         KeptHeads::Bytes(kept_form(), config.depth, HeadsOf(config, sizes.tokens)) +
         KeptTokens::Bytes(config.depth, static_cast<int>(sizes.tokens), config.width);
}

// The previous results stay whole until all the memory is there.
Status Vit::State::Plan(const Grid& next) {
  const uint64_t bytes = WorkBytes(next);
  if (bytes > std::numeric_limits<size_t>::max() / 2) return TooLarge(next, bytes);
  const WorkSizes sizes = SizesFor(config, precision, next, ThreadCount(pool));
  if (!work.Reserve(sizes, config, ThreadCount(pool))) return TooLarge(next, bytes);
  if (Status shaped = ShapeOperators(next, sizes.tokens); !shaped.ok()) return shaped;
  if (sizes.tokens <= result_tokens && results.Reserve(sizes, config, kept_form())) return {};

  Results larger;
  if (!larger.Reserve(sizes, config, kept_form())) return TooLarge(next, bytes);
  results = std::move(larger);
  result_tokens = sizes.tokens;
  return {};
}

Status Vit::State::ShapeOperators(const Grid& next, uint64_t tokens) {
  if (tokens == planned_tokens) return {};
  planned_tokens = 0;
  Status shaped = weights.patch.Reshape(next.patches(), pool);
  for (BlockWeights& block : weights.blocks) {
    const bool last = &block == &weights.blocks.back();
    if (shaped.ok()) shaped = block.qkv.Reshape(tokens, pool);
    for (Linear* linear : {&block.proj, &block.fc1, &block.fc2}) {
      if (shaped.ok() && !last) shaped = linear->Reshape(tokens, pool);
    }
  }
  if (shaped.ok()) planned_tokens = tokens;
  return shaped;
}

// Dosovitskiy et al. 2021, eq. 1: [CLS], registers, projected patches; positions added.
Status Vit::State::Embed(std::span<const float> pixels, int height, int width) {
  clock.Reset();
  clock.Begin();
  CutPatches(pixels.data(), height, width, config.patch, work.wide.data(), pool);
  std::copy(weights.prefix.begin(), weights.prefix.end(), work.x.data());
  float* const patches = work.x.data() + weights.prefix.size();
  if (Status ran = Run(weights.patch, work.wide.data(), patches); !ran.ok()) return ran;
  AddPositions({weights.position.data(), config.grid_rows, config.grid_cols, config.width},
               config.position, grid.rows, grid.cols, patches, pool);
  clock.Ended(Stage::kEmbedding);
  return {};
}

// The [CLS] maps of this layer, and its queries and keys for later.
// query_keys: (tokens, 2, heads, head_size).
void Vit::State::KeepMaps(Rows query_keys) {
  results.kept.heads.Keep(layer, query_keys, pool);
  const size_t prefix = config.prefix_tokens();
  ParallelFor(pool, config.heads, [&](size_t head) {
    const float* const query = query_keys[0] + head * config.head_size();
    float* const row = work.cls_rows.data() + head * tokens();
    AttentionRow(query, {query + config.width, query_keys.stride}, static_cast<int>(tokens()),
                 config.head_size(), row);
    const size_t map = size_t{1} * layer * config.heads + head;
    std::copy_n(row, prefix, results.prefix_maps.data() + map * prefix);
    std::copy_n(row + prefix, grid.patches(), results.cls_maps.data() + map * grid.patches());
  });
}

// A block, as Dosovitskiy et al. 2021, eq. 2 and 3, say, is computed in three parts. The first:
// queries, keys and values, and the maps that they give; the last block ends here.
Status Vit::State::RunProjections(BlockWeights& block) {
  const size_t width = config.width;
  float* const beside = work.beside.data();
  float* const wide = work.wide.data();
  results.kept.tokens.Keep(layer, work.x.data(), pool);
  clock.Ended(Stage::kMaps);
  NormRows(block.norm1, work.x.data(), tokens(), beside, pool);
  clock.Ended(Stage::kNorms);
  if (Status ran = Run(block.qkv, beside, wide); !ran.ok()) return ran;
  if (!std::all_of(wide, wide + width, [](float x) { return std::isfinite(x); })) {
    return Overflow(layer);
  }
  clock.Ended(Stage::kQkv);
  KeepMaps({wide, (last() ? 2 : 3) * width});
  clock.Ended(Stage::kMaps);
  return {};
}

// The second: attention of some heads.
void Vit::State::RunAttention(HeadRange range) {
  const HeadShape heads = HeadsOf(config, tokens());
  float* const qkv = work.wide.data();
  float* const scratch = qkv + 3 * tokens() * config.width;
  float* const out = work.beside.data();
  if (precision == Precision::kInt8) {
    AttendInt8(heads, range, IntegersOfLayer(layer), qkv, scratch, out, pool);
  } else {
    Attend(heads, range, qkv, scratch, out, pool);
  }
  clock.Ended(Stage::kAttention);
}

// The third: what the tokens make of it.
Status Vit::State::RunTokens(BlockWeights& block) {
  float* const x = work.x.data();
  float* const beside = work.beside.data();
  float* const wide = work.wide.data();
  if (Status ran = Run(block.proj, beside, wide); !ran.ok()) return ran;
  clock.Ended(Stage::kProjection);
  AddThenNormRows(block.norm2, wide, tokens(), x, beside, pool);
  clock.Ended(Stage::kNorms);

  Status ran = block.fc1.RunThenGelu(beside, wide, work.quantised, pool);
  if (!ran.ok()) return ran;
  if (Status ran = Run(block.fc2, wide, beside); !ran.ok()) return ran;
  AddRows(beside, tokens(), config.width, x, pool);
  clock.Ended(Stage::kMlp);
  return {};
}

// One part; of attention, as many heads as work_left multiplications and additions allow, one at
// least. Returns how many it did.
Result<double> Vit::State::RunPart(double work_left) {
  BlockWeights& block = weights.blocks[layer];
  const double token_work = 2.0 * tokens() * config.width;
  if (heads_done == kNotProjected) {
    if (Status ran = RunProjections(block); !ran.ok()) return ran.error();
    heads_done = 0;
    if (last()) EndBlock();
    return token_work * 3 * config.width;
  }
  if (heads_done < config.heads) {
    const double head_work = 4.0 * tokens() * tokens() * config.head_size();
    const int left = config.heads - heads_done;
    const int count = static_cast<int>(std::clamp(work_left / head_work, 1.0, 1.0 * left));
    RunAttention({heads_done, count});
    heads_done += count;
    return count * head_work;
  }
  if (Status ran = RunTokens(block); !ran.ok()) return ran.error();
  EndBlock();
  return token_work * (config.width + 2.0 * config.mlp);
}

// Parts of the block until it ends or has taken long enough for someone who wants to stop.
Status Vit::State::RunStep() {
  constexpr double kStepWork = 4e9;
  const int begun_layer = layer;
  double work_left = kStepWork;
  clock.Begin();
  while (layer == begun_layer && work_left > 0) {
    const Result<double> ran = RunPart(work_left);
    if (!ran.ok()) return ran.error();
    work_left -= *ran;
  }
  return {};
}

Vit::Vit() = default;
Vit::~Vit() = default;

Result<std::unique_ptr<Vit>> Vit::Load(const Checkpoint& checkpoint, const VitOptions& options,
                                       const ThreadPool& pool) {
  Result<VitConfig> config = InferConfig(checkpoint, options.choices);
  if (!config.ok()) return config.error();
  Result<VitWeights> weights = LoadWeights(checkpoint, *config, options.precision);
  if (!weights.ok()) return weights.error();
  return FromWeights(*config, std::move(*weights), pool);
}

Result<std::unique_ptr<Vit>> Vit::FromWeights(const VitConfig& config, VitWeights weights,
                                              const ThreadPool& pool) {
  std::unique_ptr<Vit> vit(new Vit);
  vit->state_ = std::make_unique<State>(pool);
  vit->state_->config = config;
  vit->state_->weights = std::move(weights);
  if (vit->state_->weights.any_int8()) vit->state_->precision = Precision::kInt8;
  return vit;
}

const VitConfig& Vit::config() const { return state_->config; }
Precision Vit::precision() const { return state_->precision; }
int Vit::layer() const { return state_->layer; }
bool Vit::done() const { return state_->begun && state_->layer == state_->config.depth; }

Status Vit::Begin(std::span<const float> pixels, int height, int width) {
  const int patch = state_->config.patch;
  if (height < patch || width < patch) {
    return Invalid("The picture has " + std::to_string(height) + " x " + std::to_string(width) +
                   " pixels, less than one patch of " + std::to_string(patch) + " x " +
                   std::to_string(patch) + ": use a larger size.");
  }
  if (pixels.size() != uint64_t{3} * height * width) {
    return Invalid("The picture's " + std::to_string(pixels.size()) + " values are not 3 x " +
                   std::to_string(height) + " x " + std::to_string(width) + ".");
  }
  const Grid grid = {height / patch, width / patch};
  if (Status planned = state_->Plan(grid); !planned.ok()) return planned;
  state_->grid = grid;
  state_->layer = 0;
  state_->heads_done = State::kNotProjected;
  Status embedded = state_->Embed(pixels, height, width);
  state_->begun = embedded.ok();
  return embedded;
}

Status Vit::Step() {
  if (!state_->begun || done()) return NoPass();
  Status ran = state_->RunStep();
  state_->begun = ran.ok();
  return ran;
}

MapShape Vit::shape() const {
  return {state_->config.depth, state_->config.heads, state_->grid.rows, state_->grid.cols};
}

std::span<const float> Vit::cls_attention() const {
  return {state_->results.cls_maps.data(), shape().size()};
}

std::span<const float> Vit::cls_prefix_attention() const {
  const VitConfig& config = state_->config;
  return {state_->results.prefix_maps.data(),
          size_t{1} * config.depth * config.heads * config.prefix_tokens()};
}

Result<std::vector<float>> Vit::Rollout(const RolloutOptions& options) const {
  if (!done()) return NoPass();
  Result<RolloutRun> run =
      RolloutRun::Begin(kept().heads, state_->config.prefix_tokens(), options, state_->pool);
  if (!run.ok()) return run.error();
  while (!run->done()) run->Step();
  const std::vector<float> of_layers = run->values();
  return std::vector<float>(of_layers.end() - state_->grid.patches(), of_layers.end());
}

Result<std::vector<float>> Vit::QueryAttention(int row, int col) const {
  if (!done()) return NoPass();
  const Grid& grid = state_->grid;
  if (row < 0 || row >= grid.rows || col < 0 || col >= grid.cols) {
    return Invalid("There is no patch (" + std::to_string(row) + ", " + std::to_string(col) +
                   ") in a grid of " + std::to_string(grid.rows) + " x " +
                   std::to_string(grid.cols) + ".");
  }
  const int prefix = state_->config.prefix_tokens();
  return AttentionOfToken(kept().heads, prefix + row * grid.cols + col, prefix, state_->pool);
}

const KeptPass& Vit::kept() const { return state_->results.kept; }

const StageClock& Vit::stages() const { return state_->clock; }

size_t Vit::memory_bytes() const {
  return state_->weights.bytes() + state_->work.bytes() + state_->results.bytes();
}

uint64_t Vit::WorkBytes(int height, int width) const {
  const int patch = state_->config.patch;
  return state_->WorkBytes({std::max(height / patch, 1), std::max(width / patch, 1)});
}

}  // namespace headlens
