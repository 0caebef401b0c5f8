#include "viewer/widgets.h"

#include <algorithm>
#include <cfloat>
#include <cmath>

namespace headlens {
namespace {

constexpr float kControlHeight = 30;
constexpr float kSmallHeight = 24;
constexpr float kSliderHeight = 22;
constexpr float kTrack = 4;
constexpr float kKnob = 7;
constexpr float kRounding = 7;

void CentredText(ImDrawList* draw, ImFont* font, ImVec2 low, ImVec2 high, ImU32 colour,
                 const char* text) {
  const ImVec2 at(std::floor((low.x + high.x - TextWidth(font, text)) / 2),
                  std::floor((low.y + high.y - font->FontSize) / 2));
  draw->AddText(font, font->FontSize, at, colour, text);
}

// Black or white, whichever reads better on the colour.
ImU32 InkOn(ImU32 colour) {
  const ImVec4 c = ImGui::ColorConvertU32ToFloat4(colour);
  const float luma = 0.299f * c.x + 0.587f * c.y + 0.114f * c.z;
  return luma > 0.55f ? IM_COL32(16, 17, 19, 255) : IM_COL32(255, 255, 255, 255);
}

ImU32 Mixed(ImU32 a, ImU32 b, float share) {
  const ImVec4 from = ImGui::ColorConvertU32ToFloat4(a);
  const ImVec4 to = ImGui::ColorConvertU32ToFloat4(b);
  const auto mix = [share](float x, float y) { return x + share * (y - x); };
  return ImGui::ColorConvertFloat4ToU32(
      ImVec4(mix(from.x, to.x), mix(from.y, to.y), mix(from.z, to.z), mix(from.w, to.w)));
}

void HandCursor() {
  if (ImGui::IsItemHovered() || ImGui::IsItemActive()) {
    ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
  }
}

bool Segment(const Theme& theme, const char* name, ImVec2 at, float width, bool chosen) {
  const float height = ControlHeight(theme);
  const float gap = Px(theme, 3);
  ImGui::SetCursorScreenPos(at);
  const bool pressed = ImGui::InvisibleButton(name, ImVec2(width, height));
  HandCursor();
  const ImVec2 low(at.x + gap, at.y + gap), high(at.x + width - gap, at.y + height - gap);
  ImDrawList* draw = ImGui::GetWindowDrawList();
  if (chosen) draw->AddRectFilled(low, high, theme.selected, Px(theme, kRounding - 2));
  const bool bright = chosen || ImGui::IsItemHovered();
  CentredText(draw, theme.body, low, high, bright ? theme.text : theme.muted, name);
  return pressed;
}

}  // namespace

float ControlHeight(const Theme& theme) { return Px(theme, kControlHeight); }

float TextWidth(const ImFont* font, const char* text) {
  return font->CalcTextSizeA(font->FontSize, FLT_MAX, 0, text).x;
}

std::string FittedText(const ImFont* font, const std::string& text, float width) {
  if (TextWidth(font, text.c_str()) <= width) return text;
  for (size_t end = text.size(); end > 0; --end) {
    if ((text[end] & 0xc0) == 0x80) continue;  // within a sign of several bytes
    const std::string part = text.substr(0, end) + "...";
    if (TextWidth(font, part.c_str()) <= width) return part;
  }
  return "";
}

void CaptionLine(const Theme& theme, const char* caption, const char* value, float width) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImDrawList* draw = ImGui::GetWindowDrawList();
  ImFont* font = theme.body;
  draw->AddText(font, font->FontSize, at, theme.muted, caption);
  const float left = std::floor(at.x + width - TextWidth(font, value));
  draw->AddText(font, font->FontSize, ImVec2(left, at.y), theme.text, value);
  ImGui::Dummy(ImVec2(width, font->FontSize));
}

void Hint(const Theme& theme, const char* text, float width) {
  ImGui::PushFont(theme.small);
  ImGui::PushStyleColor(ImGuiCol_Text, theme.muted);
  ImGui::PushTextWrapPos(ImGui::GetCursorPosX() + width);
  ImGui::TextUnformatted(text);
  ImGui::PopTextWrapPos();
  ImGui::PopStyleColor();
  ImGui::PopFont();
}

