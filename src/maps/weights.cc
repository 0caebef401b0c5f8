#include "maps/weights.h"

#include <algorithm>
#include <cmath>

#include "maps/heads.h"

namespace headlens {
namespace {

// clamp((ln s - ln low) / (ln high - ln low), 0, 1)
std::vector<float> LogWeights(std::span<const float> scores, ScoreRange range) {
  std::vector<float> weights(scores.size(), 0.0f);
  if (!(range.low > 0.0f && range.high > range.low)) return weights;
  const float low = std::log(range.low), span = std::log(range.high) - low;
  if (!(span > 0.0f)) return weights;
  for (size_t i = 0; i < scores.size(); ++i) {
    if (!std::isfinite(scores[i]) || scores[i] <= 0.0f) continue;
    weights[i] = std::clamp((std::log(scores[i]) - low) / span, 0.0f, 1.0f);
  }
  return weights;
}

std::vector<float> WeightsIn(std::span<const float> scores, ScoreRange range,
                             Normalisation normalisation) {
  if (normalisation == Normalisation::kClip) return HeadWeights(scores, 1.0f);
  if (normalisation == Normalisation::kLog) return LogWeights(scores, range);
  return Rescale(scores, range);
}

bool SharedByHeads(Normalisation normalisation) {
  return normalisation == Normalisation::kHeads || normalisation == Normalisation::kLayers;
}

// One mask of (patches) out of those of the heads that are on, written over every head's.
void CombineMasks(const LayerScores& scores, const WeightStyle& style,
                  std::vector<uint8_t>& masks) {
  const bool all_of_them = style.combine == Combine::kIntersection;
  for (int patch = 0; patch < scores.patches; ++patch) {
    int on = 0, keep = 0;
    for (int head = 0; head < scores.heads; ++head) {
      if (!HeadIsOn(style.heads_on, head)) continue;
      ++on;
      keep += masks[size_t{1} * head * scores.patches + patch];
    }
    const bool kept = keep > 0 && (!all_of_them || keep == on);
    for (int head = 0; head < scores.heads; ++head) {
      masks[size_t{1} * head * scores.patches + patch] = kept;
    }
  }
}

}  // namespace

std::span<const float> LayerScores::Layer() const {
  const size_t size = size_t{1} * heads * patches;
  return all.subspan(layer * size, size);
}

std::span<const float> LayerScores::Head(int head) const {
  return Layer().subspan(size_t{1} * head * patches, patches);
}

bool HeadIsOn(uint64_t heads_on, int head) { return head >= 64 || (heads_on >> head & 1) != 0; }

std::vector<float> LayerWeights(const LayerScores& scores, const WeightStyle& style) {
  std::vector<float> weights;
  weights.reserve(size_t{1} * scores.heads * scores.patches);
  ScoreRange range;
  for (int head = 0; head < scores.heads; ++head) {
    if (head == 0 || !SharedByHeads(style.normalisation)) {
      range = RangeOfHead(scores, head, style.normalisation);
    }
    const std::vector<float> own = WeightsIn(scores.Head(head), range, style.normalisation);
    weights.insert(weights.end(), own.begin(), own.end());
  }
  if (style.keep_mass < 1.0f) DropUnkept(LayerMask(scores, style), weights);
  return weights;
}

std::vector<uint8_t> LayerMask(const LayerScores& scores, const WeightStyle& style) {
  std::vector<uint8_t> masks;
  if (style.keep_mass >= 1.0f) {
    masks.assign(size_t{1} * scores.heads * scores.patches, 1);
    return masks;
  }
  for (int head = 0; head < scores.heads; ++head) {
    const std::vector<uint8_t> own = KeepMass(scores.Head(head), style.keep_mass);
    masks.insert(masks.end(), own.begin(), own.end());
  }
  if (style.combine != Combine::kEach) CombineMasks(scores, style, masks);
  return masks;
}

ScoreRange RangeOfHead(const LayerScores& scores, int head, Normalisation normalisation) {
  switch (normalisation) {
    case Normalisation::kClip:
      return ClipRange(scores.Head(head));
    case Normalisation::kHead:
      return FiniteRange(scores.Head(head));
    case Normalisation::kHeads:
      return FiniteRange(scores.Layer());
    case Normalisation::kLayers:
      return FiniteRange(scores.all);
    case Normalisation::kLog:
      return LogRange(scores.Head(head));
  }
  return {};
}

float ScoreOfWeight(float weight, ScoreRange range, Normalisation normalisation) {
  if (normalisation == Normalisation::kLog) {
    if (!(range.low > 0.0f)) return range.low;
    return range.low * std::pow(range.high / range.low, weight);
  }
  const float share =
      normalisation == Normalisation::kClip ? std::pow(weight, 1.0f / kClipGamma) : weight;
  return range.low + share * (range.high - range.low);
}

}  // namespace headlens
