// Photos and maps of noise, and what a map has at a pixel: for the tests of pictures.
#ifndef HEADLENS_TESTS_COMPOSE_ORACLE_H_
#define HEADLENS_TESTS_COMPOSE_ORACLE_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <random>
#include <span>
#include <vector>

#include "image/image.h"
#include "maps/compose.h"

namespace headlens {

inline Image NoisePhoto(int height, int width) {
  std::mt19937 random(3);
  Image photo{height, width, std::vector<uint8_t>(size_t{3} * height * width)};
  for (uint8_t& level : photo.rgb) level = static_cast<uint8_t>(random());
  return photo;
}

// As peaked as attention is.
inline std::vector<float> NoiseScores(size_t count) {
  std::mt19937 random(4);
  std::vector<float> scores(count);
  for (float& score : scores) score = std::exp(static_cast<float>(random() % 1000) / 200.0f) / 1e3f;
  return scores;
}

// A map at a pixel, from the patches around it; negative where no patch lies.
inline double MapAt(std::span<const float> map, const PatchGrid& grid, const Image& photo, int row,
                    int col, bool smooth) {
  const double down = (row + 0.5) / (photo.height * double{grid.covered_height}) * grid.rows;
  const double across = (col + 0.5) / (photo.width * double{grid.covered_width}) * grid.cols;
  if (down >= grid.rows || across >= grid.cols) return -1;
  const auto patch = [&](double r, double c) {
    const int patch_row = std::clamp(static_cast<int>(r), 0, grid.rows - 1);
    const int patch_col = std::clamp(static_cast<int>(c), 0, grid.cols - 1);
    return double{map[static_cast<size_t>(patch_row) * grid.cols + patch_col]};
  };
  if (!smooth) return patch(down, across);
  const double top = std::floor(down - 0.5), left = std::floor(across - 0.5);
  const double v = down - 0.5 - top, u = across - 0.5 - left;
  return (1 - v) * ((1 - u) * patch(top, left) + u * patch(top, left + 1)) +
         v * ((1 - u) * patch(top + 1, left) + u * patch(top + 1, left + 1));
}

using Rgb = std::array<double, 3>;  // 0..1

inline Rgb PhotoAt(const Image& photo, int row, int col) {
  const uint8_t* rgb = &photo.rgb[3 * (size_t{1} * row * photo.width + col)];
  return {rgb[0] / 255.0, rgb[1] / 255.0, rgb[2] / 255.0};
}

inline Rgb BackdropAt(const Image& photo, int row, int col, double opacity) {
  Rgb pixel = PhotoAt(photo, row, col);
  const double luma = 0.2126 * pixel[0] + 0.7152 * pixel[1] + 0.0722 * pixel[2];
  for (double& channel : pixel) channel += opacity * (kBackdropLuma * luma - channel);
  return pixel;
}

// expected(row, col) gives the Rgb of each pixel; half a level is rounding.
template <typename Expected>
void ExpectPicture(const Image& picture, const Image& photo, const Expected& expected) {
  ASSERT_EQ(picture.rgb.size(), photo.rgb.size());
  for (int row = 0; row < photo.height; ++row) {
    for (int col = 0; col < photo.width; ++col) {
      const Rgb pixel = expected(row, col);
      for (int c = 0; c < 3; ++c) {
        ASSERT_NEAR(picture.rgb[3 * (size_t{1} * row * photo.width + col) + c], 255 * pixel[c],
                    0.51)
            << row << ", " << col;
      }
    }
  }
}

}  // namespace headlens

#endif  // HEADLENS_TESTS_COMPOSE_ORACLE_H_
