// Groups of like numbers.
#ifndef HEADLENS_MAPS_GROUPS_H_
#define HEADLENS_MAPS_GROUPS_H_

#include <span>
#include <vector>

namespace headlens {

// Where a sorted row of numbers falls apart by itself: Jenks's natural breaks, found exactly
// (Fisher 1958). Of all ways to cut the row into k groups the one with the least squared distance
// from the groups' means; k is the least that leaves at most `left` of the squared distance from
// the mean of all, and at most `most`. Gives the sizes of the groups, in the order of the row;
// numbers that are all alike are one group. O(most n^2).
std::vector<int> NaturalGroups(std::span<const float> sorted, double left, int most);

}  // namespace headlens

#endif  // HEADLENS_MAPS_GROUPS_H_
