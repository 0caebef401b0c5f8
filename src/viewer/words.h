// What the settings of the view are called where people read them.
#ifndef HEADLENS_VIEWER_WORDS_H_
#define HEADLENS_VIEWER_WORDS_H_

#include <array>
#include <cstddef>
#include <span>
#include <string>

#include "viewer/view_state.h"

namespace headlens {

// Each in the order of its enum.
inline constexpr std::array kViewNames = {"Overlay", "Heads",      "Atlas", "Compare",
                                          "Rollout", "Similarity", "PCA"};
inline constexpr std::array kModeNames = {"Colours", "Mean", "Max", "Single", "Figure"};
inline constexpr std::array kNormalisationNames = {"Each head, clipped", "Each head, min to max",
                                                   "Shared over heads", "Shared over layers",
                                                   "Logarithm"};
inline constexpr std::array kCombineNames = {"Each", "Union", "Intersection"};
inline constexpr std::array kContourNames = {"None", "Patches", "Smooth"};
inline constexpr std::array kPaletteNames = {"Headlens", "Okabe and Ito", "DINO"};
inline constexpr std::array kColormapNames = {"Inferno", "Viridis", "Turbo", "Grey"};
inline constexpr std::array kFusionNames = {"Mean", "Max", "Min"};
inline constexpr std::array kFacetNames = {"Keys", "Tokens"};
inline constexpr std::array kOrderNames = {"Head",  "Entropy", "Compactness",
                                           "Edges", "Overlap", "[CLS] and registers"};
inline constexpr std::array kAspectNames = {"Kept", "Square"};

template <typename Enum, size_t kCount>
constexpr const char* NameOf(const std::array<const char*, kCount>& names, Enum value) {
  return names[static_cast<size_t>(value)];
}

std::string Percent(float share);  // "60 %"

// "Patch 3, 4", or "[CLS]"
std::string QueryName(std::optional<Patch> query);

// What one change made of the view: "Normalisation: shared over heads". Empty where nothing that is
// worth a word changed. layers: of the model.
std::string WordsOfChange(const ViewState& before, const ViewState& after, int layers);

}  // namespace headlens

#endif  // HEADLENS_VIEWER_WORDS_H_
