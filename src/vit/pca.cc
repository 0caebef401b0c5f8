#include "vit/pca.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "vit/buffer.h"
#include "vit/kernels.h"
#include "vit/panels.h"

namespace headlens {
namespace {

constexpr int kBasis = 8;  // more than are wanted: those converge the faster
constexpr int kMaxIterations = 200;
constexpr double kConverged = 1e-7;   // of a direction's entries, which are of unit length
constexpr double kNoVariance = 1e-6;  // of the first component's: below is the noise of floats
constexpr int kRowBlock = 256;        // rows that the covariance is summed over at a time

using Small = std::array<std::array<double, kBasis>, kBasis>;

void Centre(std::vector<float>& rows, int count, int width) {
  std::vector<double> mean(width);
  for (int r = 0; r < count; ++r) {
    for (int i = 0; i < width; ++i) mean[i] += rows[size_t{1} * r * width + i];
  }
  for (int r = 0; r < count; ++r) {
    for (int i = 0; i < width; ++i) {
      float& x = rows[size_t{1} * r * width + i];
      x = static_cast<float>(x - mean[i] / count);
    }
  }
}

// rows^T rows: (width, padded).
class Covariance {
 public:
  bool Sum(const std::vector<float>& rows, int count, int width, const ThreadPool& pool);
  const float* Row(int i) const { return sums_.data() + i * padded_; }
  int width() const { return width_; }

