#include "viewer/widgets.h"

#include <algorithm>
#include <cfloat>
#include <cmath>

#include "imgui_internal.h"
#include "viewer/controls.h"
#include "viewer/words.h"

namespace headlens {
namespace {

constexpr float kControlHeight = 30;
constexpr float kSmallHeight = 24;
constexpr float kSliderHeight = 22;
constexpr float kTrack = 4;
constexpr float kKnob = 7;
constexpr float kRounding = 7;
constexpr float kLabel = 96;  // where the controls of a panel begin
constexpr float kValue = 46;  // for the value of a slider
constexpr float kNoteWidth = 260;
constexpr ImGuiID kHeldSlider = 1;  // in the storage of its window

void CentredText(ImDrawList* draw, ImFont* font, ImVec2 low, ImVec2 high, ImU32 colour,
                 const char* text) {
  const ImVec2 at(std::floor((low.x + high.x - TextWidth(font, text)) / 2),
                  std::floor((low.y + high.y - font->FontSize) / 2));
  draw->AddText(font, font->FontSize, at, colour, text);
}

// Of sRGB, as WCAG 2.1 has it.
float Luminance(const ImVec4& colour) {
  const auto linear = [](float c) {
    return c <= 0.04045f ? c / 12.92f : std::pow((c + 0.055f) / 1.055f, 2.4f);
  };
  return 0.2126f * linear(colour.x) + 0.7152f * linear(colour.y) + 0.0722f * linear(colour.z);
}

// Black or white, whichever has more contrast with the colour: at least 4.58.
ImU32 InkOn(ImU32 colour) {
  const float luminance = Luminance(ImGui::ColorConvertU32ToFloat4(colour));
  const bool black = (luminance + 0.05f) / 0.05f > 1.05f / (luminance + 0.05f);
  return black ? IM_COL32(0, 0, 0, 255) : IM_COL32(255, 255, 255, 255);
}

ImU32 Mixed(ImU32 a, ImU32 b, float share) {
  const ImVec4 from = ImGui::ColorConvertU32ToFloat4(a);
  const ImVec4 to = ImGui::ColorConvertU32ToFloat4(b);
  const auto mix = [share](float x, float y) { return x + share * (y - x); };
  return ImGui::ColorConvertFloat4ToU32(
      ImVec4(mix(from.x, to.x), mix(from.y, to.y), mix(from.z, to.z), mix(from.w, to.w)));
}

// True in the frame in which it is let go where it was pressed.
bool Pressed(const char* name, const ImVec2& size) {
  const bool pressed = ImGui::InvisibleButton(name, size);
  NoteControl(name);
  if (ImGui::IsItemHovered() || ImGui::IsItemActive()) {
    ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
  }
  return pressed;
}

bool Segment(const Theme& theme, const char* name, ImVec2 at, float width, bool chosen) {
  const float height = ControlHeight(theme);
  const float gap = Px(theme, 3);
  ImGui::SetCursorScreenPos(at);
  const bool pressed = Pressed(name, ImVec2(width, height));
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

void Gap(const Theme& theme, float css) { ImGui::Dummy(ImVec2(1, Px(theme, css))); }

float SliderHeight(const Theme& theme) { return Px(theme, kSliderHeight); }
float TitleHeight(const Theme& theme) { return theme.strong->FontSize; }

void TextIn(const ImFont* font, const char* text, const Box& box, Align align, ImU32 colour) {
  const float left = align == Align::kLeft ? box.x : box.x + box.width - TextWidth(font, text);
  const ImVec2 at(std::floor(left), std::floor(box.y + (box.height - font->FontSize) / 2));
  ImGui::GetWindowDrawList()->AddText(font, font->FontSize, at, colour, text);
}

void Title(const Theme& theme, const char* title, const char* value, float width) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const Box box{at.x, at.y, width, TitleHeight(theme)};
  TextIn(theme.strong, title, box, Align::kLeft, theme.text);
  TextIn(theme.small, value, box, Align::kRight, theme.muted);
  ImGui::Dummy(ImVec2(width, box.height));
}

float Label(const Theme& theme, const char* name, float width) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float label = Px(theme, kLabel);
  TextIn(theme.body, name, {at.x, at.y, label, ControlHeight(theme)}, Align::kLeft, theme.muted);
  ImGui::SetCursorScreenPos(ImVec2(at.x + label, at.y));
  return width - label;
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

void HoverNote(const Theme& theme, const char* name, const char* text) {
  if (!ImGui::IsItemHovered()) return;
  ImGui::PushStyleColor(ImGuiCol_PopupBg, theme.panel);
  ImGui::PushStyleColor(ImGuiCol_Border, theme.line);
  ImGui::PushStyleVar(ImGuiStyleVar_PopupBorderSize, Px(theme, 1));
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(Px(theme, 12), Px(theme, 10)));
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0, Px(theme, 4)));
  ImGui::BeginTooltip();
  ImGui::PushStyleColor(ImGuiCol_Text, theme.text);
  ImGui::PushFont(theme.strong);
  ImGui::TextUnformatted(name);
  ImGui::PopFont();
  ImGui::PopStyleColor();
  if (text[0] != 0) Hint(theme, text, Px(theme, kNoteWidth));
  ImGui::EndTooltip();
  ImGui::PopStyleVar(3);
  ImGui::PopStyleColor(2);
}

