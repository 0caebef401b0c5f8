// The heads of the layer, as a list with their traits or as chips.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
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
constexpr float kGroupName = 26, kWordsGap = 14;
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
    SoloHeads(uint64_t{1} << head, section.limits.heads, section.panel->heads_before_press, state);
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
  TextIn(font, TraitTextIn(pane, layer, head, Order::kEntropy).c_str(), columns.entropy,
         Align::kRight, theme.text);
  TextIn(font, TraitTextIn(pane, layer, head, Order::kPrefix).c_str(), columns.prefix,
         Align::kRight, theme.text);

  const Order third = section.panel->third;
  Box line = Middle(columns.third, std::floor(columns.third.height * 0.6f));
  line.width -= Px(theme, kThirdText) + Px(theme, 3);
  const TraitWords& words = WordsOf(third);
  const bool known = third != Order::kEdges || !pane.heads.gradient.empty();
  if (known) {
    DrawLine(theme, line, OverLayers(pane, head, third), words.low, words.high, layer, theme.muted);
  }
  TextIn(font, TraitTextIn(pane, layer, head, third).c_str(), columns.third, Align::kRight,
         theme.text);
}

// Of the first pane as they are sorted, then those that only the second has.
std::vector<HeadGroup> GroupsOf(const Section& section) {
  std::vector<HeadGroup> groups = HeadGroups(section.panes[0], *section.state);
  if (groups.empty()) groups.emplace_back();
  for (int head = section.panes[0].heads.heads; head < section.limits.heads; ++head) {
    groups.back().heads.push_back(head);
  }
  return groups;
}

bool ShowsGroups(const Section& section) {
  return section.state->grouped && section.state->order != Order::kHead &&
         HasMaps(section.panes[0].heads);
}

// What a group's heads have, and at the right what leaves these alone on screen.
void GroupName(const Section& section, const HeadGroup& group) {
  const Theme& theme = section.theme;
  ViewState* state = section.state;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const Box line{at.x, at.y, section.width, Px(theme, kGroupName)};
  const std::string text = GroupText(group, state->order);
  TextIn(theme.small, text.c_str(), line, Align::kLeft, theme.muted);
  if (state->mode != ViewMode::kSingle) {
    uint64_t heads = 0;
    for (const int head : group.heads) heads |= uint64_t{1} << head;
    const bool alone = DrawnHeads(*state, section.limits.heads) == heads;
    const char* press = alone ? "All heads" : "Only these";
    const float width = TextWidth(theme.small, press);
    const std::string label = std::string(press) + "##" + std::to_string(group.heads.front());
    const Box box{line.x + line.width - width, line.y, width, line.height};
    if (Words(theme, label.c_str(), box, Align::kRight, alone)) {
      SoloHeads(heads, section.limits.heads, state->heads_on, state);
    }
    NoteControl("only " + text);
  }
  ImGui::SetCursorScreenPos(at);
  ImGui::Dummy(ImVec2(line.width, line.height));
}

void Rows(const Section& section, std::span<const int> heads, bool compact) {
  const float height = Px(section.theme, compact ? kCompactRow : kRow);
  const float step = height + Px(section.theme, compact ? kCompactGap : kRowGap);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  for (size_t row = 0; row < heads.size(); ++row) {
    HeadRow(section, heads[row],
            ColumnsAt(section, at.x, at.y + step * static_cast<float>(row), height));
  }
  ImGui::SetCursorScreenPos(at);
  ImGui::Dummy(ImVec2(section.width, step * static_cast<float>(std::max<size_t>(heads.size(), 1))));
}

// Words at the right end of the title's line. Returns where they begin.
float TitleWord(const Section& section, const char* word, const ImVec2& title, float right,
                bool* on) {
  const float width = TextWidth(section.theme.small, word);
  const Box box{right - width, title.y, width, TitleHeight(section.theme)};
  if (Words(section.theme, word, box, Align::kRight, *on)) *on = !*on;
  return box.x;
}

void TitleLine(const Section& section) {
  const Theme& theme = section.theme;
  const ImVec2 title = ImGui::GetCursorScreenPos();
  const bool compared = section.panes.size() > 1;
  const std::string of = compared ? "Heads of " + section.panes[0].model : "Heads";
  Title(theme, FittedText(theme.strong, of, section.width - Px(theme, 120)).c_str(), "",
        section.width);
  const ImVec2 after = ImGui::GetCursorScreenPos();
  const float left =
      TitleWord(section, "All traits", title, title.x + section.width, &section.panel->traits_open);
  bool grouped = section.state->grouped;
  TitleWord(section, "Group", title, left - Px(theme, kWordsGap), &grouped);
  HoverNote(theme, "Groups",
            "Heads whose numbers of the chosen column are alike: Jenks's natural breaks, as few "
            "groups as leave a fifth of what the heads differ by, at most four.");
  NoteControl("group");
  if (grouped != section.state->grouped) GroupHeads(section.state);
  ImGui::SetCursorScreenPos(after);
}

int ChipRows(int heads) { return std::max(1, (heads + kMostChipsInRow - 1) / kMostChipsInRow); }

}  // namespace

void HeadsSection(const Section& section) {
  const Theme& theme = section.theme;
  TitleLine(section);
  Gap(theme, 4);
  ColumnNames(section);
  Gap(theme, 4);
  const bool compact = section.limits.heads > kMostTallRows;
  const bool named = ShowsGroups(section);
  for (const HeadGroup& group : GroupsOf(section)) {
    if (named) GroupName(section, group);
    Rows(section, group.heads, compact);
  }
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
