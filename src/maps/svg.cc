#include "maps/svg.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/markup.h"

namespace headlens {
namespace {

// At most two decimals, and none that say nothing.
void AppendNumber(std::string& out, double value) {
  const double rounded = std::round(value * 100) / 100;
  char digits[400];  // as many as the largest double has
  out.append(digits, std::to_chars(digits, digits + sizeof digits, rounded == 0 ? 0.0 : rounded,
                                   std::chars_format::fixed)
                         .ptr);
}

// What a line needs to show on a photo of any size.
double LineWidth(const SvgPhoto& photo) {
  return std::max(1.0, std::min(photo.height, photo.width) / 200.0);
}

std::string Group(const SvgContour& contour) {
  return "  <g id=\"" + EscapeMarkup(contour.id) + "\" stroke=\"" + ColourToHex(contour.colour) +
         "\">\n    <title>" + EscapeMarkup(contour.title) + "</title>\n    <path d=\"" +
         contour.path + "\"/>\n  </g>\n";
}

}  // namespace

std::string SvgPath(std::span<const Outline> outlines, const PatchGrid& grid, int height,
                    int width) {
  const double down = double{grid.covered_height} * height / grid.rows;
  const double across = double{grid.covered_width} * width / grid.cols;
  std::string path;
  for (const Outline& outline : outlines) {
    char command = 'M';
    for (const GridPoint& point : outline) {
      path += command;
      AppendNumber(path, point.x * across);
      path += ' ';
      AppendNumber(path, point.y * down);
      command = 'L';
    }
    if (!outline.empty()) path += 'Z';
  }
  return path;
}

std::string SvgDocument(const SvgPhoto& photo, std::string_view title,
                        std::span<const SvgContour> contours) {
  const std::string width = std::to_string(photo.width), height = std::to_string(photo.height);
  const std::string size = "width=\"" + width + "\" height=\"" + height + "\"";
  std::string out =
      "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" " +
      size + " viewBox=\"0 0 " + width + " " + height + "\" fill=\"none\" stroke-width=\"";
  AppendNumber(out, LineWidth(photo));
  out += "\" stroke-linejoin=\"round\">\n  <title>" + EscapeMarkup(title) + "</title>\n";
  if (!photo.href.empty()) {
    out += "  <image " + size + " xlink:href=\"" + EscapeMarkup(photo.href) + "\"/>\n";
  }
  for (const SvgContour& contour : contours) out += Group(contour);
  return out + "</svg>\n";
}

}  // namespace headlens
