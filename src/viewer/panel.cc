#include "viewer/panel.h"

#include <algorithm>
#include <cmath>

#include "viewer/controls.h"
#include "viewer/explain.h"
#include "viewer/keys.h"
#include "viewer/sections.h"

namespace headlens {
namespace {

// CSS pixels.
constexpr float kColumnPadding = 20, kColumnGap = 20;
constexpr float kSheetPadding = 14, kSheetGap = 10;
constexpr float kHandle = 24, kTitleGap = 6;
constexpr float kFooter = 58;
constexpr float kLeastPhoto = 190;  // that the highest sheet leaves to tabs and photo
constexpr float kFullSheet = 2000;  // as much as there is

float Padding(const Theme& theme, bool narrow) {
  return Px(theme, narrow ? kSheetPadding : kColumnPadding);
}

PanelAction Buttons(const Section& section) {
  const Theme& theme = section.theme;
  PanelAction action = PanelAction::kNone;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  if (Button(theme, "Export")) action = PanelAction::kExport;
  ImGui::SetCursorScreenPos(ImVec2(at.x + ButtonWidth(theme, "Export") + Px(theme, 8), at.y));
  if (Button(theme, "Explain")) ToggleExplanation(section.panes, std::nullopt, section.state);
  ImGui::SetCursorScreenPos(ImVec2(at.x + section.width - ButtonWidth(theme, "Keys"), at.y));
  if (Button(theme, "Keys")) section.panel->keys_open = !section.panel->keys_open;
  return action;
}

// Calls each section with a gap below it, where it drew something.
template <typename... Sections>
void Stack(const Section& section, float gap, const Sections&... draw) {
  const auto one = [&](void (*part)(const Section&)) {
    const float before = ImGui::GetCursorPosY();
    part(section);
    if (ImGui::GetCursorPosY() > before) Gap(section.theme, gap);
  };
  (one(draw), ...);
}

void DrawColumn(const Section& section) {
  Stack(section, kColumnGap, ViewSection, LayerSection, QuerySection, HeadsSection, ColourSection,
        MaskSection, SizeSection);
}

PanelAction DrawSheet(const Section& section) {
  if (section.panel->sheet.stop == SheetStop::kFull) {
    Stack(section, kSheetGap, LayerSection, ExplanationSection);
    Stack(section, kColumnGap, ViewSection, QuerySection, HeadsSection, ColourSection, MaskSection,
          SizeSection);
    return Buttons(section);
  }
  Stack(section, kSheetGap, LayerSection, ExplanationSection, ChipsSection, ViewSection);
  if (section.state->view <= View::kSlider) Stack(section, kSheetGap, ModeSegments);
  ShareSlider(section.theme, "Opacity", 0, section.width, &section.state->opacity);
  Gap(section.theme, kSheetGap);
  ShareSlider(section.theme, "Keep mass", 0.05f, section.width, &section.state->keep_mass);
  Gap(section.theme, kSheetGap);
  QuerySection(section);
  Gap(section.theme, kSheetGap);
  return Buttons(section);
}

SheetHeights HeightsOf(const Theme& theme, const Window& window, int heads,
                       const ViewState& state) {
  const float gap = Px(theme, kSheetGap), row = ControlHeight(theme), slider = SliderHeight(theme);
  const float layer = TitleHeight(theme) + slider;
  const float low = Px(theme, kHandle) + layer + Px(theme, kSheetPadding);
  float middle = low + gap + ChipsHeight(theme, heads) + 2 * (slider + gap) + 2 * (row + gap) + gap;
  if (state.view <= View::kSlider) middle += row + gap;
  if (state.view > View::kSlider) middle += TitleHeight(theme) + gap;
  middle += static_cast<float>(ViewRows(state)) * (row + Px(theme, kTitleGap));
  if (state.explain) middle = low + ExplanationHeight(theme) + Px(theme, kSheetPadding);
  const float most = static_cast<float>(window.height - window.inset_top) - Px(theme, kLeastPhoto);
  return LimitedTo({low, middle, Px(theme, kFullSheet)}, most);
}

// A short bar at the top of the sheet; dragged or tapped it changes the sheet's height.
void SheetHandle(const Theme& theme, const Layout& layout, const SheetHeights& heights,
                 Sheet* sheet) {
  const Box& panel = layout.panel;
  ImGui::SetCursorScreenPos(ImVec2(panel.x, panel.y));
  ImGui::InvisibleButton("sheet", ImVec2(panel.width, Px(theme, kHandle)));
  NoteControl("sheet");
  const float moved = ImGui::GetMouseDragDelta(ImGuiMouseButton_Left, 0).y;
  const bool dragged = sheet->held > 0 || std::abs(moved) > Px(theme, 6);
  if (ImGui::IsItemActive() && dragged) {
    const float bottom = panel.y + panel.height;
    DragSheet(bottom - ImGui::GetIO().MousePos.y + Px(theme, kHandle) / 2, heights, sheet);
  } else if (ImGui::IsItemDeactivated()) {
    sheet->held > 0 ? DropSheet(heights, sheet) : TapSheet(sheet);
  }
  if (ImGui::IsItemHovered()) ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
  const float width = Px(theme, 40), height = Px(theme, 4);
  const ImVec2 low(std::round(panel.x + (panel.width - width) / 2), panel.y + Px(theme, 8));
  ImGui::GetWindowDrawList()->AddRectFilled(low, ImVec2(low.x + width, low.y + height), theme.track,
                                            height / 2);
}

// draw(): what scrolls, in a box of the window.
template <typename Draw>
void Scrolling(const Theme& theme, const Box& box, float padding, DragScroll* scroll,
               const Draw& draw) {
  ImGui::SetCursorScreenPos(ImVec2(box.x, box.y));
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(padding, 0));
  ImGui::PushStyleColor(ImGuiCol_ScrollbarBg, 0);
  ImGui::PushStyleColor(ImGuiCol_ScrollbarGrab, theme.track);
  ImGui::PushStyleColor(ImGuiCol_ScrollbarGrabHovered, theme.muted);
  ImGui::PushStyleColor(ImGuiCol_ScrollbarGrabActive, theme.muted);
  ImGui::BeginChild("scroll", ImVec2(box.width, box.height), ImGuiChildFlags_AlwaysUseWindowPadding,
                    ImGuiWindowFlags_NoNav | ImGuiWindowFlags_NoBackground);
  draw();
  ScrollByDrag(theme, scroll);
  ImGui::EndChild();
  ImGui::PopStyleColor(4);
  ImGui::PopStyleVar();
}

PanelAction Column(const Section& section, const Layout& layout) {
  const Theme& theme = section.theme;
  const Box& panel = layout.panel;
  const float padding = Padding(theme, false), footer = Px(theme, kFooter);
  const Box body{panel.x, panel.y, panel.width, panel.height - footer};
  Scrolling(theme, body, padding, &section.panel->scroll, [&] {
    Gap(theme, kColumnPadding);
    DrawColumn(section);
  });
  const float line = panel.y + panel.height - footer;
  ImGui::GetWindowDrawList()->AddRectFilled(
      ImVec2(panel.x, line), ImVec2(panel.x + panel.width, line + Px(theme, 1)), theme.line);
  ImGui::SetCursorScreenPos(ImVec2(panel.x + padding, line + Px(theme, 14)));
  return Buttons(section);
}

PanelAction SheetPanel(const Section& section, const Layout& layout, const SheetHeights& heights) {
  const Theme& theme = section.theme;
  const Box& panel = layout.panel;
  const float handle = Px(theme, kHandle);
  PanelAction action = PanelAction::kNone;
  const Box body{panel.x, panel.y + handle, panel.width, panel.height - handle};
  Scrolling(theme, body, Padding(theme, true), &section.panel->scroll, [&] {
    action = DrawSheet(section);
    Gap(theme, kSheetPadding);
  });
  SheetHandle(theme, layout, heights, &section.panel->sheet);
  return action;
}

}  // namespace

