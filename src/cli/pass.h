// A model and a photo's pass through it, as the commands run them.
#ifndef HEADLENS_CLI_PASS_H_
#define HEADLENS_CLI_PASS_H_

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/maps_options.h"
#include "engine/engine.h"
#include "maps/compose.h"

namespace headlens {

Status LoadModel(Engine& engine, const std::string& path, const VitOptions& options);

// What the command line asks of the model and the model has not. layer: of MapsOptions.
Status CheckAgainstModel(int layer, const OverlayStyle& style, const VitConfig& model);

// on_layer hears of each part of the pass before it is done.
Status RunNetwork(Engine& engine, const Input& input, const std::function<void(int)>& on_layer);

// scores: (layers, heads, rows, cols) of the finished pass, where they lie on the photo. The layer
// is the first.
LayerMaps MapsOnPhoto(const Engine& engine, std::span<const float> scores);

std::string PrecisionName(const Engine& engine);  // "f32" or "int8"

// "28 x 42".
std::string Times(int height, int width);

// ", 0.41 s": ends a line about what took so long.
std::string SecondsText(double seconds);

}  // namespace headlens

#endif  // HEADLENS_CLI_PASS_H_
