// What a caller that speaks JSON says of the model that it wants loaded.
#ifndef HEADLENS_ENGINE_LOAD_OPTIONS_H_
#define HEADLENS_ENGINE_LOAD_OPTIONS_H_

#include <string_view>

#include "base/result.h"
#include "vit/vit.h"

namespace headlens {

// An object with any of "precision" ("auto", "f32" or "int8") and the names of ModelChoices:
// "heads", "network", "mean" and "std" (three numbers each), "position" (as the metadata spell it).
Result<VitOptions> ParseLoadOptions(std::string_view json);

}  // namespace headlens

#endif  // HEADLENS_ENGINE_LOAD_OPTIONS_H_
