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

namespace headlens {

struct Patch {
  int row = 0;
  int col = 0;
  bool operator==(const Patch&) const = default;
};

// One colour a head; one scale for the mean or the maximum of the heads, or for one head alone.
enum class ViewMode { kHeads, kMean, kMax, kSingle };

inline constexpr int kMaxHeads = 64;
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
  ViewMode mode = ViewMode::kHeads;  // "mode": "heads", "mean", "max", "single"
  float opacity = 0.85f;             // "opacity": 0..1
  float keep_mass = 1.0f;            // "keep_mass": 0..1, 1: every patch
  std::vector<Colour> colours;       // "colours": ["#rrggbb", ..] of the first heads
  bool smooth = true;                // "interpolation": "smooth" or "nearest"
  int size = 224;                    // "size": the photo's short side in pixels for the network
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

// The layer shown, counted from 0, of a model with so many layers.
int ShownLayer(const ViewState& state, int layers);

}  // namespace headlens

#endif  // HEADLENS_VIEWER_VIEW_STATE_H_
