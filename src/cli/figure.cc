#include "cli/figure.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include "cli/figure_html.h"
#include "cli/figure_maps.h"
#include "cli/pass.h"
#include "cli/patch_mark.h"
#include "cli/written.h"
#include "maps/export.h"

namespace headlens {
namespace {

constexpr int kJpegQuality = 85;

// The photo with its long side at most `most` pixels.
Image ForPage(const Image& photo, int most) {
  const int longest = std::max(photo.height, photo.width);
  if (longest <= most) return photo;
  const auto scaled = [&](int side) {
    return std::max(1, static_cast<int>(std::lround(double{1} * side * most / longest)));
  };
  return Resize(photo, scaled(photo.height), scaled(photo.width), ResizeFilter::kBicubic);
}

bool SamePatch(const QueryPatch& a, const QueryPatch& b) {
  return a.row == b.row && a.col == b.col;
}

// The patches among the queries, each once.
Result<std::vector<AskedPatch>> Ask(const Engine& engine, const FigureRequest& request) {
  std::vector<AskedPatch> asked;
  for (const std::optional<QueryPatch>& query : request.queries) {
    if (!query) continue;
    const auto same = [&](const AskedPatch& one) { return SamePatch(one.patch, *query); };
    if (std::ranges::any_of(asked, same)) continue;
    Result<std::vector<float>> scores = engine.Query(query->row, query->col);
    if (!scores.ok()) return scores.error();
    asked.push_back({*query, std::move(*scores)});
  }
  return asked;
}

Image DrawPoster(const Image& photo, const LayerMaps& maps, const FigureRequest& request) {
  Image poster = ComposeOverlay(photo, maps, request.style);
  const std::optional<QueryPatch>& query = request.queries.front();
  if (query) MarkPatch(poster, maps.grid, query->row, query->col);
  return poster;
}

}  // namespace

Result<Figure> WriteFigure(const Engine& engine, const Image& photo, const FigureRequest& request,
                           const std::string& name, Output& output) {
  const Result<std::vector<AskedPatch>> asked = Ask(engine, request);
  if (!asked.ok()) return asked.error();
  const Image small = ForPage(photo, request.photo_size);
  // Of the queries the first is drawn, and of those asked it is the first, too.
  const bool asks = request.queries.front().has_value();
  LayerMaps drawn = MapsOnPhoto(
      engine, asks ? std::span<const float>(asked->front().scores) : engine.vit()->cls_attention());
  drawn.scores.layer = request.layer;

  const std::vector<uint8_t> picture = EncodeJpeg(small, kJpegQuality);
  const std::vector<uint8_t> poster = EncodeJpeg(DrawPoster(small, drawn, request), kJpegQuality);
  const std::vector<uint8_t> maps =
      EncodeFigureMaps(engine, *asked,
                       {{"photo", name},
                        {"photo_height", std::to_string(small.height)},
                        {"photo_width", std::to_string(small.width)},
                        {"size", std::to_string(request.size)},
                        {"aspect", request.square ? "square" : "kept"}});

  Figure figure;
  Written written{output, {}};
  const auto address = [&](const char* ending) {
    return output.LinkTo(output.PathOf(name + ending));
  };
  figure.lines = FigureHtml({name, DescribeConfig(engine.vit()->config()), address(".jpg"),
                             address(".maps"), address("-poster.jpg"), small.height, small.width},
                            drawn, request);
  for (const auto& [file, bytes] : {std::pair(name + ".jpg", std::span(picture)),
                                    {name + ".maps", std::span(maps)},
                                    {name + "-poster.jpg", std::span(poster)}}) {
    if (Status status = written.Add(file, bytes); !status.ok()) return status.error();
    figure.bytes += bytes.size();
  }
  if (Status page = written.Add(name + ".html", figure.lines); !page.ok()) return page.error();
  figure.files = std::move(written.files);
  return figure;
}

}  // namespace headlens
