#include "maps/colour.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
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

constexpr std::array kScale = {
    Hex(0x000004), Hex(0x1f0c48), Hex(0x550f6d), Hex(0x88226a), Hex(0xba3655),
    Hex(0xe35933), Hex(0xf98e09), Hex(0xf9cb35), Hex(0xfcffa4),
};

}  // namespace

Colour HeadColour(int head) { return kHeadColours[head % kHeadColours.size()]; }

Colour ScaleColour(float value) {
  constexpr int kSteps = static_cast<int>(kScale.size()) - 1;
  const float at = std::clamp(value, 0.0f, 1.0f) * kSteps;
  const int low = std::min(static_cast<int>(at), kSteps - 1);
  const float share = at - static_cast<float>(low);
  const Colour& a = kScale[low];
  const Colour& b = kScale[low + 1];
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
