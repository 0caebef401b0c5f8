// Maps as bytes: what a baked figure carries, a quarter of the floats' size.
#ifndef HEADLENS_MAPS_BAKED_H_
#define HEADLENS_MAPS_BAKED_H_

#include <cstdint>
#include <span>
#include <vector>

namespace headlens {

// A map is coded between its own least and largest score:
//
//   score = low + (high - low) * (level / 255)^2
//
// The square gives the many small scores of a peaked map most of the levels; a score comes back at
// most (high - low) / 255 off. A uniform map has low = high and levels of 0.
struct CodedMaps {
  std::vector<uint8_t> levels;  // (maps, patches)
  std::vector<float> low;       // (maps)
  std::vector<float> high;      // (maps)
};

// scores: (maps, patches). What is not finite becomes the least score of its map.
CodedMaps CodeMaps(std::span<const float> scores, size_t maps);

}  // namespace headlens

#endif  // HEADLENS_MAPS_BAKED_H_
