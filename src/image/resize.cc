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

// A filter's shape, which is zero from `support` on.
struct Kernel {
  double support;
  double (*value)(double x);
};

double Triangle(double x) { return std::max(0.0, 1.0 - std::abs(x)); }

// Keys 1981, with a = -0.5.
double Cubic(double x) {
  constexpr double a = -0.5;
  x = std::abs(x);
  if (x < 1.0) return ((a + 2.0) * x - (a + 3.0)) * x * x + 1;
  return x < 2.0 ? (((x - 5) * x + 8) * x - 4) * a : 0.0;
}

Kernel KernelOf(ResizeFilter filter) {
  return filter == ResizeFilter::kBicubic ? Kernel{2.0, Cubic} : Kernel{1.0, Triangle};
}

// Pillow's precompute_coeffs and normalize_coeffs_8bpc: the kernel has its own width when
// enlarging, `scale` times that when shrinking.
Filter MakeFilter(const Kernel& kernel, int inputs, int outputs) {
  const double scale = static_cast<double>(inputs) / outputs;
  const double stretch = std::max(scale, 1.0);
  const double support = kernel.support * stretch;
  const double inverse_stretch = 1.0 / stretch;
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
      shares[k] = kernel.value((k + first - centre + 0.5) * inverse_stretch);
      total += shares[k];
    }
    int32_t* weights = &filter.weights[size_t{1} * i * filter.taps];
    for (int k = 0; k < end - first; ++k) {
      const double share = total != 0.0 ? shares[k] / total : shares[k];
      weights[k] = static_cast<int32_t>((share < 0 ? -0.5 : 0.5) + share * (1 << kPrecisionBits));
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

Image ResizeWidth(const Image& image, int width, const Kernel& kernel) {
  if (width == image.width) return image;
  const Filter filter = MakeFilter(kernel, image.width, width);
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

Image ResizeHeight(const Image& image, int height, const Kernel& kernel) {
  if (height == image.height) return image;
  const Filter filter = MakeFilter(kernel, image.height, height);
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

Image Resize(const Image& image, int height, int width, ResizeFilter filter) {
  const Kernel kernel = KernelOf(filter);
  return ResizeHeight(ResizeWidth(image, width, kernel), height, kernel);
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
