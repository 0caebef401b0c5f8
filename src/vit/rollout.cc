#include "vit/rollout.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <numeric>

#include "vit/kernels.h"

namespace headlens {
namespace {

// Sums that are added up in order at the end: the same result on any number of threads.
constexpr int kSums = 16;
constexpr double kStepWork = 4e9;  // multiplications and additions, as a step of a pass

// The three walks over a layer's rows.
enum class Walk {
  kCountHigh,  // how many weights there are of each upper half of a float
  kCountLow,   // of those with the threshold's upper half, how many of each lower half
  kApply,      // the share is taken through the layer
};

// Finds the n-th smallest of numbers that come by twice. Those are not negative: then the bits of
// floats are in the same order as the floats.
class Selection {
 public:
  bool Reserve(int threads) {
    threads_ = threads;
    return counts_.Reserve(size_t{1} * threads * kBins);
  }
  void Begin(uint64_t n) {
    left_ = n;
    Clear();
  }

  void CountHigh(const float* values, int count, int thread) {
    uint32_t* const bins = counts_.data() + size_t{1} * thread * kBins;
    for (int i = 0; i < count; ++i) ++bins[std::bit_cast<uint32_t>(values[i]) >> 16];
  }
  void EndHigh() { high_ = Find(); }

  void CountLow(const float* values, int count, int thread) {
    uint32_t* const bins = counts_.data() + size_t{1} * thread * kBins;
    for (int i = 0; i < count; ++i) {
      const uint32_t bits = std::bit_cast<uint32_t>(values[i]);
      if (bits >> 16 == high_) ++bins[bits & 0xffff];
    }
  }
  float EndLow() { return std::bit_cast<float>(high_ << 16 | Find()); }

 private:
  static constexpr uint32_t kBins = 1 << 16;

  void Clear() { std::fill_n(counts_.data(), size_t{1} * threads_ * kBins, 0u); }

  // The bin of the number sought; what lies below it is behind us.
  uint32_t Find() {
    uint32_t bin = 0;
    for (; bin + 1 < kBins; ++bin) {
      uint64_t in_bin = 0;
      for (int thread = 0; thread < threads_; ++thread) {
        in_bin += counts_.data()[size_t{1} * thread * kBins + bin];
      }
      if (in_bin >= left_) break;
      left_ -= in_bin;
    }
    Clear();
    return bin;
  }

  int threads_ = 0;
  uint64_t left_ = 0;
  uint32_t high_ = 0;
  Buffer<uint32_t> counts_;  // (threads, kBins)
};

// Weights up to the threshold become 0; returns the sum of the others.
float DropAndSum(float* row, int tokens, float threshold) {
  constexpr int kLanes = 8;
  std::array<float, kLanes> sums = {};
  int i = 0;
  for (; i + kLanes <= tokens; i += kLanes) {
    for (int lane = 0; lane < kLanes; ++lane) {
      float& weight = row[i + lane];
      weight = weight > threshold ? weight : 0.0f;
      sums[lane] += weight;
    }
  }
  for (; i < tokens; ++i) {
    row[i] = row[i] > threshold ? row[i] : 0.0f;
    sums[0] += row[i];
  }
  return std::accumulate(sums.begin(), sums.end(), 0.0f);
}

}  // namespace

struct RolloutRun::State {
  State(const KeptHeads& heads, const RolloutOptions& options, const ThreadPool& threads)
      : kept(heads), pool(threads), fused(heads, options.fusion, threads) {}

  bool Reserve();
  void BeginLayer();
  void RunRows();
  void EndWalk();
  void Visit(int first, int count, int thread, size_t part);
  void Apply(int first, int count, int thread, float* sums);
  void EndApply();
  int tokens() const { return kept.shape().tokens; }
  size_t SumFloats() const { return kept.layers() * fused.stride(); }
  float* Share(int of_layer) { return shares.data() + size_t{1} * of_layer * tokens(); }

