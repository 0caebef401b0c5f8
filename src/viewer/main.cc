// The story of the viewer: start, resize, key, frame.
#include "viewer/app.h"
#include "viewer/bridge.h"
#include "viewer/canvas.h"
#include "viewer/caption.h"

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

void DrawPanes(App* app) {
  if (app->photo_width == 0) return;
  for (size_t pane = 0; pane < app->panes.size(); ++pane) {
    DrawPicture(&app->picture, app->panes, pane, app->state, app->layout.photos[pane],
                app->window.height, app->window.width);
  }
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
  if (key == "?") {
    app->panel.keys_open = !app->panel.keys_open;
    return true;
  }
  if (key == "Escape" && app->panel.keys_open) {
    app->panel.keys_open = false;
    return true;
  }
  return ApplyKey(key, LimitsOf(app->panes), &app->state);
}

void DrawFrame(App* app, double seconds) {
  const Window& window = app->window;
  BeginFrame(window, app->theme, seconds);

  const ViewLimits limits = LimitsOf(app->panes);
  app->layout =
      PlaceScene(window, app->photo_height, app->photo_width, static_cast<int>(app->panes.size()),
                 SheetHeight(app->theme, limits.heads));
  const PanelAction action = DrawPanel(&app->panel, app->theme, app->layout, limits,
                                       AnyAwaitsQuery(app->panes, app->state), &app->state);
  const std::optional<Hovered> hovered =
      PickPatch(app->theme, app->layout, app->panes, &app->state);
  DrawCaptions(app->theme, app->layout, app->panes, &app->state);
  DrawKeys(&app->panel, app->theme, app->layout);
  DrawPanes(app);
  TellCursor(ImGui::GetMouseCursor());

  EndFrame(window, app->ui);
  TellPage(app, hovered);
  if (action == PanelAction::kSavePicture) TellSavePicture();
}

}  // namespace headlens
