#include "viewer/words.h"

#include <cctype>
#include <cmath>
#include <cstdlib>

namespace headlens {
namespace {

// "Normalisation: shared over heads": the name goes on within the sentence.
std::string Setting(const char* what, std::string name) {
  const bool is_name = name.size() > 1 && std::isupper(static_cast<unsigned char>(name[1])) != 0;
  if (!is_name) name[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(name[0])));
  return std::string(what) + ": " + name;
}

std::string HeadsChange(const ViewState& before, const ViewState& after) {
  if (after.heads_on == kAllHeads) return "All heads";
  const uint64_t changed = before.heads_on ^ after.heads_on;
  for (int head = 0; head < kMaxHeads; ++head) {
    if ((changed >> head & 1) == 0) continue;
    const bool on = (after.heads_on >> head & 1) != 0;
    return "Head " + std::to_string(head + 1) + (on ? " on" : " off");
  }
  return "";
}

// Where all is kept there is nothing to draw a line around.
std::string ContoursChange(const ViewState& after) {
  std::string words = Setting("Contours", NameOf(kContourNames, after.contours));
  if (after.contours != Contours::kNone && after.keep_mass >= 1) words += ", once less is kept";
  return words;
}

std::string ColourChange(const ViewState& before, const ViewState& after) {
  if (before.mode != after.mode) return Setting("Show", NameOf(kModeNames, after.mode));
  if (before.normalisation != after.normalisation) {
    return Setting("Normalisation", NameOf(kNormalisationNames, after.normalisation));
  }
  if (before.palette != after.palette) {
    return std::string("Palette: ") + NameOf(kPaletteNames, after.palette);
  }
  if (before.colormap != after.colormap) {
    return Setting("Colour scale", NameOf(kColormapNames, after.colormap));
  }
  if (before.opacity != after.opacity) return "Opacity: " + Percent(after.opacity);
  if (before.smooth != after.smooth) return after.smooth ? "Drawn smooth" : "Drawn as patches";
  return "";
}

std::string MaskChange(const ViewState& before, const ViewState& after) {
  if (before.keep_mass != after.keep_mass) return "Keep mass: " + Percent(after.keep_mass);
  if (before.combine != after.combine) {
    return Setting("Masks", NameOf(kCombineNames, after.combine));
  }
  if (before.contours != after.contours) return ContoursChange(after);
  return "";
}

}  // namespace

std::string Percent(float share) { return std::to_string(std::lround(share * 100)) + " %"; }

std::string QueryName(std::optional<Patch> query) {
  if (!query) return "[CLS]";
  return "Patch " + std::to_string(query->row) + ", " + std::to_string(query->col);
}

std::string WordsOfChange(const ViewState& before, const ViewState& after, int layers) {
  if (before.view != after.view) return NameOf(kViewNames, after.view);
  if (before.layer != after.layer) {
    return "Layer " + std::to_string(ShownLayer(after, layers) + 1) + " of " +
           std::to_string(layers);
  }
  if (before.heads_on != after.heads_on) return HeadsChange(before, after);
  if (before.head != after.head) return "Head " + std::to_string(after.head);
  if (before.query != after.query) return "Query: " + QueryName(after.query);
  if (before.order != after.order && before.grouped == after.grouped) {
    return Setting("Heads in order of", NameOf(kOrderNames, after.order));
  }
  if (before.grouped != after.grouped) {
    return after.grouped ? "Heads in groups" : "Heads without groups";
  }
  if (before.zoom != after.zoom) return "All of the photo";
  const std::string colour = ColourChange(before, after);
  return colour.empty() ? MaskChange(before, after) : colour;
}

}  // namespace headlens
