// The story of the viewer: start, resize, key, frame.
#include "viewer/app.h"
#include "viewer/bridge.h"
#include "viewer/canvas.h"
#include "viewer/caption.h"
#include "viewer/controls.h"
#include "viewer/explain.h"
#include "viewer/help.h"
#include "viewer/labels.h"
#include "viewer/order.h"
#include "viewer/scene.h"
#include "viewer/tabs.h"
#include "viewer/traits_window.h"
#include "viewer/way_back.h"
#include "viewer/words.h"

namespace headlens {
namespace {

// The query of a finer grid than the first pane's may change though the state does not.
void TellPage(App* app, std::optional<Hovered> hovered) {
  std::string state = ViewStateToJson(app->state);
  std::string queries = QueriesToJson(app->panes, app->state);
  if (state != app->reported_state || queries != app->reported_queries) {
    app->reported_state = std::move(state);
    app->reported_queries = std::move(queries);
    TellState(app->reported_state);
  }
  if (hovered != app->reported_hover) {
    app->reported_hover = hovered;
    TellHover(hovered);
  }
}

// Clicks and gestures mean what was on screen when they were made.
void FollowPointer(App* app) {
  const std::optional<Point> click =
      FollowGestures(&app->gestures, app->tiles, app->window.scale, &app->state, &app->atlas);
  if (!click) return;
  const auto way =
      ClickTile(app->tiles, app->panes, app->window.scale, click->x, click->y, &app->state);
  if (way) app->way_back = way;
}

// An atlas that is larger than its window has the layer shown in sight.
void FollowLayer(App* app) {
  const int layers = app->panes[0].heads.layers;
  const int layer = ShownLayer(app->state, layers);
  if (app->state.view != View::kAtlas || layers == 0) return app->atlas_layer.reset();
  if (app->atlas_layer == layer) return;
  app->atlas_layer = layer;
  app->atlas.centre.y = (static_cast<float>(layer) + 0.5f) / static_cast<float>(layers);
}

// The pictures, what is drawn and written on them, and what the pointer adds.
std::optional<Hovered> DrawView(App* app) {
  FollowLayer(app);
  const Stage stage{app->layout, app->window.scale, app->photo_height, app->photo_width};
  app->tiles = PlaceTiles(stage, app->panes, app->state, app->atlas);
  DrawTiles(&app->picture, app->panes, app->state, app->tiles.list, app->window.height,
            app->window.width);
  DrawMarks(ImGui::GetBackgroundDrawList(), app->theme, app->tiles, app->layout.bar, app);
  DrawCaptions(app->theme, app->tiles.captions, app->panes, &app->state);
  const std::optional<Hovered> hovered = PatchUnderPointer(app->tiles, app->panes);
  if (hovered && app->gestures.drag == Gestures::Drag::kNone) {
    ShowHovered(app->theme, app->tiles, app->panes, app->state, *hovered);
  }
  return hovered;
}

// A cell of the atlas under the pointer, large. It lies over all else, so it is drawn last.
std::optional<Tile> EnlargeHovered(App* app) {
  const std::optional<HoveredCell> hovered = CellUnderPointer(app->tiles);
  if (!hovered || app->gestures.drag != Gestures::Drag::kNone) return std::nullopt;
  const Stage stage{app->layout, app->window.scale, app->photo_height, app->photo_width};
  const ImVec2 at = ImGui::GetIO().MousePos;
  const Tile tile = EnlargedCell(stage, *hovered->grid, hovered->cell, at.x, at.y);
  DrawEnlargedFrame(ImGui::GetBackgroundDrawList(), app->theme, tile, app->panes);
  return tile;
}

void OfferWayBack(App* app) {
  if (app->state.view != View::kOverlay) app->way_back.reset();
  if (!app->way_back) return;
  if (WayBackButton(app->theme, app->layout.area, *app->way_back)) {
    GoBack(*app->way_back, &app->state);
  }
}

void ChooseCursor(const App& app) {
  const ImGuiIO& io = ImGui::GetIO();
  if (io.WantCaptureMouse) return;
  if (app.gestures.drag == Gestures::Drag::kPan && io.MouseDown[0]) {
    ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeAll);
  } else if (OverDivider(app.tiles, app.window.scale, app.state, io.MousePos.x, io.MousePos.y)) {
    ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeEW);
  } else if (TileAt(app.tiles, io.MousePos.x, io.MousePos.y) != nullptr) {
    ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
  }
}