bool Slider(const Theme& theme, const char* id, float low, float high, float step, float width,
            float* value) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float height = Px(theme, kSliderHeight);
  const float radius = Px(theme, kKnob);
  ImGui::InvisibleButton(id, ImVec2(width, height));
  HandCursor();

  bool changed = false;
  const float left = at.x + radius, right = at.x + width - radius;
  if (ImGui::IsItemActive() && high > low) {
    const float share = std::clamp((ImGui::GetIO().MousePos.x - left) / (right - left), 0.0f, 1.0f);
    const float steps = std::round(share * (high - low) / step);
    const float next = std::min(low + steps * step, high);
    changed = next != *value;
    *value = next;
  }

  const float share = high > low ? std::clamp((*value - low) / (high - low), 0.0f, 1.0f) : 1.0f;
  const float knob = left + share * (right - left);
  const float middle = std::floor(at.y + height / 2);
  const float half = std::max(1.0f, Px(theme, kTrack) / 2);
  ImDrawList* draw = ImGui::GetWindowDrawList();
  draw->AddRectFilled(ImVec2(at.x, middle - half), ImVec2(at.x + width, middle + half), theme.track,
                      half);
  draw->AddRectFilled(ImVec2(at.x, middle - half), ImVec2(knob, middle + half), theme.fill, half);
  const bool lively = ImGui::IsItemHovered() || ImGui::IsItemActive();
  draw->AddCircleFilled(ImVec2(knob, middle), radius, lively ? theme.text : theme.fill, 32);
  draw->AddCircle(ImVec2(knob, middle), radius + Px(theme, 1), theme.panel, 32, Px(theme, 2));
  return changed;
}

bool Segments(const Theme& theme, const char* id, std::span<const char* const> names, float width,
              int* chosen) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImGui::GetWindowDrawList()->AddRectFilled(at, ImVec2(at.x + width, at.y + ControlHeight(theme)),
                                            theme.raised, Px(theme, kRounding));

  float text = 0;
  for (const char* name : names) text += TextWidth(theme.body, name);
  const float padding = (width - text) / static_cast<float>(names.size());
  bool changed = false;
  float end = at.x;
  ImGui::PushID(id);
  for (int i = 0; i < static_cast<int>(names.size()); ++i) {
    const char* name = names[static_cast<size_t>(i)];
    const float left = std::round(end);
    end += TextWidth(theme.body, name) + padding;
    const bool pressed =
        Segment(theme, name, ImVec2(left, at.y), std::round(end) - left, *chosen == i);
    if (pressed && *chosen != i) {
      *chosen = i;
      changed = true;
    }
  }
  ImGui::PopID();
  ImGui::SetCursorScreenPos(at);
  ImGui::Dummy(ImVec2(width, ControlHeight(theme)));
  return changed;
}

bool HeadChip(const Theme& theme, const char* label, ImU32 colour, bool on, float width) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const ImVec2 end(at.x + width, at.y + ControlHeight(theme));
  const float rounding = Px(theme, kRounding);
  // On the press, not the release: a double-click then is two presses, the second of them marked.
  ImGui::InvisibleButton(label, ImVec2(end.x - at.x, end.y - at.y));
  const bool pressed = ImGui::IsItemClicked();
  HandCursor();

  ImDrawList* draw = ImGui::GetWindowDrawList();
  const bool hovered = ImGui::IsItemHovered();
  if (on) {
    draw->AddRectFilled(at, end, hovered ? Mixed(colour, theme.text, 0.12f) : colour, rounding);
    CentredText(draw, theme.strong, at, end, InkOn(colour), label);
    return pressed;
  }
  const float inset = Px(theme, 1);
  draw->AddRectFilled(at, end, hovered ? Mixed(theme.raised, colour, 0.15f) : theme.raised,
                      rounding);
  draw->AddRect(ImVec2(at.x + inset / 2, at.y + inset / 2),
                ImVec2(end.x - inset / 2, end.y - inset / 2), Mixed(theme.raised, colour, 0.6f),
                rounding, 0, inset);
  CentredText(draw, theme.body, at, end, theme.muted, label);
  return pressed;
}

float SmallButtonWidth(const Theme& theme, const char* label) {
  return std::ceil(TextWidth(theme.small, label)) + Px(theme, 20);
}

bool SmallButton(const Theme& theme, const char* label) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const ImVec2 size(SmallButtonWidth(theme, label), Px(theme, kSmallHeight));
  const ImVec2 end(at.x + size.x, at.y + size.y);
  const bool pressed = ImGui::InvisibleButton(label, size);
  HandCursor();
  ImDrawList* draw = ImGui::GetWindowDrawList();
  draw->AddRectFilled(at, end, ImGui::IsItemHovered() ? theme.selected : theme.line,
                      Px(theme, kRounding - 1));
  CentredText(draw, theme.small, at, end, theme.text, label);
  return pressed;
}

float ButtonWidth(const Theme& theme, const char* label) {
  return std::ceil(TextWidth(theme.body, label)) + Px(theme, 24);
}

bool Button(const Theme& theme, const char* label) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const ImVec2 size(ButtonWidth(theme, label), ControlHeight(theme));
  const ImVec2 end(at.x + size.x, at.y + size.y);
  const bool pressed = ImGui::InvisibleButton(label, size);
  HandCursor();
  ImDrawList* draw = ImGui::GetWindowDrawList();
  draw->AddRectFilled(at, end, ImGui::IsItemHovered() ? theme.line : theme.raised,
                      Px(theme, kRounding));
  CentredText(draw, theme.body, at, end, theme.text, label);
  return pressed;
}

}  // namespace headlens