int SheetHeight(const Panel& panel, const Theme& theme, const Window& window, int heads,
                const ViewState& state) {
  return static_cast<int>(HeightOf(panel.sheet, HeightsOf(theme, window, heads, state)));
}

PanelAction DrawPanel(Panel* panel, const Theme& theme, const Layout& layout, const Window& window,
                      std::span<const Pane> panes, ViewState* state) {
  const Box& box = layout.panel;
  ImGui::SetNextWindowPos(ImVec2(box.x, box.y));
  ImGui::SetNextWindowSize(ImVec2(box.width, box.height));
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(0, 0));
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0, 0));
  ImGui::PushStyleColor(ImGuiCol_WindowBg, theme.panel);
  ImGui::Begin("panel", nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove |
                   ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoNav |
                   ImGuiWindowFlags_NoScrollWithMouse | ImGuiWindowFlags_NoBringToFrontOnFocus);
  const float width = box.width - 2 * Padding(theme, layout.narrow);
  const Section section{theme, width, panes, LimitsOf(panes), panel, state};
  const SheetHeights heights = HeightsOf(theme, window, section.limits.heads, *state);
  const PanelAction action =
      layout.narrow ? SheetPanel(section, layout, heights) : Column(section, layout);
  ImGui::End();
  ImGui::PopStyleColor();
  ImGui::PopStyleVar(2);
  return action;
}

}  // namespace headlens
