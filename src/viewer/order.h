// The traits of the maps on screen, and the order and groups of heads that they give.
#ifndef HEADLENS_VIEWER_ORDER_H_
#define HEADLENS_VIEWER_ORDER_H_

#include <span>
#include <vector>

#include "viewer/panes.h"
#include "viewer/view_state.h"

namespace headlens {

// Computes Pane::traits of those panes whose maps, or what is shown of them, changed.
void RefreshTraits(std::span<Pane> panes, const ViewState& state);

// Of a head in a layer, both counted from 0; all 0 while the pane has no maps.
HeadTraits TraitsIn(const Pane& pane, int layer, int head);

// The heads of a pane, counted from 0, as ViewState.order has them in the layer shown: the most
// focused, the most compact, those that follow edges most, those least like the others, those with
// the least of their mass on [CLS] and the registers first.
std::vector<int> HeadOrder(const Pane& pane, const ViewState& state);

// What an order goes by. kHead has no number: 0.
float TraitOf(const HeadTraits& traits, Order order);

// Heads beside each other in HeadOrder.
struct HeadGroup {
  std::vector<int> heads;
  HeadTraits first, last;  // of these: the ends of what the group has
};

// The heads in their order, in groups of like traits where the state asks for them, else as one:
// as few natural groups as leave a fifth of what the heads differ by, at most four.
std::vector<HeadGroup> HeadGroups(const Pane& pane, const ViewState& state);

}  // namespace headlens

#endif  // HEADLENS_VIEWER_ORDER_H_
