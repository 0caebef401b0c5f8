#include "maps/traits.h"

#include <algorithm>
#include <cmath>

namespace headlens {
namespace {

// Scores divided by their sum, in double; what is not finite or below 0 counts as 0.
struct Shares {
  std::vector<double> p;  // all 0 without mass
  double mass = 0;
};

Shares SharesOf(std::span<const float> scores) {
  Shares shares;
  shares.p.reserve(scores.size());
  for (float score : scores) {
    shares.p.push_back(std::isfinite(score) && score > 0 ? double{score} : 0.0);
    shares.mass += shares.p.back();
  }
  if (shares.mass > 0) {
    for (double& p : shares.p) p /= shares.mass;
  }
  return shares;
}

double Entropy(std::span<const double> p) {
  if (p.size() < 2) return 0;
  double sum = 0;
  for (double share : p) sum -= share > 0 ? share * std::log(share) : 0;
  return std::clamp(sum / std::log(static_cast<double>(p.size())), 0.0, 1.0);
}

// Centre of mass, and the mean square distance from it, in patches.
struct Spread {
  double row = 0;
  double col = 0;
  double variance = 0;
};

Spread SpreadOf(std::span<const double> p, int cols) {
  Spread spread;
  for (size_t i = 0; i < p.size(); ++i) {
    spread.row += p[i] * static_cast<double>(i / cols);
    spread.col += p[i] * static_cast<double>(i % cols);
  }
  for (size_t i = 0; i < p.size(); ++i) {
    const double down = static_cast<double>(i / cols) - spread.row;
    const double across = static_cast<double>(i % cols) - spread.col;
    spread.variance += p[i] * (down * down + across * across);
  }
  return spread;
}

// Two draws are apart by twice the variance in the mean square, so that the 2 cancels.
double Compactness(double variance, int rows, int cols) {
  const double even = (double{1} * rows * rows - 1 + double{1} * cols * cols - 1) / 12;
  return even > 0 ? std::clamp(1 - std::sqrt(variance / even), 0.0, 1.0) : 1;
}

// Pearson's r; 0 where one of the two does not vary by more than rounding.
double Correlation(std::span<const double> a, std::span<const float> b) {
  constexpr double kRounding = 1e-9;
  const double n = static_cast<double>(a.size());
  double mean_a = 0, mean_b = 0, ab = 0, aa = 0, bb = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    mean_a += a[i] / n;
    mean_b += b[i] / n;
  }
  for (size_t i = 0; i < a.size(); ++i) {
    ab += (a[i] - mean_a) * (b[i] - mean_b);
    aa += (a[i] - mean_a) * (a[i] - mean_a);
    bb += (b[i] - mean_b) * (b[i] - mean_b);
  }
  const bool even = std::sqrt(aa / n) <= kRounding * std::abs(mean_a) ||
                    std::sqrt(bb / n) <= kRounding * std::abs(mean_b);
  return even ? 0 : std::clamp(ab / std::sqrt(aa * bb), -1.0, 1.0);
}

double Overlap(std::span<const double> a, std::span<const double> b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += std::min(a[i], b[i]);
  return std::min(sum, 1.0);
}

double MeanOverlap(std::span<const Shares> heads, size_t head) {
  if (heads.size() < 2) return 0;
  double sum = 0;
  for (size_t other = 0; other < heads.size(); ++other) {
    if (other != head) sum += Overlap(heads[head].p, heads[other].p);
  }
  return sum / static_cast<double>(heads.size() - 1);
}

HeadTraits TraitsOfHead(std::span<const Shares> heads, size_t head, int rows, int cols,
                        std::span<const float> gradient) {
  const Shares& shares = heads[head];
  if (shares.mass <= 0) return {.prefix = 1};
  const Spread spread = SpreadOf(shares.p, cols);
  HeadTraits traits;
  traits.entropy = static_cast<float>(Entropy(shares.p));
  traits.compactness = static_cast<float>(Compactness(spread.variance, rows, cols));
  traits.centre_x = static_cast<float>((spread.col + 0.5) / cols);
  traits.centre_y = static_cast<float>((spread.row + 0.5) / rows);
  if (!gradient.empty()) traits.edges = static_cast<float>(Correlation(shares.p, gradient));
  traits.overlap = static_cast<float>(MeanOverlap(heads, head));
  traits.prefix = static_cast<float>(std::clamp(1 - shares.mass, 0.0, 1.0));
  return traits;
}

// (height, width), 0..1
std::vector<float> LumaOf(const Image& photo) {
  std::vector<float> luma;
  luma.reserve(photo.rgb.size() / 3);
  for (size_t i = 0; i + 2 < photo.rgb.size(); i += 3) {
    luma.push_back(
        (0.2126f * photo.rgb[i] + 0.7152f * photo.rgb[i + 1] + 0.0722f * photo.rgb[i + 2]) / 255);
  }
  return luma;
}

}  // namespace

