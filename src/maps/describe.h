// Where the mass of attention lies, in words: the text that stands for a picture. web/describe.js
// is its twin for the page.
#ifndef HEADLENS_MAPS_DESCRIBE_H_
#define HEADLENS_MAPS_DESCRIBE_H_

#include <span>
#include <string>

namespace headlens {

// "upper left to centre, 60 % of its mass in 31 of 784 patches" of a map (rows, cols).
std::string DescribeMap(std::span<const float> map, int rows, int cols);

}  // namespace headlens

#endif  // HEADLENS_MAPS_DESCRIBE_H_
