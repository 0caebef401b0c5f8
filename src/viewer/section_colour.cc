// What the picture looks like: colours, masks, and the size at which the network sees the photo.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include "viewer/keys.h"
#include "viewer/sections.h"
#include "viewer/words.h"

namespace headlens {
namespace {

constexpr float kRowGap = 8, kTitleGap = 10;
constexpr float kSwatches = 48;  // CSS pixels

constexpr std::array<const char*, 2> kInterpolations = {"Smooth", "Patches"};
constexpr std::array<int, 5> kPhotoSizes = {160, 224, 320, 480, 640};
constexpr std::array<int, 3> kCameraSizes = {160, 192, 224};  // several a second

// One line: a name, and draw(width) beside it.
template <typename Draw>
void Line(const Section& section, const char* name, const Draw& draw) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  draw(Label(section.theme, name, section.width));
  ImGui::SetCursorScreenPos(at);
  ImGui::Dummy(ImVec2(section.width, ControlHeight(section.theme)));
}

void Filled(const Box& box, ImU32 colour) {
  const float right = std::round(box.x + box.width), left = std::round(box.x);
  ImGui::GetWindowDrawList()->AddRectFilled(ImVec2(left, box.y), ImVec2(right, box.y + box.height),
                                            colour);
}

void PaintPalette(int palette, const Box& box) {
  constexpr int kShown = 6;
  const float width = box.width / kShown;
  for (int head = 0; head < kShown; ++head) {
    const Colour colour = HeadColour(head, static_cast<Palette>(palette));
    Filled({box.x + width * static_cast<float>(head), box.y, width, box.height},
           ToImColour(colour, 1));
  }
}

void PaintColormap(int colormap, const Box& box) {
  const int steps = static_cast<int>(box.width);
  for (int step = 0; step < steps; ++step) {
    const float value = static_cast<float>(step) / static_cast<float>(std::max(steps - 1, 1));
    Filled({box.x + static_cast<float>(step), box.y, 1, box.height},
           ToImColour(ScaleColour(value, static_cast<Colormap>(colormap)), 1));
  }
}

template <typename Enum>
void EnumSelect(const Section& section, const char* name, const SelectItems& items, Enum* value) {
  Line(section, name, [&](float width) {
    int chosen = static_cast<int>(*value);
    if (Select(section.theme, name, items, width, &chosen)) *value = static_cast<Enum>(chosen);
  });
  Gap(section.theme, kRowGap);
}

void PaletteSelect(const Section& section) {
  const Palette before = section.state->palette;
  EnumSelect(section, "Palette", {kPaletteNames, {}, kSwatches, PaintPalette},
             &section.state->palette);
  if (section.state->palette != before) section.state->colours.clear();  // which went over it
}

std::string EstimateText(const Panel& panel, int size) {
  for (const Estimate& estimate : panel.estimates) {
    if (estimate.size != size) continue;
    char text[48];
    const double seconds = static_cast<double>(estimate.seconds);
    std::snprintf(text, sizeof text, seconds < 9.95 ? "%.1f s, %ld MB" : "%.0f s, %ld MB", seconds,
                  std::lround(estimate.megabytes));
    return text;
  }
  return "";
}

// Captions say it where the panes differ.
std::string GridText(const ViewLimits& limits) {
  const PatchGrid& grid = limits.grid;
  if (grid.rows == 0 || limits.grids_differ) return "";
  return std::to_string(grid.rows) + " \xc3\x97 " + std::to_string(grid.cols) + " patches";
}

void SizeSelect(const Section& section, float width) {
  ViewState& state = *section.state;
  const std::span<const int> sizes =
      state.photo == kCameraPhoto ? std::span<const int>(kCameraSizes) : kPhotoSizes;
  std::vector<std::string> texts, notes;
  for (const int size : sizes) {
    texts.push_back(std::to_string(size) + " px");
    notes.push_back(EstimateText(*section.panel, size));
  }
  const auto found = std::find(sizes.begin(), sizes.end(), state.size);
  const bool other = found == sizes.end();  // from an address
  int chosen = static_cast<int>(found - sizes.begin());
  if (other) {
    texts.push_back(std::to_string(state.size) + " px");
    notes.push_back(EstimateText(*section.panel, state.size));
  }
  std::vector<const char*> names;
  for (const std::string& text : texts) names.push_back(text.c_str());
  if (!Select(section.theme, "Short side", {names, notes}, width, &chosen)) return;
  if (chosen < static_cast<int>(sizes.size())) state.size = sizes[static_cast<size_t>(chosen)];
}

}  // namespace

void ModeSegments(const Section& section) {
  int mode = static_cast<int>(section.state->mode);
  if (Segments(section.theme, "mode", kModeNames, section.width, &mode)) {
    section.state->mode = static_cast<ViewMode>(mode);
  }
}

void ColourSection(const Section& section) {
  ViewState& state = *section.state;
  const bool of_heads = state.view <= View::kSlider;
  Title(section.theme, "Colour", "", section.width);
  Gap(section.theme, kTitleGap);
  if (of_heads) {
    ModeSegments(section);
    Gap(section.theme, kRowGap);
  }
  if (UsesPalette(state)) PaletteSelect(section);
  if (UsesColormap(state)) {
    EnumSelect(section, "Scale", {kColormapNames, {}, kSwatches, PaintColormap}, &state.colormap);
  }
  if (of_heads && state.mode != ViewMode::kFigure) {
    EnumSelect(section, "Normalised", {kNormalisationNames}, &state.normalisation);
  }
  Line(section, "Drawn", [&](float width) {
    int choice = state.smooth ? 0 : 1;
    if (Segments(section.theme, "Drawn", kInterpolations, width, &choice)) {
      state.smooth = choice == 0;
    }
  });
  Gap(section.theme, kRowGap);
  ShareSlider(section.theme, "Opacity", 0, section.width, &state.opacity);
}

void MaskSection(const Section& section) {
  ViewState& state = *section.state;
  if (state.view > View::kSlider) return;
  Title(section.theme, "Mask", state.keep_mass < 1 ? "" : "off", section.width);
  Gap(section.theme, kTitleGap);
  ShareSlider(section.theme, "Keep mass", 0.05f, section.width, &state.keep_mass);
  Gap(section.theme, kRowGap);
  Line(section, "Heads", [&](float width) {
    int chosen = static_cast<int>(state.combine);
    if (Segments(section.theme, "Combine", kCombineNames, width, &chosen)) {
      state.combine = static_cast<Combine>(chosen);
    }
  });
  Gap(section.theme, kRowGap);
  Line(section, "Contours", [&](float width) {
    int chosen = static_cast<int>(state.contours);
    if (Segments(section.theme, "Contours", kContourNames, width, &chosen)) {
      state.contours = static_cast<Contours>(chosen);
    }
  });
}

void SizeSection(const Section& section) {
  Title(section.theme, "Photo in the network", GridText(section.limits).c_str(), section.width);
  Gap(section.theme, kTitleGap);
  Line(section, "Short side", [&](float width) { SizeSelect(section, width); });
  Gap(section.theme, kRowGap);
  Line(section, "Aspect", [&](float width) {
    int chosen = static_cast<int>(section.state->aspect);
    if (Segments(section.theme, "Aspect", kAspectNames, width, &chosen)) {
      section.state->aspect = static_cast<Aspect>(chosen);
    }
  });
}

}  // namespace headlens