// The patch under the pointer in the grid in which ViewState counts.
std::optional<Patch> HoveredInFirst(const App& app) {
  const std::optional<Hovered>& hovered = app.reported_hover;
  if (!hovered || hovered->pane >= app.panes.size() || !HasMaps(app.panes[0].heads)) {
    return std::nullopt;
  }
  return SamePlace(hovered->patch, app.panes[hovered->pane].heads.grid, app.panes[0].heads.grid);
}

PanelAction DrawControls(App* app) {
  const PanelAction action =
      DrawPanel(&app->panel, app->theme, app->layout, app->window, app->panes, &app->state);
  DrawTabs(app->theme, app->layout, &app->state);
  DrawExplanation(&app->panel, app->theme, app->layout, app->panes, HoveredInFirst(*app),
                  &app->state);
  DrawTraits(&app->panel, app->theme, app->layout, app->panes, &app->state);
  DrawKeys(&app->panel, app->theme, app->layout);
  DrawSaid(&app->panel, app->theme, app->layout);
  return action;
}

}  // namespace

bool StartApp(App* app) {
  StartCanvas();
  SetColours(/*dark=*/true, &app->theme);
  app->reported_state = ViewStateToJson(app->state);
  app->reported_queries = QueriesToJson(app->panes, app->state);
  return CreatePicture(&app->picture) && CreateUi(&app->ui);
}

void RestoreApp(App* app) {
  CreatePicture(&app->picture);
  CreateUi(&app->ui);
  UploadFont(&app->ui);
}

void ResizeApp(App* app, const Window& window) {
  if (window.scale != app->window.scale || app->theme.body == nullptr) {
    SetScale(window.scale, app->fonts, &app->theme);
    UploadFont(&app->ui);
  }
  app->window = window;
}

bool PressKey(App* app, std::string_view key) {
  Panel& panel = app->panel;
  if (key == "?") {
    panel.keys_open = !panel.keys_open;
    return true;
  }
  if (key == "Escape" && CloseSomething(&panel)) return true;
  if (key == "Escape" && app->way_back && !app->state.query && !app->state.explain) {
    GoBack(*app->way_back, &app->state);
    return true;
  }
  if (key == "x" || key == "X") {
    ToggleExplanation(app->panes, HoveredInFirst(*app), &app->state);
    return true;
  }
  const ViewLimits limits = LimitsOf(app->panes);
  const ViewState before = app->state;
  if (!ApplyKey(key, limits, &app->state)) return false;
  Say(&panel, WordsOfChange(before, app->state, limits.layers));
  return true;
}

void DrawFrame(App* app, double seconds) {
  const Window& window = app->window;
  BeginFrame(window, app->theme, seconds);
  ForgetControls();

  RefreshTraits(app->panes, app->state);
  app->layout = PlaceScene(
      window, app->photo_height, app->photo_width, static_cast<int>(app->panes.size()),
      SheetHeight(app->panel, app->theme, window, LimitsOf(app->panes).heads, app->state));
  const PanelAction action = DrawControls(app);
  FollowPointer(app);
  OfferWayBack(app);
  const std::optional<Hovered> hovered = DrawView(app);
  const std::optional<Tile> enlarged = EnlargeHovered(app);
  ChooseCursor(*app);
  TellCursor(ImGui::GetMouseCursor());

  EndFrame(window, app->ui);
  if (enlarged) {
    DrawTiles(&app->picture, app->panes, app->state, {&*enlarged, 1}, window.height, window.width);
  }
  TellPage(app, hovered);
  if (action == PanelAction::kExport) TellExport();
}

bool FrameIsDue(const App& app) { return InputWaits() || IsSaying(app.panel); }

}  // namespace headlens
