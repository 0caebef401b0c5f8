#include "cli/pictures.h"

#include <cstdio>
#include <vector>

#include "cli/pass.h"
#include "cli/patch_mark.h"
#include "maps/compose.h"
#include "maps/contours.h"
#include "maps/export.h"
#include "maps/svg.h"

namespace headlens {
namespace {

std::string LayerName(int layer) {
  char text[32];
  std::snprintf(text, sizeof(text), "-layer%02d", layer + 1);
  return text;
}

std::string PhotoLayerName(const ResultRequest& request, const std::string& name, int layer) {
  return request.all_layers ? name + LayerName(layer) : name;
}

Status WritePngs(const Image& photo, const LayerMaps& maps, const ResultRequest& request,
                 const std::string& name, Written& written) {
  const int layer = maps.scores.layer;
  Image picture = ComposeOverlay(photo, maps, request.style);
  if (request.query) MarkPatch(picture, maps.grid, request.query->row, request.query->col);
  Status status = written.Add(PhotoLayerName(request, name, layer) + ".png", EncodePng(picture));
  for (int head = 0; head < maps.scores.heads && status.ok(); ++head) {
    const std::string file = name + LayerName(layer) + "-head" + std::to_string(head + 1) + ".png";
    status = written.Add(file, EncodePng(ComposeHead(photo, maps, head, request.style)));
  }
  return status;
}

// The path around what one mask of (rows, cols) keeps.
std::string PathAround(std::span<const uint8_t> mask, const Image& photo, const PatchGrid& grid,
                       ContourStyle style) {
  const auto outlines = style == ContourStyle::kSmooth ? SmoothOutlines : PatchOutlines;
  return SvgPath(outlines(mask, grid.rows, grid.cols), grid, photo.height, photo.width);
}

// One a head, or one for all where their masks are combined.
std::vector<SvgContour> Contours(const Image& photo, const LayerMaps& maps,
                                 const ResultRequest& request) {
  const std::vector<uint8_t> masks = LayerMask(maps.scores, WeightStyleOf(request.style));
  const auto around = [&](int head) {
    const size_t patches = static_cast<size_t>(maps.scores.patches);
    return PathAround(std::span(masks).subspan(static_cast<size_t>(head) * patches, patches), photo,
                      maps.grid, request.contours);
  };
  const Colour white{1, 1, 1};
  if (request.style.combine == Combine::kUnion) {
    return {{"union", "Union of all heads", white, around(0)}};
  }
  if (request.style.combine == Combine::kIntersection) {
    return {{"intersection", "Intersection of all heads", white, around(0)}};
  }
  std::vector<SvgContour> contours;
  for (int head = 0; head < maps.scores.heads; ++head) {
    const std::string number = std::to_string(head + 1);
    contours.push_back(
        {"head-" + number, "Head " + number, ColourOfHead(request.style, head), around(head)});
  }
  return contours;
}

Status WriteSvg(const Image& photo, const LayerMaps& maps, const ResultRequest& request,
                const std::string& name, Written& written) {
  char percent[32];
  std::snprintf(percent, sizeof(percent), "%g %%", 100.0 * *request.keep_mass);
  const int layer = maps.scores.layer;
  const std::string title = name + ", layer " + std::to_string(layer + 1) +
                            ": the patches that carry " + percent + " of each head's attention";
  const std::string link = request.photo.empty() ? "" : written.output.LinkTo(request.photo);
  return written.Add(
      PhotoLayerName(request, name, layer) + ".svg",
      SvgDocument({photo.height, photo.width, link}, title, Contours(photo, maps, request)));
}

}  // namespace

Status WritePictures(const Engine& engine, const Image& photo, std::span<const float> scores,
                     const ResultRequest& request, const std::string& name, Written& written) {
  LayerMaps maps = MapsOnPhoto(engine, scores);
  for (const int layer : request.layers) {
    maps.scores.layer = layer;
    if (request.formats.png) {
      if (Status png = WritePngs(photo, maps, request, name, written); !png.ok()) return png;
    }
    if (request.formats.svg) {
      if (Status svg = WriteSvg(photo, maps, request, name, written); !svg.ok()) return svg;
    }
  }
  return {};
}

}  // namespace headlens
