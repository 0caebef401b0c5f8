// What the numbers of a head are called, and what each of them is.
#ifndef HEADLENS_VIEWER_TRAIT_WORDS_H_
#define HEADLENS_VIEWER_TRAIT_WORDS_H_

#include <string>

#include "maps/traits.h"
#include "viewer/view_state.h"

namespace headlens {

// What an order goes by. kHead has no number: 0.
float TraitOf(const HeadTraits& traits, Order order);

struct TraitWords {
  const char* name;        // as a column has it
  const char* definition;  // in words, exactly as maps/traits.h computes it
  float low;               // the range that it is drawn in
  float high;
};
const TraitWords& WordsOf(Order order);

// "0.83"; of shares "12 %".
std::string TraitText(const HeadTraits& traits, Order order);

}  // namespace headlens

#endif  // HEADLENS_VIEWER_TRAIT_WORDS_H_
