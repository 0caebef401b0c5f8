// What kind of head is this: numbers that tell the maps of heads apart.
#ifndef HEADLENS_MAPS_TRAITS_H_
#define HEADLENS_MAPS_TRAITS_H_

#include <array>
#include <span>
#include <string_view>
#include <vector>

#include "image/image.h"

namespace headlens {

// p is the head's scores divided by their sum; what is not finite counts as 0.
struct HeadTraits {
  float entropy = 0;      // -sum p ln p / ln(patches): 0 one patch, 1 all patches alike
  float compactness = 0;  // 1 - root mean square distance of two draws of p over that of two even
                          // draws (Bachi 1963's standard distance): 1 one patch, 0 as spread as the
                          // whole photo, or more
  float centre_x = 0;     // centre of mass, shares of the grid's width and height
  float centre_y = 0;
  float edges = 0;    // Pearson r of the scores with the photo's gradient per patch
  float overlap = 0;  // mean over the other heads of sum min(p, p'): 1 the same map, 0 disjoint
  float prefix = 0;   // share of the mass on [CLS] and the registers: 1 - sum of the scores
};

// Each trait with its name in files and lists, and what it says in a sentence.
struct TraitText {
  std::string_view name;
  std::string_view definition;
  float HeadTraits::* value;
};
extern const std::array<TraitText, 7> kTraits;

// scores: (layers, heads, rows, cols); gradient: (rows, cols), empty: edges stay 0.
// Gives (layers, heads). A map without mass has traits of 0 and prefix 1.
std::vector<HeadTraits> TraitsOfHeads(std::span<const float> scores, int layers, int heads,
                                      int rows, int cols, std::span<const float> gradient);

// Mean magnitude of the Sobel gradient of the photo's luma in each patch: (rows, cols). The photo
// is what the patches cover.
std::vector<float> GradientOfPatches(const Image& photo, int rows, int cols);

// sum min(p, p') of two maps, each divided by its sum: 1 the same, 0 disjoint.
float OverlapOfMaps(std::span<const float> a, std::span<const float> b);

}  // namespace headlens

#endif  // HEADLENS_MAPS_TRAITS_H_