  const KeptHeads& kept;
  const ThreadPool& pool;
  FusedAttention fused;
  Selection selection;
  Buffer<float> sums;         // (kSums, layers, stride)
  std::vector<float> shares;  // (layers, tokens): how much each token counts above this layer
  int prefix = 0;
  int layer = 0;  // of the walk; -1: done
  uint64_t drop_count = 0;
  float threshold = 0;
  Walk walk = Walk::kApply;
  int next_row = 0;
};

bool RolloutRun::State::Reserve() {
  return fused.Reserve() && sums.Reserve(kSums * SumFloats()) &&
         (drop_count == 0 || selection.Reserve(ThreadCount(pool)));
}

void RolloutRun::State::BeginLayer() {
  fused.Load(layer);
  next_row = 0;
  threshold = -1;
  walk = drop_count == 0 ? Walk::kApply : Walk::kCountHigh;
  if (drop_count > 0) selection.Begin(drop_count);
  std::fill_n(sums.data(), kSums * SumFloats(), 0.0f);
}

// As many rows as a step may take.
void RolloutRun::State::RunRows() {
  constexpr int kTile = FusedAttention::kTile;
  const double row_work = 2.0 * tokens() * kept.shape().width();
  const int wanted = static_cast<int>(std::min(kStepWork / row_work, 1.0 * tokens()));
  const int block = kSums * kTile;  // whole ones, so that each row is always in the same sum
  const int end = std::min(tokens(), next_row + std::max(wanted / block, 1) * block);
  const int begin = next_row;
  ParallelForWithThread(pool, kSums, [&](size_t thread, size_t part) {
    for (int first = begin + static_cast<int>(part) * kTile; first < end; first += block) {
      Visit(first, std::min(kTile, end - first), static_cast<int>(thread), part);
    }
  });
  next_row = end;
}

void RolloutRun::State::Visit(int first, int count, int thread, size_t part) {
  if (walk == Walk::kApply) return Apply(first, count, thread, sums.data() + part * SumFloats());
  const float* const rows = fused.Tile(first, count, thread);
  for (int i = 0; i < count; ++i) {
    const float* const row = rows + i * fused.stride();
    if (walk == Walk::kCountHigh) selection.CountHigh(row, tokens(), thread);
    if (walk == Walk::kCountLow) selection.CountLow(row, tokens(), thread);
  }
}

// Adds what these rows pass on, share (A + I) / (row sum of A + 1), to each layer's sum (tokens).
void RolloutRun::State::Apply(int first, int count, int thread, float* own_sums) {
  if (layer == kept.layers() - 1 && first > 0) return;  // nothing counts there yet but [CLS]
  float* const rows = fused.Tile(first, count, thread);
  for (int i = 0; i < count; ++i) {
    float* const row = rows + i * fused.stride();
    const float first_weight = row[0];
    float row_sum = DropAndSum(row, tokens(), threshold);
    if (first + i == 0 && row[0] == 0) row_sum += row[0] = first_weight;
    for (int of_layer = layer; of_layer < kept.layers(); ++of_layer) {
      const float weight = Share(of_layer)[first + i] / (1 + row_sum);
      if (weight == 0) continue;
      float* const sum = own_sums + of_layer * fused.stride();
      BestKernels().add_scaled(row, weight, tokens(), sum);
      sum[first + i] += weight;
    }
  }
}

void RolloutRun::State::EndApply() {
  for (int of_layer = layer; of_layer < kept.layers(); ++of_layer) {
    std::fill_n(Share(of_layer), tokens(), 0.0f);
    for (int part = 0; part < kSums; ++part) {
      const float* const sum = sums.data() + part * SumFloats() + of_layer * fused.stride();
      BestKernels().add_scaled(sum, 1.0f, tokens(), Share(of_layer));
    }
  }
}

void RolloutRun::State::EndWalk() {
  next_row = 0;
  switch (walk) {
    case Walk::kCountHigh:
      selection.EndHigh();
      walk = Walk::kCountLow;
      return;
    case Walk::kCountLow:
      threshold = selection.EndLow();
      walk = Walk::kApply;
      return;
    case Walk::kApply:
      EndApply();
      --layer;
      if (layer >= 0) BeginLayer();
  }
}

RolloutRun::RolloutRun(std::unique_ptr<State> state) : state_(std::move(state)) {}
RolloutRun::RolloutRun(RolloutRun&&) noexcept = default;
RolloutRun& RolloutRun::operator=(RolloutRun&&) noexcept = default;
RolloutRun::~RolloutRun() = default;

Result<RolloutRun> RolloutRun::Begin(const KeptHeads& kept, int prefix,
                                     const RolloutOptions& options, const ThreadPool& pool) {
  const bool is_share = options.discard >= 0 && options.discard <= 1;  // so that NaN is none
  if (!is_share) {
    return Invalid("The share to discard lies between 0 and 1.");
  }
  auto state = std::make_unique<State>(kept, options, pool);
  const double weights = 1.0 * state->tokens() * state->tokens();
  state->drop_count = static_cast<uint64_t>(weights * options.discard);
  if (!state->Reserve()) {
    return NoMemory("There is not enough memory for a rollout: use a smaller size.");
  }
  state->prefix = prefix;
  state->layer = kept.layers() - 1;
  state->shares.assign(size_t{1} * kept.layers() * state->tokens(), 0.0f);
  for (int layer = 0; layer < kept.layers(); ++layer) state->Share(layer)[0] = 1.0f;
  state->BeginLayer();
  return RolloutRun(std::move(state));
}

void RolloutRun::Step() {
  if (done()) return;
  state_->RunRows();
  if (state_->next_row == state_->tokens()) state_->EndWalk();
}

bool RolloutRun::done() const { return state_->layer < 0; }
int RolloutRun::layers_done() const { return state_->kept.layers() - 1 - state_->layer; }

std::vector<float> RolloutRun::values() const {
  std::vector<float> patches;
  for (int layer = 0; layer < state_->kept.layers(); ++layer) {
    const float* const share = state_->Share(layer);
    patches.insert(patches.end(), share + state_->prefix, share + state_->tokens());
  }
  return patches;
}

}  // namespace headlens
