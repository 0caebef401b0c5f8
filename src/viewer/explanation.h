// The numbers that one score of one head came from.
#ifndef HEADLENS_VIEWER_EXPLANATION_H_
#define HEADLENS_VIEWER_EXPLANATION_H_

#include <optional>
#include <string>

#include "viewer/heads.h"
#include "viewer/view_state.h"

namespace headlens {

// score = exp(dot - max) / sum; shares of the whole row: cls + registers + patches = 1.
struct ExplainedScore {
  float dot = 0;  // q . k / sqrt(head size)
  float max = 0;  // the largest of these in the row
  float sum = 0;  // of exp(. - max) over all tokens
  float score = 0;
  float cls = 0;
  float registers = 0;
  float patches = 0;
};

// Of the shown layer's head, counted from 0, in the pane that asks `query`. None while the engine
// has not said what the row is divided by, or a score of 0 cannot be taken back to its logarithm.
std::optional<ExplainedScore> ExplainScore(const Heads& heads, const ViewState& state,
                                           std::optional<Patch> query, int head, Patch patch);

// The strongest patch of a head in the shown layer: the number most worth taking apart.
std::optional<Patch> StrongestPatch(const Heads& heads, const ViewState& state, int head);

// Three digits that count: "0.0123", "33.2", "1.2 x 10^{-5}" (for formula.h).
std::string Number(float value);

}  // namespace headlens

#endif  // HEADLENS_VIEWER_EXPLANATION_H_
