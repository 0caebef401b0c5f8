#include "viewer/gestures.h"

#include <algorithm>
#include <cmath>

#include "imgui.h"

namespace headlens {
namespace {

constexpr float kClickSlack = 5;     // CSS pixels that a click may move
constexpr float kDividerReach = 22;  // on either side: as wide as a fingertip
constexpr float kWheelStep = 1.2f;   // as large for each line of the wheel

// What zooms and pans under a point of the window.
struct Target {
  ZoomFrame where;
  Zoom zoom;
  bool is_atlas = false;
};

std::optional<Target> TargetAt(const Tiles& tiles, const ViewState& state, const Zoom& atlas,
                               float x, float y) {
  for (const AtlasGrid& grid : tiles.atlas) {
    if (Contains(grid.window, x, y)) return Target{grid.zoomed, atlas, true};
  }
  if (state.view == View::kAtlas) return std::nullopt;
  for (const Tile& tile : tiles.list) {
    if (Contains(tile.zoomed.frame, x, y)) {
      return Target{tile.zoomed, {state.zoom, state.centre}, false};
    }
  }
  return std::nullopt;
}

void SetZoom(const Target& target, const Zoom& zoom, ViewState* state, Zoom* atlas) {
  if (target.is_atlas) {
    *atlas = zoom;
    return;
  }
  state->zoom = zoom.factor;
  state->centre = zoom.centre;
}

bool Fits(const Target& target) {
  const Box place = ZoomedPlace(target.where, target.zoom);
  const Box& frame = target.where.frame;
  return place.width <= frame.width && place.height <= frame.height;
}

void FollowWheel(const Tiles& tiles, ViewState* state, Zoom* atlas) {
  const ImGuiIO& io = ImGui::GetIO();
  if (io.MouseWheel == 0 || io.WantCaptureMouse) return;
  const auto target = TargetAt(tiles, *state, *atlas, io.MousePos.x, io.MousePos.y);
  if (!target) return;
  SetZoom(*target,
          ZoomAt(target->where, target->zoom, io.MousePos.x, io.MousePos.y,
                 std::pow(kWheelStep, io.MouseWheel)),
          state, atlas);
}

void FollowPinch(Gestures* gestures, const Tiles& tiles, ViewState* state, Zoom* atlas) {
  if (!gestures->pinch) return;
  const Pinch pinch = *gestures->pinch;
  gestures->pinch.reset();
  gestures->drag = Gestures::Drag::kNone;
  gestures->swallow = true;
  const auto target = TargetAt(tiles, *state, *atlas, pinch.x, pinch.y);
  if (!target) return;
  const Zoom moved = PanBy(target->where, target->zoom, pinch.right, pinch.down);
  SetZoom(*target, ZoomAt(target->where, moved, pinch.x, pinch.y, pinch.times), state, atlas);
}

// A second press soon after a click takes back what the click did, and fits. Where nothing is
// zoomed it is a click like any other, unless the first has led to another view.
void FollowDoublePress(Gestures* gestures, ViewState* state) {
  const ViewState& before = gestures->before_click;
  if (before.zoom > 1 && state->zoom > 1) {
    *state = before;
    state->zoom = 1;
    state->centre = {};
    gestures->swallow = true;
  } else if (before.view != state->view) {
    gestures->swallow = true;
  }
}

void BeginPress(Gestures* gestures, const Tiles& tiles, float scale, ViewState* state,
                const Zoom& atlas) {
  const ImVec2 at = ImGui::GetIO().MousePos;
  gestures->swallow = false;
  gestures->last_x = at.x;
  gestures->last_y = at.y;
  if (OverDivider(tiles, scale, *state, at.x, at.y)) {
    gestures->drag = Gestures::Drag::kDivider;
    gestures->swallow = true;
    return;
  }
  const auto target = TargetAt(tiles, *state, atlas, at.x, at.y);
  if (!target) {
    gestures->swallow = true;
    return;
  }
  if (ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left))
    FollowDoublePress(gestures, state);
  else
    gestures->before_click = *state;
  if (!Fits(*target)) gestures->drag = Gestures::Drag::kPan;
}

void MoveDivider(const Tiles& tiles, float x, ViewState* state) {
  const Tile& tile = tiles.list.front();
  for (const Tile& each : tiles.list) {
    if (each.pane != tile.pane && Contains(each.zoomed.frame, x, ImGui::GetIO().MousePos.y)) {
      state->divider = std::clamp((x - each.place.x) / each.place.width, 0.0f, 1.0f);
      return;
    }
  }
  state->divider = std::clamp((x - tile.place.x) / tile.place.width, 0.0f, 1.0f);
}

void FollowDrag(Gestures* gestures, const Tiles& tiles, ViewState* state, Zoom* atlas) {
  const ImVec2 at = ImGui::GetIO().MousePos;
  if (tiles.list.empty() || !ImGui::IsMousePosValid(&at)) return;
  if (gestures->drag == Gestures::Drag::kDivider) return MoveDivider(tiles, at.x, state);
  if (!gestures->swallow) return;  // not moved far enough
  const auto target = TargetAt(tiles, *state, *atlas, gestures->last_x, gestures->last_y);
  if (!target) return;
  const float right = at.x - gestures->last_x, down = at.y - gestures->last_y;
  SetZoom(*target, PanBy(target->where, target->zoom, right, down), state, atlas);
}

bool MovedFar(float scale) {
  const ImVec2 moved = ImGui::GetMouseDragDelta(ImGuiMouseButton_Left, 0);
  const float slack = kClickSlack * scale;
  return moved.x * moved.x + moved.y * moved.y > slack * slack;
}

}  // namespace

