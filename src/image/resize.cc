#include <algorithm>
#include <cmath>

#include "image/image.h"

namespace headlens {
namespace {

// Coefficients are fixed point; 8 bits for the value and 2 spare keep sums within 32 bits.
constexpr int kPrecisionBits = 32 - 8 - 2;

// How one axis is resampled: output i is the sum of weights(i, k) * input(first[i] + k), k below
// count[i].
struct Filter {
  int taps = 0;  // row length of weights
  std::vector<int> first;
  std::vector<int> count;
  std::vector<int32_t> weights;  // (outputs, taps)
};

double Triangle(double x) { return std::max(0.0, 1.0 - std::abs(x)); }

// Pillow's precompute_coeffs and normalize_coeffs_8bpc: the triangle spans one input pixel each way
// when enlarging, `scale` of them when shrinking.
Filter TriangleFilter(int inputs, int outputs) {
  const double scale = static_cast<double>(inputs) / outputs;
  const double support = std::max(scale, 1.0);
  const double inverse_support = 1.0 / support;
  Filter filter;
  filter.taps = static_cast<int>(std::ceil(support)) * 2 + 1;
  filter.weights.resize(size_t{1} * outputs * filter.taps);
  std::vector<double> shares(filter.taps);
  for (int i = 0; i < outputs; ++i) {
    const double centre = (i + 0.5) * scale;
    const int first = std::max(static_cast<int>(centre - support + 0.5), 0);
    const int end = std::min(static_cast<int>(centre + support + 0.5), inputs);
    double total = 0.0;
    for (int k = 0; k < end - first; ++k) {
      shares[k] = Triangle((k + first - centre + 0.5) * inverse_support);
      total += shares[k];
    }
    int32_t* weights = &filter.weights[size_t{1} * i * filter.taps];
    for (int k = 0; k < end - first; ++k) {
      const double share = total != 0.0 ? shares[k] / total : shares[k];
      weights[k] = static_cast<int32_t>(0.5 + share * (1 << kPrecisionBits));
    }
    filter.first.push_back(first);
    filter.count.push_back(end - first);
  }
  return filter;
}

constexpr int32_t kRoundingHalf = 1 << (kPrecisionBits - 1);

uint8_t FromFixedPoint(int32_t sum) {
  return static_cast<uint8_t>(std::clamp(sum >> kPrecisionBits, 0, 255));
}

Image ResizeWidth(const Image& image, int width) {
  if (width == image.width) return image;
  const Filter filter = TriangleFilter(image.width, width);
  Image out{image.height, width, std::vector<uint8_t>(size_t{3} * image.height * width)};
  uint8_t* to = out.rgb.data();
  for (int row = 0; row < image.height; ++row) {
    const uint8_t* line = &image.rgb[size_t{3} * row * image.width];
    for (int col = 0; col < width; ++col, to += 3) {
      const int32_t* weights = &filter.weights[size_t{1} * col * filter.taps];
      const uint8_t* from = line + size_t{3} * filter.first[col];
      int32_t r = kRoundingHalf, g = kRoundingHalf, b = kRoundingHalf;
      for (int k = 0; k < filter.count[col]; ++k, from += 3) {
        r += weights[k] * from[0];
        g += weights[k] * from[1];
        b += weights[k] * from[2];
      }
      to[0] = FromFixedPoint(r);
      to[1] = FromFixedPoint(g);
      to[2] = FromFixedPoint(b);
    }
  }
  return out;
}

Image ResizeHeight(const Image& image, int height) {
  if (height == image.height) return image;
  const Filter filter = TriangleFilter(image.height, height);
  const size_t stride = size_t{3} * image.width;
  Image out{height, image.width, std::vector<uint8_t>(stride * height)};
  std::vector<int32_t> sums(stride);
  for (int row = 0; row < height; ++row) {
    std::ranges::fill(sums, kRoundingHalf);
    for (int k = 0; k < filter.count[row]; ++k) {
      const int32_t weight = filter.weights[size_t{1} * row * filter.taps + k];
      const uint8_t* from = &image.rgb[stride * (filter.first[row] + k)];
      for (size_t i = 0; i < stride; ++i) sums[i] += weight * from[i];
    }
    std::ranges::transform(sums, &out.rgb[stride * row], FromFixedPoint);
  }
  return out;
}

}  // namespace

Image ResizeBilinear(const Image& image, int height, int width) {
  return ResizeHeight(ResizeWidth(image, width), height);
}

Image Crop(const Image& image, int height, int width) {
  Image out{height, width, std::vector<uint8_t>(size_t{3} * height * width)};
  for (int row = 0; row < height; ++row) {
    std::copy_n(&image.rgb[size_t{3} * row * image.width], size_t{3} * width,
                &out.rgb[size_t{3} * row * width]);
  }
  return out;
}

}  // namespace headlens
