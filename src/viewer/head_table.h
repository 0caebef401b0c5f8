// What the list of heads says of each: traits of all layers, computed once for the maps on screen,
// and the order that they put the heads in.
#ifndef HEADLENS_VIEWER_HEAD_TABLE_H_
#define HEADLENS_VIEWER_HEAD_TABLE_H_

#include <span>
#include <string>
#include <vector>

#include "maps/traits.h"
#include "viewer/heads.h"
#include "viewer/view_state.h"

namespace headlens {

struct HeadTable {
  int layers = 0;
  int heads = 0;
  std::vector<HeadTraits> traits;  // (layers, heads); empty while there are no maps

  // What they were computed from.
  const float* scores = nullptr;
  const float* gradient = nullptr;

  std::span<const HeadTraits> Layer(int layer) const;
};

// Computed where the maps that the view shows are others than those of before.
void UpdateTable(const Heads& heads, const ViewState& state, HeadTable* table);

// To be called when maps or gradient changed in place.
void ForgetTable(HeadTable* table);

// What an order goes by. kHead has no number: 0.
float TraitOf(const HeadTraits& traits, Order order);

struct TraitWords {
  const char* name;        // as a column has it
  const char* definition;  // in words, exactly as maps/traits.h computes it
  float low;               // the range that it is drawn in
  float high;
};
const TraitWords& WordsOf(Order order);

// Heads of a layer, counted from 0: those with the lowest entropy or the least mass on [CLS] and
// registers first, of the others the largest number; equals as they are counted.
std::vector<int> HeadsInOrder(std::span<const HeadTraits> layer, Order order);

}  // namespace headlens

#endif  // HEADLENS_VIEWER_HEAD_TABLE_H_
