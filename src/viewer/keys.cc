#include "viewer/keys.h"

#include <algorithm>
#include <cmath>

namespace headlens {
namespace {

constexpr float kShareStep = 0.05f;
constexpr std::string_view kViewKeys = "ohavrip";  // in the order of View

// web/page.js sees to those that it has buttons for: photos, camera, weights, export, undo, redo,
// copy.
constexpr KeyHelp kViews[] = {
    {"O", "Overlay"},
    {"H", "Heads, one beside another"},
    {"A", "Atlas of all layers"},
    {"V", "Compare"},
    {"R", "Rollout"},
    {"I", "Similarity"},
    {"P", "PCA"},
};
constexpr KeyHelp kWhere[] = {
    {"\xe2\x86\x91 \xe2\x86\x93", "Later or earlier layer"},
    {"1 \xe2\x80\x93 9", "Turn a head on or off"},
    {"0", "All heads on"},
    {"Click a patch", "Where that patch looks"},
    {"Shift + arrows", "Move the query patch"},
    {"T", "Order of heads"},
    {"G", "Heads in groups of like ones"},
    {"X", "How this number came about"},
    {"Z", "Zoom to fit"},
    {"Esc", "Let go, one thing at a time"},
};
constexpr KeyHelp kLooks[] = {
    {"M", "Colours, mean, max, one, figure"},
    {"N", "Normalisation"},
    {"L", "Palette, or colour scale"},
    {"+ \xe2\x88\x92", "Opacity"},
    {"S", "Smooth or patches"},
    {"< >", "Keep less or more of the mass"},
    {"U", "Masks: each, union, intersection"},
    {"K", "Contours"},
};
constexpr KeyHelp kPage[] = {
    {"\xe2\x86\x90 \xe2\x86\x92", "Photo before or after"},
    {"W", "Choose or compare weights"},
    {"C", "Camera on or off"},
    {"E", "Export"},
    {"Ctrl + C", "Copy the picture"},
    {"Ctrl + Z", "Undo; with Shift redo"},
    {"?", "These keys"},
};
constexpr KeyGroup kGroups[] = {
    {"Views", kViews}, {"Layers, heads, patches", kWhere}, {"Looks", kLooks}, {"Page", kPage}};

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

// The one after it in the enum; after the last the first.
template <typename Enum>
void Next(Enum last, Enum* value) {
  *value = static_cast<Enum>((static_cast<int>(*value) + 1) % (static_cast<int>(last) + 1));
}

void NextColours(ViewState* state) {
  if (UsesColormap(*state)) return Next(Colormap::kGrey, &state->colormap);
  Next(Palette::kDino, &state->palette);
  state->colours.clear();  // which went over the palette
}

void FitPhoto(ViewState* state) {
  state->zoom = 1;
  state->centre = {};
}

// The first step from [CLS] starts in the middle.
void MoveQuery(int rows, int cols, const PatchGrid& grid, ViewState* state) {
  if (grid.rows == 0) return;
  const Patch from = state->query.value_or(Patch{grid.rows / 2, grid.cols / 2});
  state->query = Patch{std::clamp(from.row + rows, 0, grid.rows - 1),
                       std::clamp(from.col + cols, 0, grid.cols - 1)};
}

// One thing at a time: the explanation, the query patch, then the second model.
void LetGo(ViewState* state) {
  if (state->explain) {
    state->explain.reset();
  } else if (state->query) {
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

bool ApplyLetter(char letter, ViewState* state) {
  const size_t view = kViewKeys.find(letter);
  if (view != std::string_view::npos) return state->view = static_cast<View>(view), true;
  switch (letter) {
    case 'm':
      return Next(ViewMode::kFigure, &state->mode), true;
    case 'n':
      return Next(Normalisation::kLog, &state->normalisation), true;
    case 'l':
      return NextColours(state), true;
    case 'k':
      return Next(Contours::kSmooth, &state->contours), true;
    case 'u':
      return Next(Combine::kIntersection, &state->combine), true;
    case 't':
      return Next(Order::kPrefix, &state->order), true;
    case 'g':
      return GroupHeads(state), true;
    case 's':
      return state->smooth = !state->smooth, true;
    case 'z':
      return FitPhoto(state), true;
    default:
      return false;
  }
}

bool ApplySign(char sign, const ViewLimits& limits, ViewState* state) {
  if (sign >= '0' && sign <= '9') return ApplyDigit(sign, limits.heads, state);
  if (sign >= 'A' && sign <= 'Z') return ApplyLetter(static_cast<char>(sign - 'A' + 'a'), state);
  switch (sign) {
    case ']':
      return StepLayer(1, limits, state), true;
    case '[':
      return StepLayer(-1, limits, state), true;
    case '+':
    case '=':
      return StepShare(kShareStep, &state->opacity), true;
    case '-':
      return StepShare(-kShareStep, &state->opacity), true;
    case '<':
    case ',':
      return StepShare(-kShareStep, &state->keep_mass), true;
    case '>':
    case '.':
      return StepShare(kShareStep, &state->keep_mass), true;
    default:
      return ApplyLetter(sign, state);
  }
}

}  // namespace

bool ApplyKey(std::string_view key, const ViewLimits& limits, ViewState* state) {
  if (key.size() == 1) return ApplySign(key[0], limits, state);
  if (key == "ArrowUp") return StepLayer(1, limits, state), true;
  if (key == "ArrowDown") return StepLayer(-1, limits, state), true;
  if (key == "Escape") return LetGo(state), true;
  if (key == "Shift+ArrowUp") return MoveQuery(-1, 0, limits.grid, state), true;
  if (key == "Shift+ArrowDown") return MoveQuery(1, 0, limits.grid, state), true;
  if (key == "Shift+ArrowLeft") return MoveQuery(0, -1, limits.grid, state), true;
  if (key == "Shift+ArrowRight") return MoveQuery(0, 1, limits.grid, state), true;
  return false;
}

char KeyOf(View view) { return kViewKeys[static_cast<size_t>(view)]; }

bool UsesPalette(const ViewState& state) {
  return state.view <= View::kSlider && state.mode == ViewMode::kHeads;
}

bool UsesColormap(const ViewState& state) {
  if (state.view == View::kRollout || state.view == View::kSimilarity) return true;
  if (state.view == View::kPca) return false;
  return state.mode != ViewMode::kHeads && state.mode != ViewMode::kFigure;
}

std::span<const KeyGroup> KeyGroups() { return kGroups; }

bool HeadIsOn(const ViewState& state, int head) { return (state.heads_on >> head & 1) != 0; }

void ToggleHead(int head, int heads, ViewState* state) {
  SetHeads(state->heads_on ^ uint64_t{1} << head, heads, state);
}

void GroupHeads(ViewState* state) {
  state->grouped = !state->grouped;
  if (state->grouped && state->order == Order::kHead) state->order = Order::kEntropy;
}

void ShowAllHeads(ViewState* state) { state->heads_on = kAllHeads; }

void SoloHeads(uint64_t alone, int heads, uint64_t was_on, ViewState* state) {
  const bool was_alone = (was_on & MaskOf(heads)) == alone;
  SetHeads(was_alone ? kAllHeads : alone, heads, state);
}

uint64_t DrawnHeads(const ViewState& state, int heads) {
  if (state.mode != ViewMode::kSingle) return state.heads_on & MaskOf(heads);
  return uint64_t{1} << std::clamp(state.head - 1, 0, std::max(heads - 1, 0));
}

}  // namespace headlens
