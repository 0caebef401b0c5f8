// What the viewer shows: one struct with one JSON form, used by the page's address, by messages
// from other pages and by tests. A new control is a new field here, once.
//
// Layers and heads count from 1, as the panel shows them; patches from 0, as arrays do.
#ifndef HEADLENS_VIEWER_VIEW_STATE_H_
#define HEADLENS_VIEWER_VIEW_STATE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "maps/colour.h"
#include "maps/weights.h"

namespace headlens {

struct Patch {
  int row = 0;
  int col = 0;
  bool operator==(const Patch&) const = default;
};

struct Place {
  float x = 0.5f;
  float y = 0.5f;
};

// What fills the window.
enum class View {
  kOverlay,     // the heads over the photo
  kHeads,       // every head of the layer for itself
  kAtlas,       // every head of every layer
  kSlider,      // two pictures and a divider: against the photo or another layer
  kRollout,     // attention rollout up to the layer
  kSimilarity,  // of the query's key with every patch's
  kPca,         // three principal components as red, green, blue
};

// One colour a head; one scale for the mean or the maximum of the heads, or for one head alone; the
// heads as the figure of the DINO paper has them.
enum class ViewMode { kHeads, kMean, kMax, kSingle, kFigure };

enum class Contours { kNone, kPatches, kSmooth };  // around what keep_mass keeps
enum class Fusion { kMean, kMax, kMin };           // of a layer's heads to one matrix, for rollout
enum class Facet { kKeys, kTokens };               // what PCA is of
enum class Order { kHead, kEntropy, kCompactness, kEdges, kOverlap, kPrefix };  // of heads in lists
enum class Aspect { kKept, kSquare };  // of the photo in the network; square: as the authors do

inline constexpr int kMaxHeads = 64;
inline constexpr float kMaxZoom = 32;
inline constexpr uint64_t kAllHeads = ~uint64_t{0};

inline constexpr const char* kCameraPhoto = "camera";  // frames of the camera, as they come

struct ViewState {
  std::string model;    // "model": name or address; empty: the one that comes with the page
  std::string compare;  // "compare": name of a second model beside it; empty: none
  std::string photo;    // "photo": name of a sample, kCameraPhoto, or address; empty: none
  int layer = 0;        // "layer": 1..layers, 0: the last
  uint64_t heads_on = kAllHeads;     // "heads": [1, 3] or "all"; bit h: head h + 1 is drawn
  int head = 1;                      // "head": the one that mode single shows
  std::optional<Patch> query;        // "query": [row, col], or null: [CLS]
  View view = View::kOverlay;        // "view": "overlay", "heads", "atlas", "slider", "rollout", ..
  ViewMode mode = ViewMode::kHeads;  // "mode": "heads", "mean", "max", "single", "figure"
  float opacity = 0.85f;             // "opacity": 0..1
  float keep_mass = 1.0f;            // "keep_mass": 0..1, 1: every patch
  Combine combine = Combine::kEach;  // "combine": "each", "union", "intersection" of what is kept
  Contours contours = Contours::kNone;                 // "contours": "none", "patches", "smooth"
  Normalisation normalisation = Normalisation::kClip;  // "normalisation": "clip", "head", "heads",
                                                       // "layers", "log"
  Palette palette = Palette::kHeadlens;                // "palette": "headlens", "okabe-ito", "dino"
  Colormap colormap = Colormap::kInferno;  // "colormap": "inferno", "viridis", "turbo", "grey"
  std::vector<Colour> colours;  // "colours": ["#rrggbb", ..] of the first heads, over palette
  bool smooth = true;           // "interpolation": "smooth" or "nearest"
  Order order = Order::kHead;   // "order": "head", "entropy", "compactness", "edges",
                                // "overlap", "prefix"
  bool grouped = false;         // "groups": "none", "alike": heads in lists stand apart by `order`
  int against = 0;              // "against": view slider compares with it; 0: the photo
  float divider = 0.5f;         // "divider": 0..1 of the photo's width
  Fusion fusion = Fusion::kMean;  // "fusion": "mean", "max", "min" of the heads in a rollout
  float discard = 0;              // "discard": 0..1, the weakest share that a rollout drops
  Facet facet = Facet::kKeys;     // "facet": "keys", "tokens"
  std::optional<Patch> explain;   // "explain": [row, col] whose number is taken apart, or null
  float zoom = 1;                 // "zoom": 1 shows all of the photo, at most kMaxZoom
  Place centre;                   // "centre": [x, y] of the photo in the middle, shares of it
  int size = 224;                 // "size": the photo's short side in pixels for the network
  Aspect aspect = Aspect::kKept;  // "aspect": "kept", "square"
};

bool operator==(const ViewState& a, const ViewState& b);

std::string ViewStateToJson(const ViewState& state);

// A state read on top of another: fields that the text does not mention keep their value.
struct ViewStateUpdate {
  ViewState state;
  std::vector<std::string> unknown;  // names in the text that are no field
};

// Fails, naming the field, where a value has the wrong type or is out of range.
Result<ViewStateUpdate> ViewStateFromJson(std::string_view text, const ViewState& base);

// The colour of a head, counted from 0.
Colour ColourOfHead(const ViewState& state, int head);

// Of the first heads: ["#rrggbb", ..].
std::string HeadColoursToJson(const ViewState& state, int heads);

// The layer shown, counted from 0, of a model with so many layers.
int ShownLayer(const ViewState& state, int layers);

}  // namespace headlens

#endif  // HEADLENS_VIEWER_VIEW_STATE_H_
