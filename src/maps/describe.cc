#include "maps/describe.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <string_view>
#include <vector>

namespace headlens {
namespace {

constexpr double kWantedMass = 0.6;  // the share of a head's mass that is looked for
constexpr double kSpreadFrom = 0.4;  // the share of the patches that, needed for it, is all over
constexpr double kHalfMass = 0.7;    // of what was found, in a half that is named for it
constexpr double kNamedMass = 0.75;  // of what was found, in the parts that are named

constexpr std::array<std::string_view, 9> kParts = {"upper left", "top",    "upper right",
                                                    "left",       "centre", "right",
                                                    "lower left", "bottom", "lower right"};

struct Line {
  std::array<int, 3> parts;
  std::string_view words;
};
constexpr std::array<Line, 6> kLines = {{{{0, 1, 2}, "along the top"},
                                         {{3, 4, 5}, "across the middle"},
                                         {{6, 7, 8}, "along the bottom"},
                                         {{0, 3, 6}, "down the left side"},
                                         {{1, 4, 7}, "down the middle"},
                                         {{2, 5, 8}, "down the right side"}}};

struct Map {
  std::span<const float> scores;  // (rows, cols)
  int rows = 0;
  int cols = 0;
};

// Indices in the order of what they have, the most first.
template <typename Values>
std::vector<int> Descending(const Values& values) {
  std::vector<int> order(values.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, [&](int a, int b) { return values[a] > values[b]; });
  return order;
}

struct Strongest {
  std::vector<int> patches;  // those that carry kWantedMass; none where there is no mass
  double share = 0;          // what they carry
};

Strongest StrongestPatches(const Map& map) {
  const double sum = std::accumulate(map.scores.begin(), map.scores.end(), 0.0);
  if (!(sum > 0)) return {};
  Strongest strongest{Descending(map.scores), 0};
  double carried = 0;
  size_t count = 0;
  while (count < strongest.patches.size() && carried < kWantedMass * sum) {
    carried += map.scores[strongest.patches[count++]];
  }
  strongest.patches.resize(count);
  strongest.share = carried / sum;
  return strongest;
}

int PartOf(int patch, const Map& map) {
  const auto third = [](int at, int count) { return static_cast<int>(3 * (at + 0.5) / count); };
  return 3 * third(patch / map.cols, map.rows) + third(patch % map.cols, map.cols);
}

// The parts that hold kNamedMass of the patches' mass, the most first.
std::vector<int> NamedParts(const Map& map, std::span<const int> patches) {
  std::array<double, kParts.size()> masses{};
  for (const int patch : patches) masses[PartOf(patch, map)] += map.scores[patch];
  const double all = std::accumulate(masses.begin(), masses.end(), 0.0);
  std::vector<int> named = Descending(masses);
  double held = 0;
  size_t count = 0;
  while (count < named.size() && held < kNamedMass * all) held += masses[named[count++]];
  named.resize(count);
  return named;
}

// A half of the photo that holds most of what was found; empty where there is none.
std::string HalfWords(const Map& map, std::span<const int> patches) {
  constexpr std::array<std::string_view, 4> kHalves = {"upper", "lower", "left", "right"};
  std::array<double, 4> masses{};
  double all = 0;
  for (const int patch : patches) {
    const float score = map.scores[patch];
    all += score;
    const int row = patch / map.cols, col = patch % map.cols;
    masses[2 * row + 1 < map.rows ? 0 : 1] += score;
    masses[2 * col + 1 < map.cols ? 2 : 3] += score;
  }
  const int half = Descending(masses)[0];
  return masses[half] >= kHalfMass * all ? "over the " + std::string(kHalves[half]) + " half" : "";
}

bool Touch(int a, int b) { return std::abs(a % 3 - b % 3) <= 1 && std::abs(a / 3 - b / 3) <= 1; }

// "a", "a and b", "a, b and c".
std::string Listed(std::span<const int> parts) {
  std::string text;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) text += i + 1 == parts.size() ? " and " : ", ";
    text += kParts[parts[i]];
  }
  return text;
}

std::string PlaceWords(const Map& map, std::span<const int> patches) {
  const std::vector<int> named = NamedParts(map, patches);
  std::vector<int> ascending = named;
  std::ranges::sort(ascending);
  for (const Line& line : kLines) {
    if (std::ranges::equal(line.parts, ascending)) return std::string(line.words);
  }
  if (named.size() == 2 && Touch(named[0], named[1])) {
    return std::string(kParts[named[0]]) + " to " + std::string(kParts[named[1]]);
  }
  if (named.size() <= 3) return Listed(named);
  std::string half = HalfWords(map, patches);
  if (!half.empty()) return half;
  return "in several places, most at the " + std::string(kParts[named[0]]);
}

}  // namespace

std::string DescribeMap(std::span<const float> map, int rows, int cols) {
  const Map all{map, rows, cols};
  const auto [patches, share] = StrongestPatches(all);
  if (patches.empty()) return "nothing on the photo";
  if (static_cast<double>(patches.size()) >= kSpreadFrom * static_cast<double>(map.size())) {
    return "spread over the whole photo";
  }
  return PlaceWords(all, patches) + ", " + std::to_string(std::lround(100 * share)) +
         " % of its mass in " + std::to_string(patches.size()) + " of " +
         std::to_string(map.size()) + " patches";
}

}  // namespace headlens
