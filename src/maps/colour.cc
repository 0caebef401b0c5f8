#include "maps/colour.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
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

// Evenly over [0, 1]; enough for straight lines between them to stay within 4 levels of 255 of the
// published 256 values.
constexpr std::array kInferno = {
    Hex(0x000004), Hex(0x060419), Hex(0x120a32), Hex(0x230c4d), Hex(0x360961), Hex(0x490b6a),
    Hex(0x5b116e), Hex(0x6d186e), Hex(0x7e1e6c), Hex(0x902468), Hex(0xa12b62), Hex(0xb3325a),
    Hex(0xc33b4f), Hex(0xd24644), Hex(0xdf5437), Hex(0xea632a), Hex(0xf2751c), Hex(0xf8880d),
    Hex(0xfb9c06), Hex(0xfcb116), Hex(0xf9c72f), Hex(0xf5dd4f), Hex(0xf1f079), Hex(0xfcffa4),
};
constexpr std::array kViridis = {
    Hex(0x440154), Hex(0x471164), Hex(0x482072), Hex(0x472e7c), Hex(0x433c84), Hex(0x3f4989),
    Hex(0x39558c), Hex(0x34608d), Hex(0x2f6b8e), Hex(0x2b768e), Hex(0x26808e), Hex(0x228b8d),
    Hex(0x1f958b), Hex(0x1fa088), Hex(0x24aa83), Hex(0x30b47c), Hex(0x41be72), Hex(0x57c766),
    Hex(0x6fcf58), Hex(0x8ad647), Hex(0xa7db34), Hex(0xc5e022), Hex(0xe2e418), Hex(0xfde725),
};
constexpr std::array kTurbo = {
    Hex(0x30123b), Hex(0x3c3386), Hex(0x4451bf), Hex(0x476fe7), Hex(0x458bfd), Hex(0x37a7fa),
    Hex(0x24c1e6), Hex(0x18d8c9), Hex(0x20e9ad), Hex(0x3ef68b), Hex(0x69fd66), Hex(0x92ff47),
    Hex(0xb1f936), Hex(0xceec34), Hex(0xe6d938), Hex(0xf6c23a), Hex(0xfea833), Hex(0xfd8825),
    Hex(0xf56717), Hex(0xe74a0c), Hex(0xd53306), Hex(0xbc2002), Hex(0x9e1001), Hex(0x7a0403),
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

std::string ColourToHex(Colour colour) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text = "#";
  for (const float channel : {colour.r, colour.g, colour.b}) {
    const auto level = static_cast<size_t>(std::lround(std::clamp(channel, 0.0f, 1.0f) * 255));
    text += {kDigits[level / 16], kDigits[level % 16]};
  }
  return text;
}

}  // namespace headlens
