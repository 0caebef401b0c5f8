// The maps of the photo on screen by one model, and what a picture draws of them.
#ifndef HEADLENS_VIEWER_HEADS_H_
#define HEADLENS_VIEWER_HEADS_H_

#include <optional>
#include <span>
#include <vector>

#include "viewer/layout.h"
#include "viewer/view_state.h"

namespace headlens {

struct Heads {
  int layers = 0;
  int heads = 0;
  PatchGrid grid;
  std::vector<float> cls;    // (layers, heads, rows, cols)
  std::vector<float> query;  // same shape; empty until the maps of query_patch are there
  std::optional<Patch> query_patch;
};

bool HasMaps(const Heads& heads);

// The scores that the view asks for, (heads, rows, cols). While a query's maps are still on their
// way those of the last query, or of [CLS], stay on screen.
std::span<const float> ShownScores(const Heads& heads, const ViewState& state);

// True while the maps of the patch that is asked for are not there.
bool AwaitsQuery(const Heads& heads, std::optional<Patch> asked);

// What is drawn of each patch, 0..1: HeadWeights of every head. (heads, rows, cols)
std::vector<float> ShownWeights(const Heads& heads, std::span<const float> scores, float keep_mass);

// The score of a patch in one head: its share of what the query attends to.
float ScoreAt(const Heads& heads, std::span<const float> scores, int head, Patch patch);

}  // namespace headlens

#endif  // HEADLENS_VIEWER_HEADS_H_
