// What a picture draws of each patch of each head of a layer: weights in [0, 1], and the scores
// that they stand for.
#ifndef HEADLENS_MAPS_WEIGHTS_H_
#define HEADLENS_MAPS_WEIGHTS_H_

#include <cstdint>
#include <span>
#include <vector>

#include "maps/ranges.h"

namespace headlens {

// Which scores are drawn as 0 and as 1. All but kClip and kLog are linear between them.
enum class Normalisation {
  kClip,    // each head from its median to its 99.5th percentile, to the power of 0.8: HeadWeights
  kHead,    // each head from its least to its largest score, as visualize_attention.py saves it
  kHeads,   // from the least to the largest of all the heads of the layer
  kLayers,  // of all the heads of all the layers
  kLog,     // each head's logarithm, from its 1st percentile to its largest score; 0 for no mass
};

// How the keep-mass masks of the heads that are on are combined. The weights of every head are 0
// where the combined mask is.
enum class Combine { kEach, kUnion, kIntersection };

// Maps of all layers: (layers, heads, patches), and those to draw.
struct LayerScores {
  std::span<const float> all;
  int layers = 0;
  int heads = 0;
  int patches = 0;
  int layer = 0;  // counted from 0
  std::span<const float> Layer() const;
  std::span<const float> Head(int head) const;
};

struct WeightStyle {
  Normalisation normalisation = Normalisation::kClip;
  float keep_mass = 1;  // 1 keeps every patch
  Combine combine = Combine::kEach;
  uint64_t heads_on = ~uint64_t{0};  // those whose masks are combined
  bool operator==(const WeightStyle&) const = default;
};

// Bit h of heads_on; heads beyond the 64th are always on.
bool HeadIsOn(uint64_t heads_on, int head);

// (heads, patches) in [0, 1]. A range without width gives 0, never NaN; so does a score that is not
// finite, and in kLog one that is not above 0.
std::vector<float> LayerWeights(const LayerScores& scores, const WeightStyle& style);

// (heads, patches), 1 where the patch is kept: KeepMass of each head, combined over those on (with
// none on, nothing is kept). keep_mass 1 keeps all.
std::vector<uint8_t> LayerMask(const LayerScores& scores, const WeightStyle& style);

// The scores that a head's weights of 0 and 1 stand for.
ScoreRange RangeOfHead(const LayerScores& scores, int head, Normalisation normalisation);

// The score that a weight stands for: what is written beside a colour bar.
float ScoreOfWeight(float weight, ScoreRange range, Normalisation normalisation);

}  // namespace headlens

#endif  // HEADLENS_MAPS_WEIGHTS_H_
