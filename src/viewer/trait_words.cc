#include "viewer/trait_words.h"

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdio>

#include "viewer/order.h"
#include "viewer/words.h"

namespace headlens {
namespace {

// In the order of Order. p: the head's scores divided by their sum over the patches.
constexpr std::array<TraitWords, 6> kWords = {{
    {"Head", "The head's number in the model.", 0, 1},
    {"Entropy",
     "\xe2\x88\x92\xe2\x88\x91 p ln p / ln N, with p the head's scores divided by their sum and N "
     "the number of patches: 0 all on one patch, 1 all patches alike.",
     0, 1},
    {"Compactness",
     "1 \xe2\x88\x92 spread of p around its centre of mass / spread of an even map (root mean "
     "square distances): 1 one patch, 0 as spread as the whole photo.",
     0, 1},
    {"Edges",
     "Pearson's r of the scores with the photo's gradient (mean Sobel magnitude per patch).", -1,
     1},
    {"Overlap",
     "\xe2\x88\x91 min(p, p') with another head, in the mean over the other heads of the layer: 1 "
     "the same map, 0 no patch in common.",
     0, 1},
    {"Not on patches",
     "Share of the row's softmax on [CLS] and the registers: 1 \xe2\x88\x92 the sum of the "
     "patches' scores.",
     0, 1},
}};

}  // namespace

const TraitWords& WordsOf(Order order) { return kWords[static_cast<size_t>(order)]; }

std::string TraitText(const HeadTraits& traits, Order order) {
  const float value = TraitOf(traits, order);
  if (order == Order::kPrefix) return Percent(value);
  char text[16];
  const bool below = std::lround(value * 100) < 0;
  std::snprintf(text, sizeof text, "%s%.2f", below ? "\xe2\x88\x92" : "",
                std::abs(static_cast<double>(value)));
  return text;
}

std::string GroupText(const HeadGroup& group, Order order) {
  const std::string name = WordsOf(order).name, first = TraitText(group.first, order),
                    last = TraitText(group.last, order);
  return name + " " + (first == last ? first : first + " to " + last);
}

std::string TraitTextIn(const Pane& pane, int layer, int head, Order order) {
  if (order == Order::kEdges && pane.heads.gradient.empty()) return "\xe2\x80\x93";
  return TraitText(TraitsIn(pane, layer, head), order);
}

}  // namespace headlens
