// The pictures of one photo: PNG of overlay and heads, SVG of contours.
#ifndef HEADLENS_CLI_PICTURES_H_
#define HEADLENS_CLI_PICTURES_H_

#include <span>
#include <string>

#include "base/result.h"
#include "cli/results.h"
#include "cli/written.h"
#include "engine/engine.h"
#include "image/image.h"

namespace headlens {

// scores: of the query that is drawn, (layers, heads, rows, cols). name: as in WriteResults.
Status WritePictures(const Engine& engine, const Image& photo, std::span<const float> scores,
                     const ResultRequest& request, const std::string& name, Written& written);

}  // namespace headlens

#endif  // HEADLENS_CLI_PICTURES_H_
