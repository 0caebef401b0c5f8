#include "cli/drawing_options.h"

#include <array>
#include <span>
#include <string_view>

namespace headlens {
namespace {

template <typename Value>
using Word = std::pair<std::string_view, Value>;

constexpr std::array<Word<Mode>, 4> kModes = {{{"heads", Mode::kHeads},
                                               {"mean", Mode::kMean},
                                               {"max", Mode::kMax},
                                               {"figure", Mode::kFigure}}};
constexpr std::array<Word<Normalisation>, 5> kNormalisations = {{{"clip", Normalisation::kClip},
                                                                 {"head", Normalisation::kHead},
                                                                 {"heads", Normalisation::kHeads},
                                                                 {"layers", Normalisation::kLayers},
                                                                 {"log", Normalisation::kLog}}};
constexpr std::array<Word<Combine>, 3> kCombines = {{{"each", Combine::kEach},
                                                     {"union", Combine::kUnion},
                                                     {"intersection", Combine::kIntersection}}};
constexpr std::array<Word<Palette>, 3> kPalettes = {{{"headlens", Palette::kHeadlens},
                                                     {"okabe-ito", Palette::kOkabeIto},
                                                     {"dino", Palette::kDino}}};
constexpr std::array<Word<Colormap>, 4> kColormaps = {{{"inferno", Colormap::kInferno},
                                                       {"viridis", Colormap::kViridis},
                                                       {"turbo", Colormap::kTurbo},
                                                       {"grey", Colormap::kGrey}}};

template <typename Value, size_t count>
Reader OneOfWords(Value& target, const std::array<Word<Value>, count>& words) {
  return OneOf<Value>(target, {words.begin(), words.end()});
}

template <typename Value, size_t count>
std::string WordFor(Value value, const std::array<Word<Value>, count>& words) {
  for (const auto& [word, meaning] : words) {
    if (meaning == value) return std::string(word);
  }
  return "";
}

Reader OptionalShare(std::optional<float>& target) {
  return [&target](std::string_view text) {
    float share = 0;
    if (!Share(share)(text) || share == 0) return false;
    target = share;
    return true;
  };
}

Reader KeepMass(DrawingOptions& options) {
  return [&options](std::string_view text) {
    if (!OptionalShare(options.keep_mass)(text)) return false;
    options.style.keep_mass = *options.keep_mass;
    return true;
  };
}

Reader Colours(std::vector<Colour>& target) {
  return [&target](std::string_view text) {
    Result<std::vector<Colour>> colours = ParseColours(text);
    if (colours.ok()) target = std::move(*colours);
    return colours.ok();
  };
}

Reader SetFalse(bool& target) {
  return [&target](std::string_view) {
    target = false;
    return true;
  };
}

std::string ColoursText(std::span<const Colour> colours) {
  std::string text;
  for (const Colour& colour : colours) text += (text.empty() ? "" : ",") + ColourToHex(colour);
  return text;
}

}  // namespace

std::vector<Option> DrawingTable(DrawingOptions& o) {
  const Reader colours = Colours(o.style.colours);
  const char* colours_wanted = "colours such as \"#ff0000,#00ff00\", one a head";
  const Reader normalisation = OneOfWords(o.style.normalisation, kNormalisations);
  const char* normalisation_wanted = "clip, head, heads, layers or log, for the maps";
  return {
      {"--mode", "M", "heads, mean, max or figure",
       "the overlay: heads, one colour a head (default); mean or\nmax of the heads, on one scale; "
       "figure, as figure 3 of the\nDINO paper was drawn",
       OneOfWords(o.style.mode, kModes)},
      {"--normalisation", "N", normalisation_wanted,
       "which scores of a map are drawn as nothing and as full:\nclip, a head's median and 99.5th "
       "percentile (default);\nhead, its least and largest; heads and layers, those of all\nheads "
       "and of all layers; log, the logarithm",
       normalisation},
      {"--normalization", "N", normalisation_wanted, "", normalisation},
      {"--keep-mass", "X", "a share above 0 and up to 1, such as 0.6",
       "keep only the patches that carry this share of a head's\nattention, such as 0.6",
       KeepMass(o)},
      {"--combine", "C", "each, union or intersection",
       "what --keep-mass keeps: each head's own (default), or the\nunion or intersection of all",
       OneOfWords(o.style.combine, kCombines)},
      {"--opacity", "X", "a number from 0 to 1", "of the overlay, 0 to 1 (0.85)",
       Share(o.style.opacity)},
      {"--palette", "NAME", "headlens, okabe-ito or dino",
       "colours of heads: headlens (default), okabe-ito or dino",
       OneOfWords(o.style.palette, kPalettes)},
      {"--colors", "LIST", colours_wanted, "#rrggbb,#rrggbb,...: one a head, instead of --palette",
       colours},
      {"--colours", "LIST", colours_wanted, "", colours},
      {"--colormap", "NAME", "inferno, viridis, turbo or grey",
       "scale of mean, max and single heads: inferno (default),\nviridis, turbo or grey",
       OneOfWords(o.style.colormap, kColormaps)},
      {"--nearest", "", "", "show patches as squares, not smoothed", SetFalse(o.style.smooth)},
  };
}

Status CheckDrawing(const DrawingOptions& options) {
  if (options.keep_mass || options.style.combine == Combine::kEach) return {};
  return Invalid("--combine is about what --keep-mass keeps: give it a share, such as 0.6.");
}

std::vector<std::pair<std::string, std::string>> DrawingAttributes(const OverlayStyle& style) {
  const OverlayStyle usual;
  std::vector<std::pair<std::string, std::string>> attributes;
  const auto add = [&](bool differs, const char* name, std::string value) {
    if (differs) attributes.emplace_back(name, std::move(value));
  };
  add(style.mode != usual.mode, "mode", WordFor(style.mode, kModes));
  add(style.opacity != usual.opacity, "opacity", NumberText(style.opacity));
  add(style.keep_mass != usual.keep_mass, "keep-mass", NumberText(style.keep_mass));
  add(style.combine != usual.combine, "combine", WordFor(style.combine, kCombines));
  add(style.normalisation != usual.normalisation, "normalisation",
      WordFor(style.normalisation, kNormalisations));
  add(style.palette != usual.palette, "palette", WordFor(style.palette, kPalettes));
  add(style.colormap != usual.colormap, "colormap", WordFor(style.colormap, kColormaps));
  add(!style.colours.empty(), "colours", ColoursText(style.colours));
  add(style.smooth != usual.smooth, "interpolation", style.smooth ? "smooth" : "nearest");
  return attributes;
}

}  // namespace headlens
