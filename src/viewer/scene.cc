#include "viewer/scene.h"

#include <GLES3/gl3.h>

#include <algorithm>

#include "viewer/caption.h"
#include "viewer/labels.h"
#include "viewer/offscreen.h"

namespace headlens {
namespace {

// CSS pixels of a saved view: it is scaled so that its text has the size that it has on a screen.
constexpr float kViewHeight = 700, kViewWidth = 900;

float ScaleFor(int height, int width) {
  return std::max(1.0f, std::min(static_cast<float>(height) / kViewHeight,
                                 static_cast<float>(width) / kViewWidth));
}

void DrawInto(App* app, const Theme& theme, const Tiles& tiles, const Box& bar, int height,
              int width) {
  const ImVec4 ground = ImGui::ColorConvertU32ToFloat4(theme.background);
  glViewport(0, 0, width, height);
  glClearColor(ground.x, ground.y, ground.z, 1);
  glClear(GL_COLOR_BUFFER_BIT);
  DrawTiles(&app->picture, app->panes, app->state, tiles.list, height, width);
  ImDrawList list(ImGui::GetDrawListSharedData());
  list._ResetForNewFrame();
  list.PushTextureID(ImGui::GetIO().Fonts->TexID);
  list.PushClipRect(ImVec2(0, 0), ImVec2(static_cast<float>(width), static_cast<float>(height)));
  DrawMarks(&list, theme, tiles, bar, app);
  DrawCaptionTexts(&list, theme, tiles.captions, app->panes, app->state);
  const ImDrawList* lists[] = {&list};
  DrawLists(app->ui, lists, height, width);
}

}  // namespace

void DrawMarks(ImDrawList* draw, const Theme& theme, const Tiles& tiles, const Box& bar, App* app) {
  DrawContours(draw, theme, tiles, app->panes, app->state, &app->contours);
  DrawQuery(draw, theme, tiles, app->panes, app->state);
  DrawDivider(draw, theme, tiles, app->state);
  DrawLabels(draw, theme, tiles, app->panes, app->state);
  DrawColourBar(draw, theme, bar, CurrentBar(&app->bar, app->panes, app->state),
                app->state.colormap);
}

std::vector<uint8_t> RenderView(App* app, int height, int width) {
  Theme theme = app->theme;
  SetScale(ScaleFor(height, width), app->fonts, &theme);
  UploadFont(&app->ui);
  const bool bar = CurrentBar(&app->bar, app->panes, app->state).kind != BarKind::kNone;
  const bool alone =
      app->panes.size() == 1 && app->state.view != View::kHeads && app->state.view != View::kAtlas;
  const Stage stage{
      PlaceSavedView(height, width, theme.scale, {app->photo_height, app->photo_width},
                     static_cast<int>(app->panes.size()), {alone ? 0.0f : 12.0f, bar ? 44.0f : 0}),
      theme.scale, app->photo_height, app->photo_width};
  const Tiles tiles = PlaceTiles(stage, app->panes, app->state, app->atlas);
  std::vector<uint8_t> rgba = RenderOffscreen(
      height, width, [&] { DrawInto(app, theme, tiles, stage.layout.bar, height, width); });
  SetScale(app->window.scale, app->fonts, &app->theme);
  UploadFont(&app->ui);
  return rgba;
}

}  // namespace headlens
