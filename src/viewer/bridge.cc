#include "viewer/bridge.h"

#include <emscripten/em_js.h>
#include <emscripten/emscripten.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/json.h"
#include "image/image.h"
#include "maps/traits.h"
#include "viewer/app.h"
#include "viewer/canvas.h"
#include "viewer/controls.h"
#include "viewer/fields.h"
#include "viewer/scene.h"
#include "viewer/software.h"

// `Module.page` is the object of callbacks that web/viewer.js hands over.
// clang-format off
EM_JS(void, page_state, (const char* json), { Module.page.state(UTF8ToString(json)); });
EM_JS(void, page_hover, (int pane, int row, int col), { Module.page.hover(pane, row, col); });
EM_JS(void, page_cursor, (int kind), { Module.page.cursor(kind); });
EM_JS(void, page_export, (), { Module.page.export(); });
// clang-format on

namespace headlens {

void TellState(const std::string& json) { page_state(json.c_str()); }

void TellHover(std::optional<Hovered> hovered) {
  if (!hovered) return page_hover(-1, -1, -1);
  page_hover(static_cast<int>(hovered->pane), hovered->patch.row, hovered->patch.col);
}

void TellCursor(int imgui_cursor) {
  const bool pans = imgui_cursor == ImGuiMouseCursor_ResizeAll;
  const bool slides = imgui_cursor == ImGuiMouseCursor_ResizeEW;
  page_cursor(imgui_cursor == ImGuiMouseCursor_Hand ? 1 : pans ? 2 : slides ? 3 : 0);
}

void TellExport() { page_export(); }

namespace {

App app;
std::string answer;            // the text last returned to the page
std::vector<uint8_t> picture;  // the pixels last returned to the page
Box box;                       // the place last returned to the page

const char* Answer(std::string text) {
  answer = std::move(text);
  return answer.c_str();
}

void SetMaps(size_t pane, Heads maps) {
  app.panes[pane].heads = std::move(maps);
  app.panes[pane].clicked.reset();
  ++app.panes[pane].revision;
}

void TellPhotoSize() {
  for (Pane& pane : app.panes) {
    pane.photo_height = app.photo_height;
    pane.photo_width = app.photo_width;
  }
}

std::string UnknownFields(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
  return list;
}

}  // namespace

// The functions that the page calls. Buffers come from malloc and stay the page's to free, pixels
// are device pixels, rows come first, panes are those that viewer_panes opened.
extern "C" {

EMSCRIPTEN_KEEPALIVE int viewer_start() { return StartApp(&app) ? 1 : 0; }
EMSCRIPTEN_KEEPALIVE void viewer_theme(int dark) { SetColours(dark != 0, &app.theme); }
EMSCRIPTEN_KEEPALIVE int viewer_key(const char* key) { return PressKey(&app, key) ? 1 : 0; }

EMSCRIPTEN_KEEPALIVE void viewer_fonts(const uint8_t* regular, int regular_size,
                                       const uint8_t* strong, int strong_size) {
  app.fonts.regular.assign(regular, regular + regular_size);
  app.fonts.strong.assign(strong, strong + strong_size);
}

EMSCRIPTEN_KEEPALIVE void viewer_resize(int height, int width, float scale, int inset_top,
                                        int inset_bottom) {
  ResizeApp(&app, {width, height, scale, inset_top, inset_bottom});
}

// Returns 1 if the next frame has news already.
EMSCRIPTEN_KEEPALIVE int viewer_frame(double seconds) {
  DrawFrame(&app, seconds);
  return FrameIsDue(app) ? 1 : 0;
}

// After a lost WebGL context. Returns the texture that the page uploads the photo into again.
EMSCRIPTEN_KEEPALIVE unsigned viewer_restore() {
  RestoreApp(&app);
  return app.picture.photo;
}

// A new photo has no maps yet. Returns the texture that the page uploads it into.
EMSCRIPTEN_KEEPALIVE unsigned viewer_photo(int height, int width) {
  app.photo_height = height;
  app.photo_width = width;
  TellPhotoSize();
  for (size_t pane = 0; pane < app.panes.size(); ++pane) SetMaps(pane, {});
  return app.picture.photo;
}

// count: at least 1. Those of before stay as they are.
EMSCRIPTEN_KEEPALIVE void viewer_panes(size_t count) {
  app.panes.resize(count);
  TellPhotoSize();
  DropTextures(&app.picture.patches, count);
}
EMSCRIPTEN_KEEPALIVE void viewer_pane_model(size_t pane, const char* name) {
  app.panes[pane].model = name;
}

// cls: (layers, heads, rows, cols)
EMSCRIPTEN_KEEPALIVE void viewer_maps(size_t pane, const float* cls, int layers, int heads,
                                      int rows, int cols, float covered_height,
                                      float covered_width) {
  const size_t count = static_cast<size_t>(layers) * static_cast<size_t>(heads) *
                       static_cast<size_t>(rows) * static_cast<size_t>(cols);
  const PatchGrid grid{rows, cols, covered_height, covered_width};
  SetMaps(pane, {layers, heads, grid, {cls, cls + count}, {}, {}});
}

// scores: as many as of [CLS]; they are those of this patch.
EMSCRIPTEN_KEEPALIVE void viewer_query_maps(size_t pane, const float* scores, int row, int col) {
  Heads& maps = app.panes[pane].heads;
  maps.query.assign(scores, scores + maps.cls.size());
  maps.query_patch = Patch{row, col};
  ++app.panes[pane].revision;
}

// What FieldKey says of the view in this pane; "": it shows no field.
EMSCRIPTEN_KEEPALIVE const char* viewer_field_key(size_t pane) {
  const Heads& maps = app.panes[pane].heads;
  return Answer(HasMaps(maps) ? FieldKey(app.state.view, app.state, maps.layers) : "");
}

// view: one that shows a field, in the order of View. values: (layers, rows, cols, channels) of the
// pane's grid; key: the FieldKey that they answer.
EMSCRIPTEN_KEEPALIVE void viewer_field(size_t pane, int view, const char* key, const float* values,
                                       int layers, int channels) {
  Heads& maps = app.panes[pane].heads;
  const size_t count = static_cast<size_t>(layers) * static_cast<size_t>(maps.grid.rows) *
                       static_cast<size_t>(maps.grid.cols) * static_cast<size_t>(channels);
  *FieldOf(&maps, static_cast<View>(view)) = {key, layers, channels, {values, values + count}};
  ++app.panes[pane].revision;
}

// parts: (layers, heads), as many as the pane's maps; query_row -1: [CLS].
EMSCRIPTEN_KEEPALIVE void viewer_explanation(size_t pane, const ScoreParts* parts, int tokens,
                                             int query_row, int query_col, int row, int col) {
  Heads& maps = app.panes[pane].heads;
  Explanation& explanation = maps.explanation;
  explanation.query.reset();
  if (query_row >= 0) explanation.query = Patch{query_row, query_col};
  explanation.patch = {row, col};
  explanation.tokens = tokens;
  explanation.parts.assign(parts, parts + maps.layers * maps.heads);
}

// rgba: (height, width, 4), opaque: the photo as the pane's patches cover it.
EMSCRIPTEN_KEEPALIVE void viewer_gradient(size_t pane, const uint8_t* rgba, int height, int width) {
  Image photo{height, width, {}};
  photo.rgb.resize(3 * static_cast<size_t>(height) * static_cast<size_t>(width));
  for (size_t i = 0; i < photo.rgb.size() / 3; ++i) {
    std::copy_n(rgba + 4 * i, 3, photo.rgb.data() + 3 * i);
  }
  Heads& maps = app.panes[pane].heads;
  maps.gradient = GradientOfPatches(photo, maps.grid.rows, maps.grid.cols);
  ++app.panes[pane].revision;
}

EMSCRIPTEN_KEEPALIVE const char* viewer_state() { return Answer(ViewStateToJson(app.state)); }

// The query in the grid of each pane, as JSON: [row, col] or null.
EMSCRIPTEN_KEEPALIVE const char* viewer_queries() {
  return Answer(QueriesToJson(app.panes, app.state));
}

// As JSON: [the model's name, detail, ..].
EMSCRIPTEN_KEEPALIVE const char* viewer_caption(size_t pane) {
  const Caption caption = CaptionOf(app.panes, pane, app.state);
  std::string list = JsonQuote(caption.model);
  for (const std::string& detail : caption.details) list += "," + JsonQuote(detail);
  return Answer("[" + list + "]");
}

// Returns "" or, after '!', why the state stays as it was, or else the unknown fields.
EMSCRIPTEN_KEEPALIVE const char* viewer_set_state(const char* json) {
  const Result<ViewStateUpdate> update = ViewStateFromJson(json, app.state);
  if (!update.ok()) return Answer("!" + update.error().message);
  app.state = update->state;
  return Answer(UnknownFields(update->unknown));
}

// RGBA (height, width, 4), valid until the next call; null if the size cannot be had.
EMSCRIPTEN_KEEPALIVE const uint8_t* viewer_render(size_t pane, int height, int width) {
  picture = RenderPicture(&app.picture, app.panes, pane, app.state, height, width);
  return picture.empty() ? nullptr : picture.data();
}

// The rollout, similarity or PCA that a pane shows, (rows, cols, channels); null if it shows none.
EMSCRIPTEN_KEEPALIVE const float* viewer_shown_field(size_t pane) {
  const std::span<const float> field = ShownField(app.panes[pane].heads, app.state);
  return field.empty() ? nullptr : field.data();
}

// Without WebGL: a photo becomes its picture, in place. rgba: (height, width, 4), all opaque.
EMSCRIPTEN_KEEPALIVE void viewer_compose(size_t pane, uint8_t* rgba, int height, int width) {
  const size_t bytes = static_cast<size_t>(height) * static_cast<size_t>(width) * 4;
  ComposePane(app.panes, pane, app.state, {rgba, bytes}, height, width);
}

// The colours of the first heads, as JSON: ["#rrggbb", ..].
EMSCRIPTEN_KEEPALIVE const char* viewer_head_colours(int heads) {
  return Answer(HeadColoursToJson(app.state, heads));
}

// The view alone, without controls: RGBA as above.
EMSCRIPTEN_KEEPALIVE const uint8_t* viewer_render_view(int height, int width) {
  picture = RenderView(&app, height, width);
  return picture.empty() ? nullptr : picture.data();
}

// What ContoursToJson says of a pane, in pixels of the photo.
EMSCRIPTEN_KEEPALIVE const char* viewer_contours(size_t pane) {
  return Answer(
      ContoursToJson(&app.contours, app.panes, pane, app.state, app.photo_height, app.photo_width));
}

// Where a tile's part of the photo shows, as {left, top, width, height}, of the tiles of the last
// frame; null beyond the last. For tests.
EMSCRIPTEN_KEEPALIVE const float* viewer_tile(size_t index) {
  if (index >= app.tiles.list.size()) return nullptr;
  box = app.tiles.list[index].clip;
  return &box.x;
}

// Where a pane's photo lies in the first of its tiles, as {left, top, width, height}; for tests.
EMSCRIPTEN_KEEPALIVE const float* viewer_photo_box(size_t pane) {
  box = PhotoBox(app.tiles, pane);
  return &box.x;
}

// Where a control lies, as {left, top, width, height}; 0 wide where there is none; for tests.
EMSCRIPTEN_KEEPALIVE const float* viewer_control(const char* name) {
  box = ControlBox(name);
  return &box.x;
}

// What the explanation shows, as {dot, max, sum, score, cls, registers, patches}; null: nothing
// yet.
EMSCRIPTEN_KEEPALIVE const float* viewer_explained() {
  const bool open = app.state.explain && app.panel.explained;
  return open ? &app.panel.explained->dot : nullptr;
}

// estimates: (count, 3): size, seconds, megabytes.
EMSCRIPTEN_KEEPALIVE void viewer_estimates(const float* estimates, int count) {
  app.panel.estimates.clear();
  for (int i = 0; i < count; ++i) {
    const float* each = estimates + 3 * i;
    app.panel.estimates.push_back({static_cast<int>(each[0]), each[1], each[2]});
  }
}

// Pointer events, in the order in which they happened.
EMSCRIPTEN_KEEPALIVE void viewer_pointer(float x, float y) {
  ImGui::GetIO().AddMousePosEvent(x, y);
}
EMSCRIPTEN_KEEPALIVE void viewer_press(int down) {
  ImGui::GetIO().AddMouseButtonEvent(ImGuiMouseButton_Left, down != 0);
}

// Two fingers: the point between them, by how much they parted, and how far that point moved.
EMSCRIPTEN_KEEPALIVE void viewer_pinch(float x, float y, float times, float right, float down) {
  AddPinch({x, y, times, right, down}, &app.gestures);
}
EMSCRIPTEN_KEEPALIVE void viewer_wheel(float x, float y) {
  ImGui::GetIO().AddMouseWheelEvent(x, y);
}

}  // extern "C"

}  // namespace headlens
