#include "viewer/keys.h"

#include <algorithm>
#include <cmath>

namespace headlens {
namespace {

constexpr float kShareStep = 0.05f;

constexpr KeyHelp kHelp[] = {
    {"Click a patch", "Where that patch looks"},
    {"Double-click a head", "That head alone"},
    {"\xe2\x86\x91 \xe2\x86\x93", "Later or earlier layer"},
    {"1 \xe2\x80\x93 9", "Turn a head on or off"},
    {"0", "All heads on"},
    {"M", "Colours, mean, max, single"},
    {"+ \xe2\x88\x92", "Opacity"},
    {"< >", "Keep less or more of the mass"},
    {"S", "Smooth or patches"},
    {"Shift + arrows", "Move the query patch"},
    {"Esc", "Query [CLS] again, or end a comparison"},
    {"C", "Camera on or off"},  // web/page.js sees to this and the next
    {"W", "Choose or compare weights"},
    {"?", "These keys"},
};

uint64_t MaskOf(int heads) { return heads >= kMaxHeads ? kAllHeads : (uint64_t{1} << heads) - 1; }

// All heads on is kept as kAllHeads, so that it stays true for a model with more of them.
void SetHeads(uint64_t heads_on, int heads, ViewState* state) {
  const uint64_t mask = MaskOf(heads);
  state->heads_on = (heads_on & mask) == mask ? kAllHeads : heads_on & mask;
}

void StepShare(float step, float* share) {
  const float steps = std::round((*share + step) / kShareStep);
  *share = std::clamp(steps * kShareStep, 0.0f, 1.0f);
}

void StepLayer(int step, const ViewLimits& limits, ViewState* state) {
  if (limits.layers == 0) return;
  const int layer = ShownLayer(*state, limits.layers) + step;
  state->layer = std::clamp(layer, 0, limits.layers - 1) + 1;
}

void NextMode(ViewState* state) {
  state->mode = static_cast<ViewMode>((static_cast<int>(state->mode) + 1) % 5);
}

// The first step from [CLS] starts in the middle.
void MoveQuery(int rows, int cols, const PatchGrid& grid, ViewState* state) {
  if (grid.rows == 0) return;
  const Patch from = state->query.value_or(Patch{grid.rows / 2, grid.cols / 2});
  state->query = Patch{std::clamp(from.row + rows, 0, grid.rows - 1),
                       std::clamp(from.col + cols, 0, grid.cols - 1)};
}

// One thing at a time: the query patch, then the second model.
void LetGo(ViewState* state) {
  if (state->query) {
    state->query.reset();
  } else {
    state->compare.clear();
  }
}

bool ApplyDigit(char digit, int heads, ViewState* state) {
  if (digit == '0') {
    ShowAllHeads(state);
    return true;
  }
  const int head = digit - '1';
  if (head >= heads) return false;
  if (state->mode == ViewMode::kSingle) {
    state->head = head + 1;
  } else {
    ToggleHead(head, heads, state);
  }
  return true;
}

}  // namespace

bool ApplyKey(std::string_view key, const ViewLimits& limits, ViewState* state) {
  if (key.size() == 1 && key[0] >= '0' && key[0] <= '9') {
    return ApplyDigit(key[0], limits.heads, state);
  }
  if (key == "ArrowUp" || key == "]") return StepLayer(1, limits, state), true;
  if (key == "ArrowDown" || key == "[") return StepLayer(-1, limits, state), true;
  if (key == "m" || key == "M") return NextMode(state), true;
  if (key == "+" || key == "=") return StepShare(kShareStep, &state->opacity), true;
  if (key == "-") return StepShare(-kShareStep, &state->opacity), true;
  if (key == "<" || key == ",") return StepShare(-kShareStep, &state->keep_mass), true;
  if (key == ">" || key == ".") return StepShare(kShareStep, &state->keep_mass), true;
  if (key == "s" || key == "S") return state->smooth = !state->smooth, true;
  if (key == "Escape") return LetGo(state), true;
  if (key == "Shift+ArrowUp") return MoveQuery(-1, 0, limits.grid, state), true;
  if (key == "Shift+ArrowDown") return MoveQuery(1, 0, limits.grid, state), true;
  if (key == "Shift+ArrowLeft") return MoveQuery(0, -1, limits.grid, state), true;
  if (key == "Shift+ArrowRight") return MoveQuery(0, 1, limits.grid, state), true;
  return false;
}

std::span<const KeyHelp> KeyHelpLines() { return kHelp; }

bool HeadIsOn(const ViewState& state, int head) { return (state.heads_on >> head & 1) != 0; }

void ToggleHead(int head, int heads, ViewState* state) {
  SetHeads(state->heads_on ^ uint64_t{1} << head, heads, state);
}

void ShowAllHeads(ViewState* state) { state->heads_on = kAllHeads; }

void SoloHead(int head, int heads, uint64_t was_on, ViewState* state) {
  const uint64_t alone = uint64_t{1} << head;
  const bool was_alone = (was_on & MaskOf(heads)) == alone;
  SetHeads(was_alone ? kAllHeads : alone, heads, state);
}

uint64_t DrawnHeads(const ViewState& state, int heads) {
  if (state.mode != ViewMode::kSingle) return state.heads_on & MaskOf(heads);
  return uint64_t{1} << std::clamp(state.head - 1, 0, std::max(heads - 1, 0));
}

}  // namespace headlens
