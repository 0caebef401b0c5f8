// The story of the viewer: start, resize, key, frame.
#include "viewer/app.h"
#include "viewer/bridge.h"
#include "viewer/canvas.h"
#include "viewer/pick.h"

namespace headlens {
namespace {

ViewLimits Limits(const App& app) { return {app.heads.layers, app.heads.heads, app.heads.grid}; }

void TellPage(App* app, std::optional<Patch> hovered) {
  std::string state = ViewStateToJson(app->state);
  if (state != app->reported_state) {
    app->reported_state = std::move(state);
    TellState(app->reported_state);
  }
  if (hovered != app->reported_hover) {
    app->reported_hover = hovered;
    TellHover(hovered);
  }
}

}  // namespace

bool StartApp(App* app) {
  StartCanvas();
  SetColours(/*dark=*/true, &app->theme);
  app->reported_state = ViewStateToJson(app->state);
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
  return ApplyKey(key, Limits(*app), &app->state);
}

void DrawFrame(App* app, double seconds) {
  const Window& window = app->window;
  BeginFrame(window, app->theme, seconds);

  app->layout = PlaceScene(window, app->photo_height, app->photo_width,
                           SheetHeight(app->theme, app->heads.heads));
  const PanelAction action = DrawPanel(&app->panel, app->theme, app->layout, Limits(*app),
                                       AwaitsQuery(app->heads, app->state), &app->state);
  const std::optional<Patch> hovered = PickPatch(app->theme, app->layout, app->heads, &app->state);
  DrawKeys(&app->panel, app->theme, app->layout);
  if (app->photo_width > 0) {
    DrawPicture(&app->picture, app->heads, app->state, app->layout.photo, window.height,
                window.width);
  }
  TellCursor(ImGui::GetMouseCursor());

  EndFrame(window, app->ui);
  TellPage(app, hovered);
  if (action == PanelAction::kSavePicture) TellSavePicture();
}

}  // namespace headlens