const std::array<TraitText, 7> kTraits = {{
    {"entropy",
     "Entropy of the map over its patches: 0 where one patch has everything, 1 where all have the "
     "same.",
     &HeadTraits::entropy},
    {"compactness",
     "1 less the map's standard distance over that of an even map: 1 where one patch has "
     "everything, 0 where the map is as spread as the photo.",
     &HeadTraits::compactness},
    {"centre_x", "Centre of mass from the left, as a share of the grid's width.",
     &HeadTraits::centre_x},
    {"centre_y", "Centre of mass from the top, as a share of the grid's height.",
     &HeadTraits::centre_y},
    {"edges",
     "Correlation (Pearson's r) of the map with the photo's gradient: 1 where the head looks at "
     "edges, -1 where it avoids them.",
     &HeadTraits::edges},
    {"overlap",
     "Share of the map that lies where another head's does, in the mean over the other heads of "
     "the layer: 1 the same map, 0 apart.",
     &HeadTraits::overlap},
    {"prefix", "Share of the attention that [CLS] and the registers take, and no patch.",
     &HeadTraits::prefix},
}};

std::vector<HeadTraits> TraitsOfHeads(std::span<const float> scores, int layers, int heads,
                                      int rows, int cols, std::span<const float> gradient) {
  const size_t patches = size_t{1} * rows * cols;
  std::vector<HeadTraits> traits;
  for (int layer = 0; layer < layers; ++layer) {
    std::vector<Shares> of_layer;
    for (int head = 0; head < heads; ++head) {
      of_layer.push_back(
          SharesOf(scores.subspan((size_t{1} * layer * heads + head) * patches, patches)));
    }
    for (size_t head = 0; head < of_layer.size(); ++head) {
      traits.push_back(TraitsOfHead(of_layer, head, rows, cols, gradient));
    }
  }
  return traits;
}

// Sobel 1968: [1 2 1] across [-1 0 1]; the photo's border is repeated.
std::vector<float> GradientOfPatches(const Image& photo, int rows, int cols) {
  const std::vector<float> luma = LumaOf(photo);
  std::vector<double> sums(size_t{1} * rows * cols);
  std::vector<int> pixels(sums.size());
  for (int y = 0; y < photo.height; ++y) {
    const float* above = &luma[size_t{1} * std::max(y - 1, 0) * photo.width];
    const float* here = &luma[size_t{1} * y * photo.width];
    const float* below = &luma[size_t{1} * std::min(y + 1, photo.height - 1) * photo.width];
    const auto row = static_cast<size_t>((y + 0.5) * rows / photo.height);
    for (int x = 0; x < photo.width; ++x) {
      const int left = std::max(x - 1, 0), right = std::min(x + 1, photo.width - 1);
      const float across = (above[right] + 2 * here[right] + below[right]) -
                           (above[left] + 2 * here[left] + below[left]);
      const float down =
          (below[left] + 2 * below[x] + below[right]) - (above[left] + 2 * above[x] + above[right]);
      const size_t patch = row * cols + static_cast<size_t>((x + 0.5) * cols / photo.width);
      sums[patch] += std::hypot(across, down);
      ++pixels[patch];
    }
  }
  std::vector<float> gradient;
  for (size_t i = 0; i < sums.size(); ++i) {
    gradient.push_back(static_cast<float>(sums[i] / std::max(pixels[i], 1)));
  }
  return gradient;
}

float OverlapOfMaps(std::span<const float> a, std::span<const float> b) {
  return static_cast<float>(Overlap(SharesOf(a).p, SharesOf(b).p));
}

}  // namespace headlens
