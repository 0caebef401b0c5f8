#include "viewer/caption.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "viewer/widgets.h"

namespace headlens {
namespace {

constexpr const char* kEnd = "End comparison";
constexpr const char* kShortEnd = "End";

// CSS pixels.
constexpr float kGap = 10;
constexpr float kAboveCaption = 8;  // of a photo, from which its text is this far
constexpr float kWide = 330;        // from which on there is room for all of kEnd

// The details that there is room for, whole ones.
std::string FittedDetails(const Theme& theme, const Caption& caption, float width) {
  std::string line;
  for (const std::string& detail : caption.details) {
    const std::string longer = line.empty() ? detail : line + " \xc2\xb7 " + detail;
    if (TextWidth(theme.small, longer.c_str()) > width) break;
    line = longer;
  }
  return line;
}

void CaptionText(ImDrawList* draw, const Theme& theme, const Box& box, const Caption& caption) {
  const float size = theme.strong->FontSize;
  const float top = box.y + box.height - size - Px(theme, kAboveCaption);
  const std::string name = FittedText(theme.strong, caption.model, box.width);
  draw->AddText(theme.strong, size, ImVec2(box.x, top), theme.text, name.c_str());

  const float used = std::ceil(TextWidth(theme.strong, name.c_str())) + Px(theme, kGap);
  const float lower = theme.strong->Ascent - theme.small->Ascent;  // on one baseline
  draw->AddText(theme.small, theme.small->FontSize, ImVec2(box.x + used, top + std::round(lower)),
                theme.muted, FittedDetails(theme, caption, box.width - used).c_str());
}

// At the right end of the line; returns what it took of it.
float EndButton(const Theme& theme, const Box& box, ViewState* state) {
  const char* label = box.width < Px(theme, kWide) ? kShortEnd : kEnd;
  const float width = SmallButtonWidth(theme, label);
  ImGui::SetNextWindowPos(ImVec2(box.x + box.width - width, box.y));
  ImGui::SetNextWindowSize(ImVec2(width, box.height));
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(0, 0));
  ImGui::PushStyleVar(ImGuiStyleVar_WindowMinSize, ImVec2(1, 1));
  ImGui::Begin("end", nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove |
                   ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoNav |
                   ImGuiWindowFlags_NoBackground | ImGuiWindowFlags_NoBringToFrontOnFocus);
  if (SmallButton(theme, label)) state->compare.clear();
  ImGui::End();
  ImGui::PopStyleVar(2);
  return width + Px(theme, kGap);
}

}  // namespace

void DrawCaptions(const Theme& theme, std::span<const Box> boxes, std::span<const Pane> panes,
                  ViewState* state) {
  std::vector<Box> texts(boxes.begin(), boxes.end());
  const bool ends = boxes.size() == panes.size() && boxes.back().width > 0;
  if (ends && !state->compare.empty()) texts.back().width -= EndButton(theme, texts.back(), state);
  DrawCaptionTexts(ImGui::GetBackgroundDrawList(), theme, texts, panes, *state);
}

void DrawCaptionTexts(ImDrawList* draw, const Theme& theme, std::span<const Box> boxes,
                      std::span<const Pane> panes, const ViewState& state) {
  for (size_t pane = 0; pane < boxes.size(); ++pane) {
    if (boxes[pane].width > 0) CaptionText(draw, theme, boxes[pane], CaptionOf(panes, pane, state));
  }
}

}  // namespace headlens
