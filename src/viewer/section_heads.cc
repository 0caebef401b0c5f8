// The heads of the layer, as a list with their traits or as chips.
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "viewer/charts.h"
#include "viewer/controls.h"
#include "viewer/keys.h"
#include "viewer/order.h"
#include "viewer/sections.h"
#include "viewer/trait_words.h"
#include "viewer/words.h"

namespace headlens {
namespace {

// CSS pixels.
constexpr float kRow = 30, kCompactRow = 22;
constexpr float kRowGap = 4, kCompactGap = 2;
constexpr int kMostTallRows = 8;
constexpr float kNames = 22;  // the line with the names of the columns
constexpr float kChip = 36, kColumnGap = 10;
constexpr float kEntropy = 76, kEntropyText = 32, kPrefix = 46, kThirdText = 36;
constexpr float kChipGap = 6;
constexpr int kMostChipsInRow = 6;

struct Columns {
  Box chip, entropy, prefix, third;
};

Columns ColumnsAt(const Section& section, float x, float y, float height) {
  const auto px = [&](float css) { return Px(section.theme, css); };
  const float gap = px(kColumnGap);
  Columns columns;
  columns.chip = {x, y, px(kChip), height};
  columns.entropy = {columns.chip.x + columns.chip.width + gap, y, px(kEntropy), height};
  columns.prefix = {columns.entropy.x + columns.entropy.width + gap, y, px(kPrefix), height};
  const float left = columns.prefix.x + columns.prefix.width + gap;
  columns.third = {left, y, x + section.width - left, height};
  return columns;
}

// The name of a column; a press sorts by it.
bool ColumnName(const Section& section, const Box& box, Order order, const char* name,
                Align align) {
  const bool sorted = section.state->order == order;
  const std::string label = std::string(name) + "##by" + NameOf(kOrderNames, order);
  const bool pressed = Words(section.theme, label.c_str(), box, align, sorted);
  HoverNote(section.theme, WordsOf(order).name, WordsOf(order).definition);
  NoteControl(std::string("by ") + NameOf(kOrderNames, order));
  if (!sorted) return pressed;
  const float line = Px(section.theme, 1), text = TextWidth(section.theme.small, name);
  const float left = align == Align::kLeft ? box.x : box.x + box.width - text;
  const float below = box.y + box.height - Px(section.theme, 3);
  ImGui::GetWindowDrawList()->AddRectFilled(ImVec2(std::floor(left), below),
                                            ImVec2(std::ceil(left + text), below + line),
                                            section.theme.text);
  return pressed;
}

// The traits beside entropy and prefix take turns in the third column.
Order NextThird(Order third) {
  if (third == Order::kCompactness) return Order::kEdges;
  return third == Order::kEdges ? Order::kOverlap : Order::kCompactness;
}

bool IsThird(Order order) {
  return order == Order::kCompactness || order == Order::kEdges || order == Order::kOverlap;
}

void ColumnNames(const Section& section) {
  Panel& panel = *section.panel;
  Order& order = section.state->order;
  if (IsThird(order)) panel.third = order;  // also where a key chose it
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const Columns columns = ColumnsAt(section, at.x, at.y, Px(section.theme, kNames));
  if (ColumnName(section, columns.chip, Order::kHead, "Head", Align::kLeft)) order = Order::kHead;
  if (ColumnName(section, columns.entropy, Order::kEntropy, "Entropy", Align::kLeft)) {
    order = Order::kEntropy;
  }
  if (ColumnName(section, columns.prefix, Order::kPrefix, "[CLS]+r", Align::kRight)) {
    order = Order::kPrefix;
  }
  if (ColumnName(section, columns.third, panel.third, WordsOf(panel.third).name, Align::kRight)) {
    panel.third = order == panel.third ? NextThird(panel.third) : panel.third;
    order = panel.third;
  }
  ImGui::SetCursorScreenPos(at);
  ImGui::Dummy(ImVec2(section.width, Px(section.theme, kNames)));
}

void PressHead(const Section& section, int head, int presses) {
  ViewState* state = section.state;
  if (state->mode == ViewMode::kSingle) {
    state->head = head + 1;
    return;
  }
  if (presses == 2) {
    SoloHead(head, section.limits.heads, section.panel->heads_before_press, state);
    return;
  }
  section.panel->heads_before_press = state->heads_on;
  ToggleHead(head, section.limits.heads, state);
}

void Chip(const Section& section, int head, const Box& box) {
  ImGui::SetCursorScreenPos(ImVec2(box.x, box.y));
  const bool on = (DrawnHeads(*section.state, section.limits.heads) >> head & 1) != 0;
  const std::string label = std::to_string(head + 1);
  const ImU32 colour = ToImColour(ColourOfHead(*section.state, head), 1);
  const int presses =
      HeadChip(section.theme, label.c_str(), colour, on, ImVec2(box.width, box.height));
  NoteControl("head " + label);
  if (presses > 0) PressHead(section, head, presses);
}

std::vector<float> OverLayers(const Pane& pane, int head, Order order) {
  std::vector<float> values;
  for (int layer = 0; layer < pane.heads.layers; ++layer) {
    values.push_back(TraitOf(TraitsIn(pane, layer, head), order));
  }
  return values;
}

// A box as high as `height` in the middle of a row's.
Box Middle(const Box& box, float height) {
  return {box.x, std::floor(box.y + (box.height - height) / 2), box.width, height};
}

void HeadRow(const Section& section, int head, const Columns& columns) {
  const Theme& theme = section.theme;
  const Pane& pane = section.panes[0];
  Chip(section, head, columns.chip);
  if (head >= pane.heads.heads) return;  // the second model has it alone
  const int layer = ShownLayer(*section.state, pane.heads.layers);
  const HeadTraits traits = TraitsIn(pane, layer, head);
  const ImFont* font = theme.small;

  Box bar = Middle(columns.entropy, Px(theme, 6));
  bar.width -= Px(theme, kEntropyText);
  DrawBar(theme, bar, traits.entropy, theme.muted);
  TextIn(font, TraitText(traits, Order::kEntropy).c_str(), columns.entropy, Align::kRight,
         theme.text);
  TextIn(font, TraitText(traits, Order::kPrefix).c_str(), columns.prefix, Align::kRight,
         theme.text);

  const Order third = section.panel->third;
  Box line = Middle(columns.third, std::floor(columns.third.height * 0.6f));
  line.width -= Px(theme, kThirdText) + Px(theme, 3);
  const TraitWords& words = WordsOf(third);
  DrawLine(theme, line, OverLayers(pane, head, third), words.low, words.high, layer, theme.muted);
  TextIn(font, TraitText(traits, third).c_str(), columns.third, Align::kRight, theme.text);
}

// Of the first pane as it is sorted, then those that only the second has.
std::vector<int> RowsOf(const Section& section) {
  std::vector<int> rows = HeadOrder(section.panes[0], *section.state);
  for (int head = static_cast<int>(rows.size()); head < section.limits.heads; ++head) {
    rows.push_back(head);
  }
  return rows;
}

int ChipRows(int heads) { return std::max(1, (heads + kMostChipsInRow - 1) / kMostChipsInRow); }

}  // namespace

void HeadsSection(const Section& section) {
  const Theme& theme = section.theme;
  const ImVec2 title = ImGui::GetCursorScreenPos();
  const bool compared = section.panes.size() > 1;
  const std::string of = compared ? "Heads of " + section.panes[0].model : "Heads";
  Title(theme, FittedText(theme.strong, of, section.width - Px(theme, 70)).c_str(), "",
        section.width);
  const ImVec2 after = ImGui::GetCursorScreenPos();
  const float more = TextWidth(theme.small, "All traits");
  if (Words(theme, "All traits",
            {title.x + section.width - more, title.y, more, TitleHeight(theme)}, Align::kRight,
            section.panel->traits_open)) {
    section.panel->traits_open = !section.panel->traits_open;
  }
  ImGui::SetCursorScreenPos(after);
  Gap(theme, 4);
  ColumnNames(section);
  Gap(theme, 4);

  const std::vector<int> rows = RowsOf(section);
  const bool compact = rows.size() > kMostTallRows;
  const float height = Px(theme, compact ? kCompactRow : kRow);
  const float step = height + Px(theme, compact ? kCompactGap : kRowGap);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  for (size_t row = 0; row < rows.size(); ++row) {
    HeadRow(section, rows[row],
            ColumnsAt(section, at.x, at.y + step * static_cast<float>(row), height));
  }
  ImGui::SetCursorScreenPos(at);
  ImGui::Dummy(ImVec2(section.width, step * static_cast<float>(std::max<size_t>(rows.size(), 1))));
}

float ChipsHeight(const Theme& theme, int heads) {
  return static_cast<float>(ChipRows(heads)) * (ControlHeight(theme) + Px(theme, kChipGap)) -
         Px(theme, kChipGap);
}

void ChipsSection(const Section& section) {
  const int heads = section.limits.heads, rows = ChipRows(heads);
  const int in_row = std::max(1, (heads + rows - 1) / rows);
  const float gap = Px(section.theme, kChipGap), height = ControlHeight(section.theme);
  const float step = (section.width + gap) / static_cast<float>(in_row);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  for (int head = 0; head < heads; ++head) {
    const float col = static_cast<float>(head % in_row), row = static_cast<float>(head / in_row);
    const float left = std::round(col * step), right = std::round((col + 1) * step) - gap;
    Chip(section, head, {at.x + left, at.y + row * (height + gap), right - left, height});
  }
  ImGui::SetCursorScreenPos(at);
  ImGui::Dummy(ImVec2(section.width, ChipsHeight(section.theme, heads)));
}

}  // namespace headlens
