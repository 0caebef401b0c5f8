// The command line of `headlens maps`.
#ifndef HEADLENS_CLI_MAPS_OPTIONS_H_
#define HEADLENS_CLI_MAPS_OPTIONS_H_

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/args.h"
#include "cli/drawing_options.h"
#include "image/preprocess.h"
#include "vit/vit.h"

namespace headlens {

struct Formats {
  bool png = false;
  bool npz = false;
  bool json = false;
  bool safetensors = false;
  bool svg = false;
};
bool HasArrays(const Formats& formats);

// How SVG outlines what --keep-mass keeps.
enum class ContourStyle { kNone, kPatches, kSmooth };

struct QueryPatch {
  int row = 0;
  int col = 0;
};

// "cls", or "ROW,COL" counted from 0. The target must outlive the reader.
Reader ReadQuery(std::optional<QueryPatch>& query);

// Values of MapsOptions::layer beside 1..depth.
inline constexpr int kLastLayer = 0;
inline constexpr int kAllLayers = -1;

struct MapsOptions {
  std::vector<std::string> photos;  // files and folders
  std::vector<std::string> pixels;  // safetensors files with a tensor `pixels`
  std::string model;
  VitOptions vit;
  int threads = 0;  // 0: one per processor
  SizeRule size{.short_side = 480};
  int layer = kLastLayer;           // counted from 1, as people do
  std::optional<QueryPatch> query;  // none: [CLS]
  std::string out = "headlens-out";
  std::optional<Formats> formats;  // none: PNG for photos, NPZ for pixels
  bool traits = false;             // with the arrays
  ContourStyle contours = ContourStyle::kNone;
  DrawingOptions drawing;
};

// The error says what is wrong with the command line.
Result<MapsOptions> ReadMapsOptions(Args args);

std::string MapsHelp();

}  // namespace headlens

#endif  // HEADLENS_CLI_MAPS_OPTIONS_H_
