// What the numbers of a head are called, and what each of them is.
#ifndef HEADLENS_VIEWER_TRAIT_WORDS_H_
#define HEADLENS_VIEWER_TRAIT_WORDS_H_

#include <string>

#include "maps/traits.h"
#include "viewer/order.h"
#include "viewer/panes.h"
#include "viewer/view_state.h"

namespace headlens {

struct TraitWords {
  const char* name;        // as a column has it
  const char* definition;  // in words, exactly as maps/traits.h computes it
  float low;               // the range that it is drawn in
  float high;
};
const TraitWords& WordsOf(Order order);

// "0.83"; of shares "12 %".
std::string TraitText(const HeadTraits& traits, Order order);

// "Entropy 0.42 to 0.55".
std::string GroupText(const HeadGroup& group, Order order);

// Of a head in a layer, both counted from 0; a dash for edges where the photo's are not known.
std::string TraitTextIn(const Pane& pane, int layer, int head, Order order);

}  // namespace headlens

#endif  // HEADLENS_VIEWER_TRAIT_WORDS_H_