bool HoldsSlider() {
  const ImGuiID active = ImGui::GetActiveID();
  return active != 0 && static_cast<int>(active) == ImGui::GetStateStorage()->GetInt(kHeldSlider);
}

bool Slider(const Theme& theme, const char* id, float low, float high, float step, float width,
            float* value) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float height = Px(theme, kSliderHeight);
  const float radius = Px(theme, kKnob);
  Pressed(id, ImVec2(width, height));
  if (ImGui::IsItemActivated()) {
    ImGui::GetStateStorage()->SetInt(kHeldSlider, static_cast<int>(ImGui::GetItemID()));
  }

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

bool ShareSlider(const Theme& theme, const char* name, float low, float width, float* share) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float label = Px(theme, kLabel), value = Px(theme, kValue);
  const Box box{at.x, at.y, width, SliderHeight(theme)};
  TextIn(theme.body, name, box, Align::kLeft, theme.muted);
  ImGui::SetCursorScreenPos(ImVec2(at.x + label, at.y));
  const bool changed = Slider(theme, name, low, 1, 0.01f, width - label - value, share);
  TextIn(theme.body, Percent(*share).c_str(), box, Align::kRight, theme.text);
  ImGui::SetCursorScreenPos(at);
  ImGui::Dummy(ImVec2(width, box.height));
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

int HeadChip(const Theme& theme, const char* label, ImU32 colour, bool on, const ImVec2& size) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const ImVec2 end(at.x + size.x, at.y + size.y);
  const float rounding = std::min(Px(theme, kRounding), std::round(size.y / 4));
  // Of a fast series of presses every second one ends a double-click.
  const bool second = ImGui::GetIO().MouseClickedLastCount[ImGuiMouseButton_Left] % 2 == 0;
  const int pressed = Pressed(label, size) ? second ? 2 : 1 : 0;

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
  const bool pressed = Pressed(label, size);
  ImDrawList* draw = ImGui::GetWindowDrawList();
  draw->AddRectFilled(at, end, ImGui::IsItemHovered() ? theme.selected : theme.line,
                      Px(theme, kRounding - 1));
  CentredText(draw, theme.small, at, end, theme.text, label);
  return pressed;
}

bool Words(const Theme& theme, const char* label, const Box& box, Align align, bool strong) {
  ImGui::SetCursorScreenPos(ImVec2(box.x, box.y));
  const bool pressed = Pressed(label, ImVec2(box.width, box.height));
  const bool bright = strong || ImGui::IsItemHovered();
  const std::string shown(label, ImGui::FindRenderedTextEnd(label));
  TextIn(theme.small, shown.c_str(), box, align, bright ? theme.text : theme.muted);
  return pressed;
}

float ButtonWidth(const Theme& theme, const char* label) {
  return std::ceil(TextWidth(theme.body, label)) + Px(theme, 24);
}

bool Button(const Theme& theme, const char* label) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const ImVec2 size(ButtonWidth(theme, label), ControlHeight(theme));
  const ImVec2 end(at.x + size.x, at.y + size.y);
  const bool pressed = Pressed(label, size);
  ImDrawList* draw = ImGui::GetWindowDrawList();
  draw->AddRectFilled(at, end, ImGui::IsItemHovered() ? theme.line : theme.raised,
                      Px(theme, kRounding));
  CentredText(draw, theme.body, at, end, theme.text, label);
  return pressed;
}

}  // namespace headlens
