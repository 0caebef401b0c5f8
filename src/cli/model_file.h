// A weights file that was read and understood.
#ifndef HEADLENS_CLI_MODEL_FILE_H_
#define HEADLENS_CLI_MODEL_FILE_H_

#include <cstddef>
#include <string>

#include "base/result.h"
#include "checkpoint/checkpoint.h"
#include "cli/args.h"
#include "vit/config.h"

namespace headlens {

struct ModelFile {
  size_t bytes = 0;  // of the file
  Checkpoint checkpoint;
  VitConfig config;
};

// --heads N, the same for every command; 0 where it is not given, as InferConfig takes it.
Option HeadsOption(int& heads);

// heads: as InferConfig.
Result<ModelFile> ReadModelFile(const std::string& path, int heads);

// "5.5 million: 4.4 million I8, 1.1 million F32".
std::string ParameterText(const Checkpoint& checkpoint);

}  // namespace headlens

#endif  // HEADLENS_CLI_MODEL_FILE_H_
