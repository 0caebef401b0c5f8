#include "viewer/inspect.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdio>
#include <string>

#include "viewer/charts.h"
#include "viewer/fields.h"
#include "viewer/order.h"
#include "viewer/widgets.h"
#include "viewer/words.h"

namespace headlens {
namespace {

// CSS pixels.
constexpr float kLine = 20, kCompactLine = 17;
constexpr int kMostTallLines = 8;
constexpr float kNumber = 24, kBar = 72, kShortBar = 44, kScore = 62, kRank = 50, kPrefix = 52;
constexpr float kColumnGap = 24;

struct Columns {
  float bar = 0;
  float height = 0;
  float Width(const Theme& theme) const {
    return Px(theme, kNumber) + bar + Px(theme, kScore + kRank + kPrefix);
  }
};

// Cells of a line from left to right.
struct Cells {
  Box rest;
  Box Take(float width) {
    const Box cell{rest.x, rest.y, width, rest.height};
    rest.x += width;
    rest.width -= width;
    return cell;
  }
};

Cells NextLine(const Theme& theme, const Columns& columns) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImGui::Dummy(ImVec2(columns.Width(theme), columns.height));
  return {{at.x, at.y, columns.Width(theme), columns.height}};
}

void Names(const Theme& theme, const Columns& columns) {
  Cells cells = NextLine(theme, columns);
  const auto name = [&](float width, const char* text) {
    TextIn(theme.small, text, cells.Take(width), Align::kRight, theme.muted);
  };
  cells.Take(Px(theme, kNumber));
  cells.Take(columns.bar);
  name(Px(theme, kScore), "Score");
  name(Px(theme, kRank), "Rank");
  name(Px(theme, kPrefix), "[CLS]+r");
}

// 1: no other patch scores more.
int RankOf(std::span<const float> map, float score) {
  const auto larger = std::count_if(map.begin(), map.end(), [score](float v) { return v > score; });
  return static_cast<int>(larger) + 1;
}

struct HeadAt {
  int head = 0;
  ImU32 colour = 0;
  std::span<const float> map;
  float score = 0;
  float prefix = 0;
};

// The bar is full at the head's strongest patch.
void ScoreLine(const Theme& theme, const Columns& columns, const HeadAt& at) {
  Cells cells = NextLine(theme, columns);
  const std::string number = std::to_string(at.head + 1);
  TextIn(theme.body, number.c_str(), cells.Take(Px(theme, kNumber)), Align::kLeft, theme.muted);
  Box bar = cells.Take(columns.bar);
  const float thick = Px(theme, 6);
  bar.y += std::floor((bar.height - thick) / 2);
  bar.height = thick;
  const float most = *std::max_element(at.map.begin(), at.map.end());
  DrawBar(theme, bar, most > 0 ? at.score / most : 0, at.colour);
  char score[16];
  std::snprintf(score, sizeof score, "%.2f %%", static_cast<double>(at.score) * 100);
  TextIn(theme.body, score, cells.Take(Px(theme, kScore)), Align::kRight, theme.text);
  const std::string rank = std::to_string(RankOf(at.map, at.score));
  TextIn(theme.body, rank.c_str(), cells.Take(Px(theme, kRank)), Align::kRight, theme.text);
  TextIn(theme.body, Percent(at.prefix).c_str(), cells.Take(Px(theme, kPrefix)), Align::kRight,
         theme.muted);
}

void Scores(const Theme& theme, const Pane& pane, uint64_t drawn, const ViewState& state,
            Patch patch, float bar) {
  const Heads& heads = pane.heads;
  const std::span<const float> scores = ShownScores(heads, state);
  const size_t patches = scores.size() / static_cast<size_t>(heads.heads);
  const int shown = std::popcount(drawn);
  const Columns columns{bar, Px(theme, shown > kMostTallLines ? kCompactLine : kLine)};
  if (shown == 0) return Hint(theme, "No head is on.", columns.Width(theme));
  Names(theme, columns);
  const int layer = ShownLayer(state, heads.layers);
  for (int head = 0; head < heads.heads; ++head) {
    if ((drawn >> head & 1) == 0) continue;
    ScoreLine(theme, columns,
              {head, ToImColour(ColourOfHead(state, head), 1),
               scores.subspan(static_cast<size_t>(head) * patches, patches),
               ScoreAt(heads, scores, head, patch), TraitsIn(pane, layer, head).prefix});
  }
}

// What the field of view rollout, similarity or PCA has there.
void FieldValue(const Theme& theme, const Heads& heads, const ViewState& state, Patch patch) {
  const std::span<const float> field = ShownField(heads, state);
  const size_t patches =
      static_cast<size_t>(heads.grid.rows) * static_cast<size_t>(heads.grid.cols);
  const size_t index = static_cast<size_t>(patch.row) * static_cast<size_t>(heads.grid.cols) +
                       static_cast<size_t>(patch.col);
  const float width = Px(theme, 200);
  if (field.size() < patches) return Hint(theme, "Being computed.", width);
  char text[64];
  const auto value = [&](size_t at) { return static_cast<double>(field[at]); };
  if (state.view == View::kPca) {
    std::snprintf(text, sizeof text, "Components %.2f, %.2f, %.2f", value(3 * index),
                  value(3 * index + 1), value(3 * index + 2));
  } else if (state.view == View::kSimilarity) {
    std::snprintf(text, sizeof text, "Cosine similarity %.3f", value(index));
  } else {
    std::snprintf(text, sizeof text, "Rollout %.3f %%, rank %d", value(index) * 100,
                  RankOf(field, field[index]));
  }
  ImGui::TextUnformatted(text);
}

// "Patch 3, 7 · pixel 60, 28": x and y of its middle in the photo.
std::string PlaceText(const Pane& pane, Patch patch) {
  char text[80];
  const PatchGrid& grid = pane.heads.grid;
  const auto middle = [](int index, int count, float covered, int pixels) {
    return static_cast<int>((static_cast<float>(index) + 0.5f) / static_cast<float>(count) *
                            covered * static_cast<float>(pixels));
  };
  std::snprintf(text, sizeof text, "Row %d, column %d \xc2\xb7 pixel %d, %d", patch.row, patch.col,
                middle(patch.col, grid.cols, grid.covered_width, pane.photo_width),
                middle(patch.row, grid.rows, grid.covered_height, pane.photo_height));
  return text;
}

}  // namespace

