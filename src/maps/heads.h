// From raw attention scores to weights in [0, 1] that can be drawn.
#ifndef HEADLENS_MAPS_HEADS_H_
#define HEADLENS_MAPS_HEADS_H_

#include <cstdint>
#include <span>
#include <vector>

namespace headlens {

// (score - min) / (max - min) over one head's patches. A uniform map (max = min) becomes 0, never
// NaN; so does a score that is not finite.
std::vector<float> NormaliseMinMax(std::span<const float> scores);

// 1 for the patches that, highest first, carry `mass` (0..1) of the head's sum, else 0; exactly as
// visualize_attention.py --threshold: sorted ascending, kept where the cumulative share exceeds 1 -
// mass.
std::vector<uint8_t> KeepMass(std::span<const float> scores, float mass);

// 0 where `kept` is 0.
void DropUnkept(std::span<const uint8_t> kept, std::span<float> map);

inline constexpr float kClipGamma = 0.8f;

// What an overlay shows of a head: clamp((score - median) / (p99.5 - median), 0, 1)^kClipGamma with
// the percentiles of the head's own patches, 0 where KeepMass drops the patch (keep_mass 1 drops
// none). Attention is so peaked that min-max alone would leave all but a few patches dark, and half
// of them carry next to nothing. Where the percentiles coincide, min and max take their place.
std::vector<float> HeadWeights(std::span<const float> scores, float keep_mass);

// A map (rows, cols) at the resolution (height, width) of what the patches cover.
// Bilinear has patch centres at pixel (i + 0.5) * height / rows, clamped at the border.
std::vector<float> UpsampleNearest(std::span<const float> map, int rows, int cols, int height,
                                   int width);
std::vector<float> UpsampleBilinear(std::span<const float> map, int rows, int cols, int height,
                                    int width);

}  // namespace headlens

#endif  // HEADLENS_MAPS_HEADS_H_