 private:
  int width_ = 0;
  size_t padded_ = 0;  // width, padded to whole panels
  Buffer<float> sums_;
  Buffer<float> panels_;
  Buffer<float> left_;  // a thread: (kTileRows, kRowBlock)
};

bool Covariance::Sum(const std::vector<float>& rows, int count, int width, const ThreadPool& pool) {
  const Kernels& kernels = BestKernels();
  const int panels = PanelCount(width);
  const int tiles = CeilDiv(width, kTileRows);
  const size_t panel = size_t{1} * kRowBlock * kernels.panel_cols;
  const size_t tile_floats = size_t{1} * kTileRows * kRowBlock;
  width_ = width;
  padded_ = size_t{1} * panels * kernels.panel_cols;
  if (!sums_.Reserve(size_t{1} * tiles * kTileRows * padded_) || !panels_.Reserve(panels * panel) ||
      !left_.Reserve(ThreadCount(pool) * tile_floats)) {
    return false;
  }
  std::fill_n(sums_.data(), size_t{1} * tiles * kTileRows * padded_, 0.0f);
  for (int first = 0; first < count; first += kRowBlock) {
    const int depth = std::min(kRowBlock, count - first);
    const float* const block = rows.data() + size_t{1} * first * width;
    PackValueRows({block, size_t{1} * width}, depth, width, panel, panels_.data());
    ParallelForWithThread(pool, tiles, [&](size_t thread, size_t tile) {
      float* const left = left_.data() + thread * tile_floats;
      for (int i = 0; i < kTileRows; ++i) {
        const int column = static_cast<int>(tile) * kTileRows + i;
        for (int r = 0; r < depth; ++r) {
          left[i * depth + r] = column < width ? block[size_t{1} * r * width + column] : 0.0f;
        }
      }
      kernels.multiply_add(left, depth, kTileRows, depth, {panels_.data(), panel, panels},
                           sums_.data() + tile * kTileRows * padded_, padded_);
    });
  }
  return true;
}

// (width, kBasis), columns side by side.
using Basis = std::vector<std::array<double, kBasis>>;

// Numbers without a pattern that a covariance could share, the same every time: Knuth's MMIX
// generator.
Basis StartBasis(int width) {
  uint64_t state = 1;
  Basis basis(width);
  for (auto& row : basis) {
    for (double& x : row) {
      state = state * 6364136223846793005u + 1442695040888963407u;
      x = static_cast<double>(state >> 40) * 0x1p-23 - 1;
    }
  }
  return basis;
}

// Gram-Schmidt, twice. What has nothing of its own becomes 0.
void Orthonormalise(Basis& basis) {
  const auto dot = [&](int a, int b) {
    double sum = 0;
    for (const auto& row : basis) sum += row[a] * row[b];
    return sum;
  };
  for (int c = 0; c < kBasis; ++c) {
    const double before = std::sqrt(dot(c, c));
    for (int pass = 0; pass < 2; ++pass) {
      for (int b = 0; b < c; ++b) {
        const double along = dot(b, c);
        for (auto& row : basis) row[c] -= along * row[b];
      }
    }
    const double after = std::sqrt(dot(c, c));
    const double factor = after > 1e-12 * before ? 1 / after : 0;
    for (auto& row : basis) row[c] *= factor;
  }
}

Basis Times(const Covariance& covariance, const Basis& basis, const ThreadPool& pool) {
  Basis product(basis.size());
  ParallelFor(pool, basis.size(), [&](size_t i) {
    const float* const row = covariance.Row(static_cast<int>(i));
    std::array<double, kBasis> sums = {};
    for (size_t k = 0; k < basis.size(); ++k) {
      for (int c = 0; c < kBasis; ++c) sums[c] += double{row[k]} * basis[k][c];
    }
    product[i] = sums;
  });
  return product;
}

Basis Rotate(const Basis& basis, const Small& rotation) {
  Basis rotated(basis.size());
  for (size_t i = 0; i < basis.size(); ++i) {
    for (int c = 0; c < kBasis; ++c) {
      for (int k = 0; k < kBasis; ++k) rotated[i][c] += basis[i][k] * rotation[k][c];
    }
  }
  return rotated;
}

// A rotation in the plane of p and q after which a[p][q] is 0 (Golub and Van Loan 2013, section
// 8.5).
void RotateAway(Small& a, Small& vectors, int p, int q) {
  if (a[p][q] == 0) return;
  const double theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
  const double t = std::copysign(1 / (std::abs(theta) + std::hypot(theta, 1.0)), theta);
  const double c = 1 / std::hypot(t, 1.0);
  const double s = t * c;
  const auto turn = [c, s](double& x, double& y) {
    const double before = x;
    x = c * before - s * y;
    y = s * before + c * y;
  };
  for (int k = 0; k < kBasis; ++k) turn(a[k][p], a[k][q]);
  for (int k = 0; k < kBasis; ++k) turn(a[p][k], a[q][k]);
  for (int k = 0; k < kBasis; ++k) turn(vectors[k][p], vectors[k][q]);
}

struct SmallEigen {
  std::array<double, kBasis> values = {};  // the largest first
  Small vectors = {};                      // in columns
};

// By cyclic Jacobi rotations. a is symmetric.
SmallEigen EigenOf(Small a) {
  constexpr int kSweeps = 20;
  Small vectors = {};
  std::array<int, kBasis> order = {};
  for (int i = 0; i < kBasis; ++i) vectors[i][i] = 1, order[i] = i;
  for (int sweep = 0; sweep < kSweeps; ++sweep) {
    for (int p = 0; p < kBasis; ++p) {
      for (int q = p + 1; q < kBasis; ++q) RotateAway(a, vectors, p, q);
    }
  }
  std::sort(order.begin(), order.end(), [&](int i, int j) { return a[i][i] > a[j][j]; });
  SmallEigen eigen;
  for (int i = 0; i < kBasis; ++i) {
    eigen.values[i] = a[order[i]][order[i]];
    for (int k = 0; k < kBasis; ++k) eigen.vectors[k][i] = vectors[k][order[i]];
  }
  return eigen;
}

struct Directions {
  std::array<double, kBasis> variances = {};
  Basis basis;
};

// The largest change of an entry of the wanted directions; their signs are free.
double Change(const Basis& before, const Basis& after) {
  double change = 0;
  for (int c = 0; c < kComponents; ++c) {
    double along = 0;
    for (size_t i = 0; i < after.size(); ++i) along += before[i][c] * after[i][c];
    const double sign = along < 0 ? -1 : 1;
    for (size_t i = 0; i < after.size(); ++i) {
      change = std::max(change, std::abs(after[i][c] - sign * before[i][c]));
    }
  }
  return change;
}

// left^T right.
Small Products(const Basis& left, const Basis& right) {
  Small products = {};
  for (size_t k = 0; k < left.size(); ++k) {
    for (int a = 0; a < kBasis; ++a) {
      for (int b = 0; b < kBasis; ++b) products[a][b] += left[k][a] * right[k][b];
    }
  }
  return products;
}

Directions FindDirections(const Covariance& covariance, const ThreadPool& pool) {
  Directions found = {{}, StartBasis(covariance.width())};
  Basis image = found.basis;
  for (int i = 0; i < kMaxIterations; ++i) {
    Orthonormalise(image);
    const Basis basis = std::move(image);
    image = Times(covariance, basis, pool);
    const SmallEigen eigen = EigenOf(Products(basis, image));
    Basis next = Rotate(basis, eigen.vectors);
    image = Rotate(image, eigen.vectors);
    const double change = Change(found.basis, next);
    found = {eigen.values, std::move(next)};
    if (change < kConverged) break;
  }
  return found;
}

double SignOf(const Basis& basis, int component) {
  const auto largest =
      std::max_element(basis.begin(), basis.end(), [component](const auto& a, const auto& b) {
        return std::abs(a[component]) < std::abs(b[component]);
      });
  return (*largest)[component] < 0 ? -1 : 1;
}

// One component of the centred rows in 0..1, every kComponents-th of `out`.
void Project(const std::vector<float>& rows, const Basis& basis, int component, float* out) {
  const size_t count = rows.size() / basis.size();
  const double sign = SignOf(basis, component);
  std::vector<double> scores(count);
  for (size_t r = 0; r < count; ++r) {
    for (size_t i = 0; i < basis.size(); ++i) {
      scores[r] += sign * basis[i][component] * rows[r * basis.size() + i];
    }
  }
  const auto [low, high] = std::minmax_element(scores.begin(), scores.end());
  const double range = *high - *low;
  if (!(range > 0)) return;
  for (size_t r = 0; r < count; ++r) {
    out[r * kComponents] = static_cast<float>((scores[r] - *low) / range);
  }
}

}  // namespace

Result<std::vector<float>> PrincipalComponents(std::vector<float> rows, int count, int width,
                                               const ThreadPool& pool) {
  std::vector<float> components(size_t{1} * count * kComponents);
  Centre(rows, count, width);
  Covariance covariance;
  if (!covariance.Sum(rows, count, width, pool)) {
    return NoMemory("There is not enough memory for a PCA: use a smaller size.");
  }
  const Directions found = FindDirections(covariance, pool);
  for (int c = 0; c < std::min(kComponents, width); ++c) {
    if (!(found.variances[c] > kNoVariance * found.variances[0])) break;
    Project(rows, found.basis, c, components.data() + c);
  }
  return components;
}

}  // namespace headlens
