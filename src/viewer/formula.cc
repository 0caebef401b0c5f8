#include "viewer/formula.h"

#include <algorithm>
#include <cfloat>
#include <cmath>

namespace headlens {
namespace {

constexpr float kRaised = -1.5f, kLowered = 5.5f;  // CSS pixels from the line's top

struct Run {
  std::string_view text;
  char level = 0;  // '_', '^', or 0 on the line
};

// The first run of a text, which is shortened by it.
Run TakeRun(std::string_view* text) {
  const char first = text->front();
  if (first != '_' && first != '^') {
    const Run run{text->substr(0, text->find_first_of("_^")), 0};
    text->remove_prefix(run.text.size());
    return run;
  }
  text->remove_prefix(1);
  const bool group = !text->empty() && text->front() == '{';
  if (!group) {
    const Run run{text->substr(0, 1), first};
    text->remove_prefix(run.text.size());
    return run;
  }
  const size_t end = std::min(text->find('}'), text->size());
  const Run run{text->substr(1, end - 1), first};
  text->remove_prefix(std::min(end + 1, text->size()));
  return run;
}

// Calls place(run, font, x) for each run of the text; returns where it ends.
template <typename Place>
float LayOut(const Theme& theme, std::string_view text, const Place& place) {
  float x = 0;
  while (!text.empty()) {
    const Run run = TakeRun(&text);
    ImFont* font = run.level == 0 ? theme.body : theme.script;
    place(run, font, x);
    const char* begin = run.text.data();
    x += font->CalcTextSizeA(font->FontSize, FLT_MAX, 0, begin, begin + run.text.size()).x;
  }
  return x;
}

}  // namespace

float FormulaWidth(const Theme& theme, std::string_view text) {
  return LayOut(theme, text, [](const Run&, ImFont*, float) {});
}

void DrawFormula(const Theme& theme, ImVec2 at, ImU32 colour, std::string_view text) {
  ImDrawList* draw = ImGui::GetWindowDrawList();
  LayOut(theme, text, [&](const Run& run, ImFont* font, float x) {
    const float css = run.level == '^' ? kRaised : run.level == '_' ? kLowered : 0;
    const ImVec2 place(std::round(at.x + x), std::round(at.y + css * theme.scale));
    draw->AddText(font, font->FontSize, place, colour, run.text.data(),
                  run.text.data() + run.text.size());
  });
}

}  // namespace headlens
