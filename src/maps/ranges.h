// Which scores are drawn as 0 and as 1.
#ifndef HEADLENS_MAPS_RANGES_H_
#define HEADLENS_MAPS_RANGES_H_

#include <span>
#include <vector>

namespace headlens {

// The scores that weights of 0 and 1 stand for. {0, 0} where no score is finite.
struct ScoreRange {
  float low = 0;
  float high = 0;
  bool operator==(const ScoreRange&) const = default;
};

// From the least to the largest finite score.
ScoreRange FiniteRange(std::span<const float> scores);

// From the median to the 99.5th percentile of the finite scores; where the two coincide,
// FiniteRange.
ScoreRange ClipRange(std::span<const float> scores);

// From the 1st percentile to the largest of the finite scores above 0: what has a logarithm.
ScoreRange LogRange(std::span<const float> scores);

// (score - low) / (high - low), not clamped; 0 for a range without width and for scores that are
// not finite.
std::vector<float> Rescale(std::span<const float> scores, ScoreRange range);

}  // namespace headlens

#endif  // HEADLENS_MAPS_RANGES_H_
