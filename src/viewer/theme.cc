#include "viewer/theme.h"

#include <cmath>

namespace headlens {
namespace {

// CSS pixels of an em. ImGui counts a font by its line instead, which is this much higher in Inter.
constexpr float kBodySize = 14;
constexpr float kSmallSize = 12.5f;
constexpr float kScriptSize = 10;
constexpr float kLinePerEm = 1.21f;

ImU32 Rgb(unsigned hex) { return IM_COL32(hex >> 16 & 255, hex >> 8 & 255, hex & 255, 255); }

ImFont* AddFont(const std::vector<uint8_t>& file, float em) {
  // ASCII; middle dot, times sign, dashes, arrows, minus, sum, root, triangles: all that the panel
  // writes. A model's name may hold others, which show as question marks.
  static const ImWchar kRanges[] = {0x20,   0x7e,   0xb7,   0xb7,   0xd7,   0xd7,   0x2013,
                                    0x2014, 0x2190, 0x2193, 0x2211, 0x2212, 0x221a, 0x221a,
                                    0x25b2, 0x25b2, 0x25bc, 0x25bc, 0};
  ImFontAtlas* atlas = ImGui::GetIO().Fonts;
  ImFontConfig config;
  config.SizePixels = std::round(em);
  if (file.empty()) return atlas->AddFontDefault(&config);
  const float line = std::round(em * kLinePerEm);
  config.FontDataOwnedByAtlas = false;
  config.OversampleH = 2;
  config.OversampleV = 1;
  config.PixelSnapH = true;
  return atlas->AddFontFromMemoryTTF(const_cast<uint8_t*>(file.data()),
                                     static_cast<int>(file.size()), line, &config, kRanges);
}

}  // namespace

float Px(const Theme& theme, float css) { return std::round(css * theme.scale); }

void SetColours(bool dark, Theme* theme) {
  theme->background = Rgb(dark ? 0x101113 : 0xf3f3f1);
  theme->panel = Rgb(dark ? 0x17181b : 0xffffff);
  theme->raised = Rgb(dark ? 0x222429 : 0xececea);
  theme->selected = Rgb(dark ? 0x3a3d44 : 0xffffff);
  theme->track = Rgb(dark ? 0x34373d : 0xd9d9d5);
  theme->line = Rgb(dark ? 0x2a2c31 : 0xdededa);
  theme->text = Rgb(dark ? 0xe9eaec : 0x1a1b1d);
  theme->muted = Rgb(dark ? 0x9b9ea6 : 0x62656c);
  theme->fill = Rgb(dark ? 0xc8cbd1 : 0x45484e);
}

void SetScale(float scale, const FontFiles& fonts, Theme* theme) {
  theme->scale = scale;
  ImGui::GetIO().Fonts->Clear();
  theme->body = AddFont(fonts.regular, kBodySize * scale);
  theme->strong = AddFont(fonts.strong, kBodySize * scale);
  theme->small = AddFont(fonts.regular, kSmallSize * scale);
  theme->script = AddFont(fonts.regular, kScriptSize * scale);

  ImGuiStyle& style = ImGui::GetStyle();
  style = ImGuiStyle();
  style.WindowBorderSize = 0;
  style.PopupBorderSize = 0;
  style.WindowRounding = 0;
  style.PopupRounding = Px(*theme, 8);
  style.FrameRounding = Px(*theme, 6);
  style.WindowPadding = ImVec2(Px(*theme, 20), Px(*theme, 20));
  style.ItemSpacing = ImVec2(Px(*theme, 8), Px(*theme, 8));
  style.ScrollbarSize = Px(*theme, 6);
  style.ScrollbarRounding = Px(*theme, 3);
  style.AntiAliasedLinesUseTex = true;
}

ImU32 ToImColour(const Colour& colour, float alpha) {
  return ImGui::ColorConvertFloat4ToU32(ImVec4(colour.r, colour.g, colour.b, alpha));
}

}  // namespace headlens
