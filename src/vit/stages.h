// Where the time of a pass goes: seconds that each of its stages took, all layers together.
//
//   clock.Begin(); ...; clock.Ended(Stage::kNorms); ...; clock.Ended(Stage::kQkv);
#ifndef HEADLENS_VIT_STAGES_H_
#define HEADLENS_VIT_STAGES_H_

#include <array>
#include <chrono>
#include <cstddef>

namespace headlens {

enum class Stage {
  kEmbedding,   // patches cut, projected, positions added
  kNorms,       // LayerNorms, with what is fused into them
  kQkv,         // queries, keys and values
  kMaps,        // the [CLS] maps; tokens, queries and keys put away for later
  kAttention,   // softmax(Q K^T / sqrt(d)) V
  kProjection,  // of the attention's output
  kMlp,         // fc1, GELU, fc2
};

// In the order of the enum.
inline constexpr std::array kStageNames = {"embedding", "norms",      "qkv", "maps",
                                           "attention", "projection", "mlp"};

class StageClock {
 public:
  void Reset() { seconds_ = {}; }         // a new pass
  void Begin() { last_ = Clock::now(); }  // what went before belongs to no stage

  // The time since the last Begin or Ended was this stage's.
  void Ended(Stage stage) {
    const Clock::time_point now = Clock::now();
    seconds_[static_cast<size_t>(stage)] += std::chrono::duration<double>(now - last_).count();
    last_ = now;
  }

  const std::array<double, kStageNames.size()>& seconds() const { return seconds_; }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point last_;
  std::array<double, kStageNames.size()> seconds_ = {};
};

}  // namespace headlens

#endif  // HEADLENS_VIT_STAGES_H_
