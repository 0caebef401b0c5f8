// Outlines as SVG, in pixels of the photo.
#ifndef HEADLENS_MAPS_SVG_H_
#define HEADLENS_MAPS_SVG_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "maps/colour.h"
#include "maps/contours.h"
#include "maps/grid.h"

namespace headlens {

// Path data, hundredths of a pixel: "M8 0L16 0L16 8L8 8Z". height, width: of the photo.
std::string SvgPath(std::span<const Outline> outlines, const PatchGrid& grid, int height,
                    int width);

// The outlines of one head.
struct SvgContour {
  std::string id;     // "head-1"
  std::string title;  // what a reader is told of it
  Colour colour;
  std::string path;  // SvgPath; may be empty
};

// The photo under the contours. href: its address, empty: contours alone.
struct SvgPhoto {
  int height = 0;
  int width = 0;
  std::string href = {};
};

// A whole SVG 1.1 document: a group of one path for each contour, named and titled.
std::string SvgDocument(const SvgPhoto& photo, std::string_view title,
                        std::span<const SvgContour> contours);

}  // namespace headlens

#endif  // HEADLENS_MAPS_SVG_H_