void AddPinch(const Pinch& pinch, Gestures* gestures) {
  const Pinch before = gestures->pinch.value_or(Pinch{});
  gestures->pinch = Pinch{pinch.x, pinch.y, before.times * pinch.times, before.right + pinch.right,
                          before.down + pinch.down};
}

std::optional<Point> FollowGestures(Gestures* gestures, const Tiles& tiles, float scale,
                                    ViewState* state, Zoom* atlas) {
  const ImGuiIO& io = ImGui::GetIO();
  FollowWheel(tiles, state, atlas);
  FollowPinch(gestures, tiles, state, atlas);
  if (ImGui::IsMouseClicked(ImGuiMouseButton_Left)) {
    gestures->drag = Gestures::Drag::kNone;
    gestures->swallow = io.WantCaptureMouse;
    if (!io.WantCaptureMouse) BeginPress(gestures, tiles, scale, state, *atlas);
  }
  if (ImGui::IsMouseDown(ImGuiMouseButton_Left)) {
    if (MovedFar(scale)) gestures->swallow = true;
    if (gestures->drag != Gestures::Drag::kNone) FollowDrag(gestures, tiles, state, atlas);
    gestures->last_x = io.MousePos.x;
    gestures->last_y = io.MousePos.y;
    return std::nullopt;
  }
  gestures->drag = Gestures::Drag::kNone;
  if (!ImGui::IsMouseReleased(ImGuiMouseButton_Left) || gestures->swallow) return std::nullopt;
  return Point{io.MousePos.x, io.MousePos.y};
}

bool OverDivider(const Tiles& tiles, float scale, const ViewState& state, float x, float y) {
  if (state.view != View::kSlider) return false;
  return std::any_of(tiles.list.begin(), tiles.list.end(), [&](const Tile& tile) {
    const Box shown = Intersection(tile.place, tile.zoomed.frame);
    const bool beside = std::abs(x - DividerAt(tile, state)) <= kDividerReach * scale;
    return beside && y >= shown.y && y < shown.y + shown.height;
  });
}

}  // namespace headlens
