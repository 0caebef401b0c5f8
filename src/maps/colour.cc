#include "maps/colour.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <span>
#include <string>

namespace headlens {
namespace {

constexpr Colour Hex(uint32_t rgb) {
  return {static_cast<float>(rgb >> 16 & 255) / 255.0f, static_cast<float>(rgb >> 8 & 255) / 255.0f,
          static_cast<float>(rgb & 255) / 255.0f};
}

constexpr std::array kHeadColours = {
    Hex(0xffb02e), Hex(0x35d4ff), Hex(0xe02ef0), Hex(0xd5f92c), Hex(0xf01446), Hex(0x1881e1),
    Hex(0x98fed8), Hex(0xaaa0fb), Hex(0xfc7c47), Hex(0xf8dc8e), Hex(0x1bb0ce), Hex(0xd915a9),
};

constexpr std::array kOkabeItoColours = {
    Hex(0xe69f00), Hex(0x56b4e9), Hex(0x009e73), Hex(0xf0e442),
    Hex(0x0072b2), Hex(0xd55e00), Hex(0xcc79a7),
};

constexpr std::array kDinoColours = {
    Hex(0x00a0d7), Hex(0xdc373c), Hex(0xf5b400), Hex(0x0a78be), Hex(0x289664), Hex(0x874b91),
};

// Evenly over [0, 1].
constexpr std::array kInferno = {
    Hex(0x000004), Hex(0x1f0c48), Hex(0x550f6d), Hex(0x88226a), Hex(0xba3655),
    Hex(0xe35933), Hex(0xf98e09), Hex(0xf9cb35), Hex(0xfcffa4),
};
constexpr std::array kViridis = {
    Hex(0x440154), Hex(0x472d7b), Hex(0x3b528b), Hex(0x2c728e), Hex(0x21918c),
    Hex(0x28ae80), Hex(0x5ec962), Hex(0xaddc30), Hex(0xfde725),
};
constexpr std::array kTurbo = {
    Hex(0x30123b), Hex(0x4662d7), Hex(0x36aaf9), Hex(0x1ae4b6), Hex(0x72fe5e),
    Hex(0xc8ef34), Hex(0xfaba39), Hex(0xf66b19), Hex(0xca2a04), Hex(0x7a0403),
};
constexpr std::array kGrey = {Hex(0x000000), Hex(0xffffff)};

std::span<const Colour> ColoursOf(Palette palette) {
  switch (palette) {
    case Palette::kHeadlens:
      return kHeadColours;
    case Palette::kOkabeIto:
      return kOkabeItoColours;
    case Palette::kDino:
      return kDinoColours;
  }
  return kHeadColours;
}

std::span<const Colour> PointsOf(Colormap colormap) {
  switch (colormap) {
    case Colormap::kInferno:
      return kInferno;
    case Colormap::kViridis:
      return kViridis;
    case Colormap::kTurbo:
      return kTurbo;
    case Colormap::kGrey:
      return kGrey;
  }
  return kInferno;
}

}  // namespace

Colour HeadColour(int head, Palette palette) {
  const std::span<const Colour> colours = ColoursOf(palette);
  return colours[static_cast<size_t>(head) % colours.size()];
}

Colour ScaleColour(float value, Colormap colormap) {
  const std::span<const Colour> points = PointsOf(colormap);
  const int steps = static_cast<int>(points.size()) - 1;
  const float at = std::clamp(value, 0.0f, 1.0f) * static_cast<float>(steps);
  const int low = std::min(static_cast<int>(at), steps - 1);
  const float share = at - static_cast<float>(low);
  const Colour& a = points[static_cast<size_t>(low)];
  const Colour& b = points[static_cast<size_t>(low) + 1];
  return {a.r + share * (b.r - a.r), a.g + share * (b.g - a.g), a.b + share * (b.b - a.b)};
}

Result<std::vector<Colour>> ParseColours(std::string_view text) {
  std::vector<Colour> colours;
  while (true) {
    const std::string_view one = text.substr(0, text.find(','));
    uint32_t rgb = 0;
    const bool shaped = one.size() == 7 && one[0] == '#';
    const char* end = one.data() + one.size();
    if (!shaped || std::from_chars(one.data() + 1, end, rgb, 16).ptr != end) {
      return Invalid("'" + std::string(one) + "' is no colour: write colours as #rrggbb,#rrggbb.");
    }
    colours.push_back(Hex(rgb));
    if (one.size() == text.size()) return colours;
    text.remove_prefix(one.size() + 1);
  }
}

}  // namespace headlens