void InspectPatch(const Theme& theme, std::span<const Pane> panes, const ViewState& state,
                  std::span<const std::optional<Patch>> patches) {
  ImGui::PushStyleColor(ImGuiCol_PopupBg, theme.panel);
  ImGui::PushStyleColor(ImGuiCol_Border, theme.line);
  ImGui::PushStyleColor(ImGuiCol_Text, theme.text);
  ImGui::PushStyleVar(ImGuiStyleVar_PopupBorderSize, std::max(1.0f, Px(theme, 1)));
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(Px(theme, 12), Px(theme, 10)));
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0, Px(theme, 2)));
  ImGui::BeginTooltip();
  const float bar = Px(theme, panes.size() == 1 ? kBar : kShortBar);
  const float width = Columns{bar, 0}.Width(theme);
  for (size_t pane = 0; pane < panes.size(); ++pane) {
    if (!patches[pane]) continue;
    if (pane > 0) ImGui::SameLine(0, Px(theme, kColumnGap));
    ImGui::BeginGroup();
    if (panes.size() > 1) {
      ImGui::PushFont(theme.strong);
      ImGui::TextUnformatted(FittedText(theme.strong, panes[pane].model, width).c_str());
      ImGui::PopFont();
    }
    ImGui::TextUnformatted(PlaceText(panes[pane], *patches[pane]).c_str());
    if (FieldOf(panes[pane].heads, state.view) != nullptr) {
      FieldValue(theme, panes[pane].heads, state, *patches[pane]);
    } else {
      Scores(theme, panes[pane], DrawnHeadsIn(panes, pane, state), state, *patches[pane], bar);
    }
    ImGui::EndGroup();
  }
  ImGui::EndTooltip();
  ImGui::PopStyleVar(3);
  ImGui::PopStyleColor(3);
}

}  // namespace headlens
