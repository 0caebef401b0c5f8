// What the engine holds, as JSON for those who call it over a flat interface.
#ifndef HEADLENS_ENGINE_DESCRIBE_H_
#define HEADLENS_ENGINE_DESCRIBE_H_

#include <span>
#include <string>

#include "engine/engine.h"

namespace headlens {

// The engine has a model.
std::string ModelJson(const Engine& engine);   // what it is: ModelInfo in web/engine.js
std::string PassJson(const Engine& engine);    // the shapes of the pass begun last
std::string StagesJson(const Engine& engine);  // ms of each stage of it, to the microsecond

std::string ArrayJson(std::span<const std::string> texts);

}  // namespace headlens

#endif  // HEADLENS_ENGINE_DESCRIBE_H_
