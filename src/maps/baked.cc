#include "maps/baked.h"

#include <cmath>

#include "maps/ranges.h"

namespace headlens {

CodedMaps CodeMaps(std::span<const float> scores, size_t maps) {
  CodedMaps coded;
  coded.levels.reserve(scores.size());
  const size_t patches = maps == 0 ? 0 : scores.size() / maps;
  for (size_t map = 0; map < maps; ++map) {
    const std::span<const float> own = scores.subspan(map * patches, patches);
    const ScoreRange range = FiniteRange(own);
    coded.low.push_back(range.low);
    coded.high.push_back(range.high);
    for (const float share : Rescale(own, range)) {
      coded.levels.push_back(static_cast<uint8_t>(std::lround(255.0f * std::sqrt(share))));
    }
  }
  return coded;
}

}  // namespace headlens
