#include "viewer/panel.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <span>
#include <string>
#include <vector>

#include "viewer/widgets.h"

namespace headlens {
namespace {

constexpr std::array<const char*, 4> kModes = {"Colours", "Mean", "Max", "Single"};
constexpr std::array<const char*, 2> kInterpolations = {"Smooth", "Patches"};
constexpr std::array<int, 4> kPhotoSizes = {160, 224, 320, 480};
constexpr std::array<int, 3> kCameraSizes = {160, 192, 224};  // several a second

constexpr const char* kQueryHint = "Click a patch to see where it looks.";

// CSS pixels.
constexpr float kColumnPadding = 20, kLeastGap = 12, kMostGap = 22;
constexpr float kColumnControls = 500;  // height of a column with one row of heads, without gaps
constexpr int kColumnGaps = 8;
constexpr float kSheetPadding = 14, kSheetGap = 9;
constexpr float kCaptionGap = 8, kHintGap = 4;
constexpr float kChipGap = 6;
constexpr float kSaveWidth = 330;  // from which on a sheet has room for the button
constexpr float kKeysColumn = 172;
constexpr int kMostChipsInRow = 6;

int ChipRows(int heads) { return std::max(1, (heads + kMostChipsInRow - 1) / kMostChipsInRow); }

void Gap(const Theme& theme, float css) { ImGui::Dummy(ImVec2(1, Px(theme, css))); }

std::string Percent(float share) { return std::to_string(std::lround(share * 100)) + " %"; }

void LayerSlider(const Theme& theme, const ViewLimits& limits, float width, ViewState* state) {
  const int layer = ShownLayer(*state, limits.layers) + 1;
  const std::string value =
      limits.layers == 0 ? "" : std::to_string(layer) + " of " + std::to_string(limits.layers);
  CaptionLine(theme, "Layer", value.c_str(), width);
  float position = static_cast<float>(layer);
  const float last = static_cast<float>(std::max(limits.layers, 1));
  if (Slider(theme, "layer", 1, last, 1, width, &position))
    state->layer = static_cast<int>(position);
}

void ShareSlider(const Theme& theme, const char* caption, float low, float width, float* share) {
  CaptionLine(theme, caption, Percent(*share).c_str(), width);
  Slider(theme, caption, low, 1, 0.01f, width, share);
}

void PressHead(Panel* panel, int head, int heads, ViewState* state) {
  if (state->mode == ViewMode::kSingle) {
    state->head = head + 1;
    return;
  }
  // Of a fast series of presses every second one ends a double-click.
  if (ImGui::GetMouseClickedCount(ImGuiMouseButton_Left) % 2 == 0) {
    SoloHead(head, heads, panel->heads_before_press, state);
    return;
  }
  panel->heads_before_press = state->heads_on;
  ToggleHead(head, heads, state);
}

void HeadChips(Panel* panel, const Theme& theme, int heads, float width, ViewState* state) {
  const int rows = ChipRows(heads);
  const int in_row = std::max(1, (heads + rows - 1) / rows);
  const float gap = Px(theme, kChipGap);
  const float step = (width + gap) / static_cast<float>(in_row);
  const ImVec2 start = ImGui::GetCursorScreenPos();
  for (int head = 0; head < heads; ++head) {
    const float col = static_cast<float>(head % in_row), row = static_cast<float>(head / in_row);
    const float left = std::round(col * step), right = std::round((col + 1) * step) - gap;
    const float top = row * (ControlHeight(theme) + gap);
    ImGui::SetCursorScreenPos(ImVec2(start.x + left, start.y + top));
    const bool on = (DrawnHeads(*state, heads) >> head & 1) != 0;
    const ImU32 colour = ToImColour(ColourOfHead(*state, head), 1);
    const std::string label = std::to_string(head + 1);
    if (HeadChip(theme, label.c_str(), colour, on, right - left))
      PressHead(panel, head, heads, state);
  }
  const float height = static_cast<float>(rows) * (ControlHeight(theme) + gap) - gap;
  ImGui::SetCursorScreenPos(start);
  ImGui::Dummy(ImVec2(width, height));
}

void ModeSegments(const Theme& theme, float width, ViewState* state) {
  int mode = static_cast<int>(state->mode);
  if (Segments(theme, "mode", kModes, width, &mode)) state->mode = static_cast<ViewMode>(mode);
}

void InterpolationSegments(const Theme& theme, float width, ViewState* state) {
  int choice = state->smooth ? 0 : 1;
  if (Segments(theme, "interpolation", kInterpolations, width, &choice))
    state->smooth = choice == 0;
}

void SizeSegments(const Theme& theme, float width, ViewState* state) {
  const std::span<const int> sizes =
      state->photo == kCameraPhoto ? std::span<const int>(kCameraSizes) : kPhotoSizes;
  std::vector<std::string> texts;
  for (const int size : sizes) texts.push_back(std::to_string(size));
  std::vector<const char*> names;
  for (const std::string& text : texts) names.push_back(text.c_str());

  const auto found = std::find(sizes.begin(), sizes.end(), state->size);
  int choice = found == sizes.end() ? -1 : static_cast<int>(found - sizes.begin());
  if (Segments(theme, "size", names, width, &choice)) {
    state->size = sizes[static_cast<size_t>(choice)];
  }
}

// Captions say it where the panes differ.
std::string GridText(const ViewLimits& limits) {
  const PatchGrid& grid = limits.grid;
  if (grid.rows == 0 || limits.grids_differ) return "";
  return std::to_string(grid.rows) + " \xc3\x97 " + std::to_string(grid.cols) + " patches";
}

std::string QueryText(bool awaits_query, const ViewState& state) {
  if (!state.query) return "[CLS]";
  char text[64];
  std::snprintf(text, sizeof text, awaits_query ? "Patch %d, %d ..." : "Patch %d, %d",
                state.query->row, state.query->col);
  return text;
}

// The query at the left; where it is a patch, the way back at the right.
void QueryLine(const Theme& theme, bool awaits_query, float width, ViewState* state) {
  const ImVec2 start = ImGui::GetCursorScreenPos();
  const float middle = std::floor((ControlHeight(theme) - theme.body->FontSize) / 2);
  ImDrawList* draw = ImGui::GetWindowDrawList();
  const ImVec2 at(start.x, start.y + middle);
  draw->AddText(theme.body, theme.body->FontSize, at, theme.muted, "Query");
  const float caption = theme.body->CalcTextSizeA(theme.body->FontSize, width, 0, "Query ").x;
  draw->AddText(theme.strong, theme.strong->FontSize,
                ImVec2(at.x + std::round(caption) + Px(theme, 4), at.y), theme.text,
                QueryText(awaits_query, *state).c_str());
  if (state->query) {
    const char* label = "Back to [CLS]";
    ImGui::SetCursorScreenPos(ImVec2(start.x + width - ButtonWidth(theme, label), start.y));
    if (Button(theme, label)) state->query.reset();
  }
  ImGui::SetCursorScreenPos(start);
  ImGui::Dummy(ImVec2(width, ControlHeight(theme)));
}

// Two controls side by side: calls left(width), then right(width).
template <typename Left, typename Right>
void TwoColumns(const Theme& theme, float width, const Left& left, const Right& right) {
  const float gap = Px(theme, 16);
  const float half = std::floor((width - gap) / 2);
  ImGui::BeginGroup();
  left(half);
  ImGui::EndGroup();
  ImGui::SameLine(0, gap);
  ImGui::BeginGroup();
  right(half);
  ImGui::EndGroup();
}

PanelAction PanelButtons(Panel* panel, const Theme& theme) {
  PanelAction action = PanelAction::kNone;
  if (Button(theme, "Save picture")) action = PanelAction::kSavePicture;
  ImGui::SameLine(0, Px(theme, 8));
  if (Button(theme, "Keys")) panel->keys_open = !panel->keys_open;
  return action;
}

// Between the controls of a column of this height, in CSS pixels; below kLeastGap they do not fit.
float ColumnGap(const Theme& theme, float column_height, int heads) {
  const float more_heads =
      static_cast<float>(ChipRows(heads) - 1) * (ControlHeight(theme) + Px(theme, kChipGap));
  const float free = column_height - more_heads - Px(theme, kColumnControls);
  return std::min(free / theme.scale / kColumnGaps, kMostGap);
}

PanelAction DrawColumn(Panel* panel, const Theme& theme, const ViewLimits& limits,
                       bool awaits_query, float width, ViewState* state) {
  const float gap = ColumnGap(theme, ImGui::GetWindowHeight(), limits.heads);
  const auto caption = [&](const char* text) {
    CaptionLine(theme, text, "", width);
    Gap(theme, kCaptionGap);
  };
  LayerSlider(theme, limits, width, state);
  Gap(theme, gap);
  caption("Heads");
  HeadChips(panel, theme, limits.heads, width, state);
  Gap(theme, gap);
  caption("Show");
  ModeSegments(theme, width, state);
  Gap(theme, gap);
  ShareSlider(theme, "Opacity", 0, width, &state->opacity);
  Gap(theme, gap);
  ShareSlider(theme, "Keep mass", 0.05f, width, &state->keep_mass);
  Gap(theme, gap);
  caption("Drawn as");
  InterpolationSegments(theme, width, state);
  Gap(theme, gap);
  CaptionLine(theme, "Input size", GridText(limits).c_str(), width);
  Gap(theme, kCaptionGap);
  SizeSegments(theme, width, state);
  Gap(theme, gap);
  QueryLine(theme, awaits_query, width, state);
  Gap(theme, kHintGap);
  Hint(theme, state->query ? "Click another patch, or press Esc for [CLS]." : kQueryHint, width);

  const float bottom = ImGui::GetWindowHeight() - Px(theme, kColumnPadding) - ControlHeight(theme);
  Gap(theme, gap);
  ImGui::SetCursorPosY(std::max(ImGui::GetCursorPosY(), bottom));
  return PanelButtons(panel, theme);
}

PanelAction DrawSheet(Panel* panel, const Theme& theme, const ViewLimits& limits, bool awaits_query,
                      float width, ViewState* state) {
  LayerSlider(theme, limits, width, state);
  Gap(theme, kSheetGap);
  HeadChips(panel, theme, limits.heads, width, state);
  Gap(theme, kSheetGap);
  ModeSegments(theme, width, state);
  Gap(theme, kSheetGap);
  TwoColumns(
      theme, width, [&](float half) { ShareSlider(theme, "Opacity", 0, half, &state->opacity); },
      [&](float half) { ShareSlider(theme, "Keep mass", 0.05f, half, &state->keep_mass); });
  Gap(theme, kSheetGap);
  TwoColumns(
      theme, width, [&](float half) { InterpolationSegments(theme, half, state); },
      [&](float half) { SizeSegments(theme, half, state); });
  Gap(theme, kSheetGap);
  if (width < Px(theme, kSaveWidth)) {
    QueryLine(theme, awaits_query, width, state);
    return PanelAction::kNone;
  }
  const float gap = Px(theme, 8);
  QueryLine(theme, awaits_query, width - ButtonWidth(theme, "Save") - gap, state);
  ImGui::SameLine(0, gap);
  return Button(theme, "Save") ? PanelAction::kSavePicture : PanelAction::kNone;
}

}  // namespace

int SheetHeight(const Theme& theme, int heads) {
  const float rows = static_cast<float>(ChipRows(heads));
  const float chips = rows * ControlHeight(theme) + (rows - 1) * Px(theme, kChipGap);
  const float slider = theme.body->FontSize + Px(theme, 22);
  return static_cast<int>(2 * Px(theme, kSheetPadding) + 5 * Px(theme, kSheetGap) + 2 * slider +
                          chips + 3 * ControlHeight(theme));
}

PanelAction DrawPanel(Panel* panel, const Theme& theme, const Layout& layout,
                      const ViewLimits& limits, bool awaits_query, ViewState* state) {
  const bool sheet =
      layout.narrow || ColumnGap(theme, layout.panel.height, limits.heads) < kLeastGap;
  const float padding = Px(theme, sheet ? kSheetPadding : kColumnPadding);
  ImGui::SetNextWindowPos(ImVec2(layout.panel.x, layout.panel.y));
  ImGui::SetNextWindowSize(ImVec2(layout.panel.width, layout.panel.height));
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(padding, padding));
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0, 0));
  ImGui::PushStyleColor(ImGuiCol_WindowBg, theme.panel);
  ImGui::Begin("panel", nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove |
                   ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoNav |
                   ImGuiWindowFlags_NoBringToFrontOnFocus);
  const float width = layout.panel.width - 2 * padding;
  const auto draw = sheet ? DrawSheet : DrawColumn;
  const PanelAction action = draw(panel, theme, limits, awaits_query, width, state);
  ImGui::End();
  ImGui::PopStyleColor();
  ImGui::PopStyleVar(2);
  return action;
}

