#include "viewer/panes.h"

#include <algorithm>

namespace headlens {
namespace {

bool SameGrid(const PatchGrid& a, const PatchGrid& b) {
  return a.rows == b.rows && a.cols == b.cols;
}

std::string HeadsText(std::span<const Pane> panes, size_t pane, const ViewState& state) {
  const bool none = DrawnHeadsIn(panes, pane, state) == 0;
  if (state.mode == ViewMode::kSingle && none) return "no head " + std::to_string(state.head);
  const int heads = panes[pane].heads.heads;
  return std::to_string(heads) + (heads == 1 ? " head" : " heads");
}

}  // namespace

ViewLimits LimitsOf(std::span<const Pane> panes) {
  ViewLimits limits;
  limits.grid = panes[0].heads.grid;
  for (const Pane& pane : panes) {
    limits.layers = std::max(limits.layers, pane.heads.layers);
    limits.heads = std::max(limits.heads, pane.heads.heads);
    limits.grids_differ |= !SameGrid(pane.heads.grid, limits.grid);
  }
  return limits;
}

uint64_t DrawnHeadsIn(std::span<const Pane> panes, size_t pane, const ViewState& state) {
  const int heads = panes[pane].heads.heads;
  const uint64_t there = heads >= kMaxHeads ? kAllHeads : (uint64_t{1} << heads) - 1;
  return DrawnHeads(state, LimitsOf(panes).heads) & there;
}

// The figure of the DINO paper has its own normalisation: see maps/compose.h.
WeightStyle WeightStyleIn(std::span<const Pane> panes, size_t pane, const ViewState& state) {
  const bool figure = state.mode == ViewMode::kFigure;
  WeightStyle style{figure ? Normalisation::kHead : state.normalisation, state.keep_mass,
                    state.combine, kAllHeads};
  if (state.combine != Combine::kEach) style.heads_on = DrawnHeadsIn(panes, pane, state);
  return style;
}

std::optional<Patch> QueryIn(std::span<const Pane> panes, size_t pane, const ViewState& state) {
  if (!state.query || pane == 0) return state.query;
  if (!HasMaps(panes[0].heads) || !HasMaps(panes[pane].heads)) return std::nullopt;
  const PatchGrid& first = panes[0].heads.grid;
  const PatchGrid& own = panes[pane].heads.grid;
  const std::optional<Patch>& clicked = panes[pane].clicked;
  if (clicked && SamePlace(*clicked, own, first) == *state.query) return clicked;
  return SamePlace(*state.query, first, own);
}

std::string QueriesToJson(std::span<const Pane> panes, const ViewState& state) {
  std::string list;
  for (size_t pane = 0; pane < panes.size(); ++pane) {
    const std::optional<Patch> query = QueryIn(panes, pane, state);
    list += list.empty() ? "" : ",";
    list +=
        query ? "[" + std::to_string(query->row) + "," + std::to_string(query->col) + "]" : "null";
  }
  return "[" + list + "]";
}

void AskPatch(std::span<Pane> panes, size_t pane, Patch patch, ViewState* state) {
  for (Pane& each : panes) each.clicked.reset();
  panes[pane].clicked = patch;
  state->query = SamePlace(patch, panes[pane].heads.grid, panes[0].heads.grid);
}

bool AnyAwaitsQuery(std::span<const Pane> panes, const ViewState& state) {
  for (size_t pane = 0; pane < panes.size(); ++pane) {
    if (AwaitsQuery(panes[pane].heads, QueryIn(panes, pane, state))) return true;
  }
  return false;
}

Caption CaptionOf(std::span<const Pane> panes, size_t pane, const ViewState& state) {
  Caption caption{panes[pane].model, {}};
  const Heads& own = panes[pane].heads;
  if (!HasMaps(own)) return caption;
  const auto differs = [&](auto&& unlike) {
    return std::any_of(panes.begin(), panes.end(), [&](const Pane& other) {
      return HasMaps(other.heads) && unlike(other.heads);
    });
  };
  if (differs([&](const Heads& other) { return other.layers != own.layers; })) {
    caption.details.push_back("layer " + std::to_string(ShownLayer(state, own.layers) + 1) +
                              " of " + std::to_string(own.layers));
  }
  if (differs([&](const Heads& other) { return other.heads != own.heads; })) {
    caption.details.push_back(HeadsText(panes, pane, state));
  }
  if (differs([&](const Heads& other) { return !SameGrid(other.grid, own.grid); })) {
    caption.details.push_back(std::to_string(own.grid.rows) + " \xc3\x97 " +
                              std::to_string(own.grid.cols) + " patches");
  }
  return caption;
}

}  // namespace headlens
