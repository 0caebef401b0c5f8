#include "viewer/explain.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "viewer/charts.h"
#include "viewer/controls.h"
#include "viewer/explanation.h"
#include "viewer/formula.h"
#include "viewer/overlay_window.h"
#include "viewer/words.h"

namespace headlens {
namespace {

// CSS pixels.
constexpr float kWidth = 332, kPadding = 16;
constexpr float kLine = 22, kChip = 22;
constexpr int kLines = 6;
constexpr float kBlock = 20 + 20 + 10 + kChip + 12 + kLines * kLine + 10 + 8 + 6 + 18;

const char* const kMinus = "\xe2\x88\x92";

std::string InBrackets(float value) {
  return value < 0 ? "(" + Number(value) + ")" : Number(value);
}

// A formula at the left, its value at the right.
void Line(const Section& section, const std::string& formula, const std::string& value,
          ImU32 colour) {
  const Theme& theme = section.theme;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float height = Px(theme, kLine);
  const float top = at.y + std::floor((height - theme.body->FontSize) / 2);
  DrawFormula(theme, ImVec2(at.x, top), colour, formula);
  const float width = FormulaWidth(theme, value);
  DrawFormula(theme, ImVec2(at.x + section.width - width, top), theme.text, value);
  ImGui::Dummy(ImVec2(section.width, height));
}

void HeadButtons(const Section& section, int heads, int* chosen) {
  const Theme& theme = section.theme;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float gap = Px(theme, heads > 8 ? 2 : 6), height = Px(theme, kChip);
  const float count = static_cast<float>(std::max(heads, 1));
  const float width = std::min(std::floor((section.width + gap) / count) - gap, Px(theme, 40));
  ImGui::PushID("explained");
  for (int head = 0; head < heads; ++head) {
    const float left = at.x + static_cast<float>(head) * (width + gap);
    ImGui::SetCursorScreenPos(ImVec2(left, at.y));
    const std::string label = std::to_string(head + 1);
    const ImU32 colour = ToImColour(ColourOfHead(*section.state, head), 1);
    if (HeadChip(theme, label.c_str(), colour, head == *chosen, ImVec2(width, height)) > 0) {
      *chosen = head;
    }
    NoteControl("explain head " + label);
  }
  ImGui::PopID();
  ImGui::SetCursorScreenPos(at);
  ImGui::Dummy(ImVec2(section.width, height));
}

void Lines(const Section& section, const ExplainedScore& score, int tokens) {
  const Theme& theme = section.theme;
  const float power = std::exp(score.dot - score.max);
  Line(section,
       "q_h \xc2\xb7 k_h / \xe2\x88\x9a"
       "d",
       Number(score.dot), theme.muted);
  Line(section, "m, the largest in its row", Number(score.max), theme.muted);
  Line(section, "exp(" + Number(score.dot) + " " + kMinus + " " + InBrackets(score.max) + ")",
       Number(power), theme.muted);
  Line(section,
       std::string("\xe2\x88\x91 exp(\xc2\xb7 ") + kMinus + " m) over " +
           "T = " + std::to_string(tokens) + " tokens",
       Number(score.sum), theme.muted);
  Line(section, "A_h = " + Number(power) + " / " + Number(score.sum),
       Number(score.score) + " = " + Number(score.score * 100) + " %", theme.text);
}

// The row's sum: what of it is on [CLS], on the registers, on the patches.
void RowSum(const Section& section, const ExplainedScore& score, ImU32 colour) {
  const Theme& theme = section.theme;
  Gap(theme, 10);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const Share shares[] = {
      {score.cls, theme.text}, {score.registers, theme.muted}, {score.patches, colour}};
  DrawShares(theme, {at.x, at.y, section.width, Px(theme, 8)}, shares);
  Gap(theme, 8 + 6);
  char text[96];
  const auto at2 = [](float share) { return static_cast<double>(share); };
  std::snprintf(text, sizeof text, "[CLS] %.2f + registers %.2f + patches %.2f = %.2f",
                at2(score.cls), at2(score.registers), at2(score.patches),
                at2(score.cls + score.registers + score.patches));
  const ImVec2 line = ImGui::GetCursorScreenPos();
  TextIn(theme.small, text, {line.x, line.y, section.width, Px(theme, 18)}, Align::kLeft,
         theme.muted);
  ImGui::Dummy(ImVec2(section.width, Px(theme, 18)));
}

std::string Formula(const ViewState& state) {
  std::string query = "[CLS]";
  if (state.query) {
    query = std::to_string(state.query->row) + "," + std::to_string(state.query->col);
  }
  return "A_h = softmax(q_{" + query +
         ",h} K_h^T / \xe2\x88\x9a"
         "d)";
}

void Block(const Section& section, Patch patch) {
  const Theme& theme = section.theme;
  ViewState& state = *section.state;
  const Heads& heads = section.panes[0].heads;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  Title(theme, "How this number came about", "", section.width);
  const float close = TextWidth(theme.small, "Close");
  const Box box{at.x + section.width - close, at.y, close, TitleHeight(theme)};
  if (Words(theme, "Close", box, Align::kRight, false)) state.explain.reset();
  ImGui::SetCursorScreenPos(ImVec2(at.x, at.y + Px(theme, 20)));

  const int layer = ShownLayer(state, heads.layers) + 1;
  const std::string about = "Layer " + std::to_string(layer) + " \xc2\xb7 query " +
                            QueryName(state.query) + " \xc2\xb7 " + QueryName(patch);
  TextIn(theme.small, about.c_str(), {at.x, at.y + Px(theme, 20), section.width, Px(theme, 20)},
         Align::kLeft, theme.muted);
  Gap(theme, 30);
  int head = std::clamp(state.head - 1, 0, std::max(heads.heads - 1, 0));
  HeadButtons(section, heads.heads, &head);
  if (head != state.head - 1) state.head = head + 1;
  Gap(theme, 12);
  Line(section, Formula(state), "", theme.text);

  const std::optional<ExplainedScore> score =
      ExplainScore(heads, state, QueryIn(section.panes, 0, state), head, patch);
  section.panel->explained = score;
  if (!score) {
    Hint(theme, "The engine is computing the row that this number belongs to.", section.width);
    return;
  }
  Lines(section, *score, heads.explanation.tokens);
  RowSum(section, *score, ToImColour(ColourOfHead(state, head), 1));
}

bool Within(const PatchGrid& grid, Patch patch) {
  return patch.row < grid.rows && patch.col < grid.cols;
}

}  // namespace

void ToggleExplanation(std::span<const Pane> panes, std::optional<Patch> hovered,
                       ViewState* state) {
  if (state->explain && (!hovered || hovered == state->explain)) return state->explain.reset();
  state->explain = hovered ? hovered : StrongestPatch(panes[0].heads, *state, state->head - 1);
}

float ExplanationHeight(const Theme& theme) { return Px(theme, kBlock); }

void ExplanationSection(const Section& section) {
  const std::optional<Patch>& patch = section.state->explain;
  if (!patch || !Within(section.panes[0].heads.grid, *patch)) return;
  Block(section, *patch);
}

void DrawExplanation(Panel* panel, const Theme& theme, const Layout& layout,
                     std::span<const Pane> panes, std::optional<Patch> hovered, ViewState* state) {
  if (layout.narrow || !state->explain) return;
  const Patch patch = hovered.value_or(*state->explain);
  if (!Within(panes[0].heads.grid, patch)) return;
  const Box& area = layout.area;
  const float width = Px(theme, kWidth), padding = Px(theme, kPadding);
  const float height = ExplanationHeight(theme) + 2 * padding;
  ImGui::SetNextWindowPos(ImVec2(area.x, area.y + area.height - height));
  ImGui::SetNextWindowSize(ImVec2(width, height));
  PushOverlayStyle(theme, padding);
  ImGui::Begin("explanation", nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove |
                   ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoNav |
                   ImGuiWindowFlags_NoScrollWithMouse);
  Block({theme, width - 2 * padding, panes, LimitsOf(panes), panel, state}, patch);
  ImGui::End();
  PopOverlayStyle();
}

}  // namespace headlens