void DrawKeys(Panel* panel, const Theme& theme, const Layout& layout) {
  if (!panel->keys_open) return;
  const Box& area = layout.area;
  ImGui::SetNextWindowPos(ImVec2(area.x + area.width / 2, area.y + area.height / 2), 0,
                          ImVec2(0.5f, 0.5f));
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, Px(theme, 10));
  ImGui::PushStyleColor(ImGuiCol_WindowBg, theme.panel);
  ImGui::Begin("keys", nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove |
                   ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoNav |
                   ImGuiWindowFlags_AlwaysAutoResize);
  for (const KeyHelp& line : KeyHelpLines()) {
    ImGui::PushStyleColor(ImGuiCol_Text, theme.text);
    ImGui::TextUnformatted(line.keys);
    ImGui::PopStyleColor();
    ImGui::SameLine(Px(theme, kKeysColumn));
    ImGui::PushStyleColor(ImGuiCol_Text, theme.muted);
    ImGui::TextUnformatted(line.what);
    ImGui::PopStyleColor();
  }
  const bool elsewhere = ImGui::IsMouseClicked(ImGuiMouseButton_Left) && !ImGui::IsWindowHovered();
  ImGui::End();
  ImGui::PopStyleColor();
  ImGui::PopStyleVar();
  if (elsewhere) panel->keys_open = false;
}

}  // namespace headlens
