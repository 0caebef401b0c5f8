// The maps of the photo on screen by one model, and what a picture draws of them.
#ifndef HEADLENS_VIEWER_HEADS_H_
#define HEADLENS_VIEWER_HEADS_H_

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "maps/weights.h"
#include "viewer/layout.h"
#include "viewer/view_state.h"

namespace headlens {

// What a view shows instead of the heads' maps: the rollout, similarities, or PCA.
struct Field {
  std::string key;            // FieldKey of what it was computed from; empty: none yet
  int layers = 0;             // 1 where it is of one layer only
  int channels = 0;           // 3: red, green and blue in [0, 1]
  std::vector<float> values;  // (layers, rows, cols, channels)
};

// How the score of one patch came about, in one head of one layer.
struct ScoreParts {
  float dot = 0;               // q . k / sqrt(head size)
  float max = 0;               // the largest of these over all tokens
  float sum = 0;               // of exp(q . k / sqrt(head size) - max) over all tokens
  float prefix_cls = 0;        // the row's share on [CLS]
  float prefix_registers = 0;  // and on the registers
};

struct Explanation {
  std::optional<Patch> query;  // none: [CLS]
  Patch patch;
  int tokens = 0;                 // of a row: [CLS], registers and patches
  std::vector<ScoreParts> parts;  // (layers, heads); empty: none yet
};

struct Heads {
  int layers = 0;
  int heads = 0;
  PatchGrid grid;
  std::vector<float> cls;    // (layers, heads, rows, cols)
  std::vector<float> query;  // same shape; empty until the maps of query_patch are there
  std::optional<Patch> query_patch;
  Field rollout = {};     // up to and with each layer
  Field similarity = {};  // in each layer
  Field pca = {};
  Explanation explanation = {};
  std::vector<float> gradient = {};  // (rows, cols): GradientOfPatches; empty until it is there
};

bool HasMaps(const Heads& heads);

// True where the maps on screen are those of a patch, not of [CLS].
bool ShowsQuery(const Heads& heads, const ViewState& state);

// The maps on screen, of all layers, with this one (counted from 0) to draw. Empty without maps.
LayerScores ScoresOf(const Heads& heads, const ViewState& state, int layer);

// The scores that the view asks for, (heads, rows, cols). While a query's maps are still on their
// way those of the last query, or of [CLS], stay on screen.
std::span<const float> ShownScores(const Heads& heads, const ViewState& state);

// True while the maps of the patch that is asked for are not there.
bool AwaitsQuery(const Heads& heads, std::optional<Patch> asked);

// The score of a patch in one head: its share of what the query attends to.
float ScoreAt(const Heads& heads, std::span<const float> scores, int head, Patch patch);

}  // namespace headlens

#endif  // HEADLENS_VIEWER_HEADS_H_
