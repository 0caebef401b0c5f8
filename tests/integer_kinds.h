// The kernels in whole numbers that this machine can run, as parameters of tests, and their factors
// unpacked by hand.
#ifndef HEADLENS_TESTS_INTEGER_KINDS_H_
#define HEADLENS_TESTS_INTEGER_KINDS_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "random_vit.h"
#include "vit/kernels.h"
#include "vit/panels.h"

namespace headlens {

struct Kind {
  std::string name;
  const Kernels* kernels;
  const IntegerKernels* integers;
};

inline std::vector<Kind> UsableKinds() {
  std::vector<Kind> kinds;
  for (const Kernels* kernels : UsableKernels()) {
    std::string name = kernels->name;
    std::replace(name.begin(), name.end(), '-', '_');
    kinds.push_back({name + "_integer", kernels, &kernels->integer});
    kinds.push_back({name + "_words", kernels, &kernels->words});
  }
  return kinds;
}

// What factors reach to, and what is added to those from the left (simd_integers.h).
struct Ranges {
  int levels, offset, value_levels, weight_offset, top;
};
inline constexpr Ranges kBytes = {45, 45, 63, 32, 64};
inline constexpr Ranges kWords = {2047, 0, 2047, 0, 4080};

inline constexpr uint32_t kUntouched = 0xA5A5A5A5;

class EachKind : public testing::TestWithParam<Kind> {
 protected:
  const IntegerKernels& kernels = *GetParam().integers;
  const int panel_cols = GetParam().kernels->panel_cols;
  const Ranges range = kernels.group == 4 ? kBytes : kWords;
  Random random{7};

  static int RoundUp(int count, int to) { return (count + to - 1) / to * to; }
  int Groups(int depth) const { return GroupCount(depth, kernels); }
  int Depth(int depth) const { return Groups(depth) * kernels.group; }  // padded

  int FactorOf(uint32_t group, int place) const {
    if (kernels.group == 4) return static_cast<int8_t>(group >> (8 * place));
    return static_cast<int16_t>(group >> (16 * place));
  }
  int Left(const uint32_t* row, int k) const {
    return FactorOf(row[k / kernels.group], k % kernels.group);
  }
};

}  // namespace headlens

#endif  // HEADLENS_TESTS_INTEGER_KINDS_H_
