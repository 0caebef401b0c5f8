#include "maps/groups.h"

#include <algorithm>
#include <limits>

namespace headlens {
namespace {

// Squared distance from their mean, of the numbers from first to before end.
class Spread {
 public:
  explicit Spread(std::span<const float> values) : sums_(values.size() + 1, Sums{}) {
    for (size_t i = 0; i < values.size(); ++i) {
      const double value = static_cast<double>(values[i]) - static_cast<double>(values[0]);
      sums_[i + 1] = {sums_[i].of + value, sums_[i].of_squares + value * value};
    }
  }
  double Of(size_t first, size_t end) const {
    const double sum = sums_[end].of - sums_[first].of;
    const double squares = sums_[end].of_squares - sums_[first].of_squares;
    return std::max(0.0, squares - sum * sum / static_cast<double>(end - first));
  }

 private:
  struct Sums {
    double of = 0, of_squares = 0;
  };
  std::vector<Sums> sums_;
};

// The best cut of the first `end` numbers into so many groups, and where its last group begins.
struct Cut {
  double spread = std::numeric_limits<double>::infinity();
  size_t last = 0;
};

// Each with a group more than in `before`.
std::vector<Cut> WithOneMore(const std::vector<Cut>& before, const Spread& spread) {
  std::vector<Cut> cuts(before.size());
  for (size_t end = 1; end < cuts.size(); ++end) {
    for (size_t last = 1; last < end; ++last) {
      const double sum = before[last].spread + spread.Of(last, end);
      if (sum < cuts[end].spread) cuts[end] = {sum, last};
    }
  }
  return cuts;
}

}  // namespace

std::vector<int> NaturalGroups(std::span<const float> sorted, double left, int most) {
  const size_t count = sorted.size();
  if (count == 0) return {};
  const Spread spread(sorted);
  const double allowed = left * spread.Of(0, count);
  std::vector<std::vector<Cut>> cuts(1, std::vector<Cut>(count + 1));
  for (size_t end = 1; end <= count; ++end) cuts[0][end] = {spread.Of(0, end), 0};
  while (cuts.back()[count].spread > allowed && static_cast<int>(cuts.size()) < most) {
    cuts.push_back(WithOneMore(cuts.back(), spread));
  }
  std::vector<int> sizes;
  size_t end = count;
  for (size_t groups = cuts.size(); groups-- > 0;) {
    const size_t last = cuts[groups][end].last;
    sizes.insert(sizes.begin(), static_cast<int>(end - last));
    end = last;
  }
  return sizes;
}

}  // namespace headlens
