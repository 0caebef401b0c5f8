// How closely the maps of a packed model follow those of its weights in f32, on one photo.
#ifndef HEADLENS_CLI_AGREEMENT_H_
#define HEADLENS_CLI_AGREEMENT_H_

#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/engine.h"
#include "image/image.h"

namespace headlens {

// Pearson's correlation of two maps. Of maps without any contrast it is 1 if both are so, else 0.
double MapCorrelation(std::span<const float> a, std::span<const float> b);

struct Agreement {
  int heads = 0;
  std::vector<double> correlations;  // (layers, heads)
};

// The [CLS] maps of both files, each with its own normalisation. The packed one is taken as it is,
// so that what it says of itself is tested too. short_side: as SizeRule.
Result<Agreement> CompareMaps(std::span<const uint8_t> weights, const ModelChoices& choices,
                              std::span<const uint8_t> packed, const Image& photo, int short_side);

// A line a layer, with its mean and its worst head, and one for all.
std::string AgreementTable(const Agreement& agreement);

}  // namespace headlens

#endif  // HEADLENS_CLI_AGREEMENT_H_
