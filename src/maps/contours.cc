#include "maps/contours.h"

#include <array>

namespace headlens {
namespace {

// Clockwise as the screen shows it, so that the next one is a turn to the right.
constexpr std::array<std::array<int, 2>, 4> kSteps = {{{1, 0}, {0, 1}, {-1, 0}, {0, -1}}};  // x, y

// One side of a patch, walked from a corner of the grid in a direction of kSteps.
struct Side {
  int x = 0;
  int y = 0;
  int direction = 0;
  bool operator==(const Side&) const = default;
};

// The sides between kept and dropped patches, with the kept one at the right: bit d of a corner is
// set where one leaves it in direction d.
class Border {
 public:
  Border(std::span<const uint8_t> mask, int rows, int cols)
      : cols_(cols), corners_((size_t{1} + rows) * (size_t{1} + cols)) {
    const auto kept = [&](int row, int col) {
      return row >= 0 && row < rows && col >= 0 && col < cols && mask[size_t{1} * row * cols + col];
    };
    for (int row = 0; row < rows; ++row) {
      for (int col = 0; col < cols; ++col) {
        if (!kept(row, col)) continue;
        if (!kept(row - 1, col)) Set({col, row, 0});
        if (!kept(row, col + 1)) Set({col + 1, row, 1});
        if (!kept(row + 1, col)) Set({col + 1, row + 1, 2});
        if (!kept(row, col - 1)) Set({col, row + 1, 3});
      }
    }
  }

  bool Has(const Side& side) const { return corners_[At(side)] >> side.direction & 1; }

  // The side that goes on at the end of this one. To the right first: at a corner that two kept
  // patches share, that stays with the same patch.
  Side After(const Side& side) const {
    const auto [dx, dy] = kSteps[side.direction];
    Side next{side.x + dx, side.y + dy, (side.direction + 1) % 4};
    while (!Has(next)) next.direction = (next.direction + 3) % 4;
    return next;
  }

 private:
  size_t At(const Side& side) const { return side.y * (size_t{1} + cols_) + side.x; }
  void Set(const Side& side) { corners_[At(side)] |= static_cast<uint8_t>(1 << side.direction); }

  int cols_;
  std::vector<uint8_t> corners_;
};

// The closed walks around what is kept, one side after the other.
std::vector<std::vector<Side>> Walks(std::span<const uint8_t> mask, int rows, int cols) {
  const Border border(mask, rows, cols);
  std::vector<uint8_t> walked((size_t{1} + rows) * (size_t{1} + cols));  // bits as in Border
  const auto bits = [&](const Side& side) -> uint8_t& {
    return walked[side.y * (size_t{1} + cols) + side.x];
  };
  std::vector<std::vector<Side>> walks;
  for (int y = 0; y <= rows; ++y) {
    for (int x = 0; x <= cols; ++x) {
      for (int direction = 0; direction < 4; ++direction) {
        const Side start{x, y, direction};
        if (!border.Has(start) || bits(start) >> direction & 1) continue;
        std::vector<Side>& walk = walks.emplace_back();
        Side side = start;
        do {
          walk.push_back(side);
          bits(side) |= static_cast<uint8_t>(1 << side.direction);
          side = border.After(side);
        } while (side != start);
      }
    }
  }
  return walks;
}

// Cuts every corner at a quarter of its two sides.
Outline CutCorners(const Outline& outline) {
  Outline cut;
  cut.reserve(2 * outline.size());
  for (size_t i = 0; i < outline.size(); ++i) {
    const GridPoint a = outline[i], b = outline[(i + 1) % outline.size()];
    cut.push_back({0.75f * a.x + 0.25f * b.x, 0.75f * a.y + 0.25f * b.y});
    cut.push_back({0.25f * a.x + 0.75f * b.x, 0.25f * a.y + 0.75f * b.y});
  }
  return cut;
}

}  // namespace

std::vector<Outline> PatchOutlines(std::span<const uint8_t> mask, int rows, int cols) {
  std::vector<Outline> outlines;
  for (const std::vector<Side>& walk : Walks(mask, rows, cols)) {
    Outline& outline = outlines.emplace_back();
    int before = walk.back().direction;
    for (const Side& side : walk) {
      if (side.direction != before) {
        outline.push_back({static_cast<float>(side.x), static_cast<float>(side.y)});
      }
      before = side.direction;
    }
  }
  return outlines;
}

// A mask has only 0 and 1, so that the level 1/2 crosses between two centres always in the middle:
// in the middle of the side between a kept and a dropped patch. At the end of a side the walk goes
// on as marching squares would, with saddles taken apart.
std::vector<Outline> SmoothOutlines(std::span<const uint8_t> mask, int rows, int cols) {
  constexpr int kCuts = 2;
  std::vector<Outline> outlines;
  for (const std::vector<Side>& walk : Walks(mask, rows, cols)) {
    Outline outline;
    for (const Side& side : walk) {
      const auto [dx, dy] = kSteps[side.direction];
      outline.push_back({static_cast<float>(side.x) + 0.5f * static_cast<float>(dx),
                         static_cast<float>(side.y) + 0.5f * static_cast<float>(dy)});
    }
    for (int i = 0; i < kCuts; ++i) outline = CutCorners(outline);
    outlines.push_back(std::move(outline));
  }
  return outlines;
}

}  // namespace headlens
