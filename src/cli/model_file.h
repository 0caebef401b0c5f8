// A weights file that was read and understood.
#ifndef HEADLENS_CLI_MODEL_FILE_H_
#define HEADLENS_CLI_MODEL_FILE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "base/result.h"
#include "checkpoint/checkpoint.h"
#include "checkpoint/conventions.h"
#include "cli/args.h"
#include "vit/config.h"
#include "vit/vit.h"

namespace headlens {

struct ModelFile {
  size_t bytes = 0;  // of the file
  Checkpoint checkpoint;
  Conventions conventions;
  VitConfig config;
};

// What a weights file may not say, as options that are the same for every command.
std::vector<Option> ModelOptions(ModelChoices& choices);

// How a network runs, as options that are the same for every command that runs one.
std::vector<Option> RunOptions(VitOptions& vit, int& threads);

Result<ModelFile> ReadModelFile(const std::string& path, const ModelChoices& choices);

// The error's message; where one of several networks has to be chosen, with the option that does.
std::string LoadMessage(const Error& error);

// "5.5 million: 4.4 million I8, 1.1 million F32".
std::string ParameterText(const Checkpoint& checkpoint);

// "Hugging Face"; of a nested checkpoint "DINO, the teacher out of student, teacher".
std::string OriginText(const Origin& origin);

// "mean 0.5 0.5 0.5, deviation 0.5 0.5 0.5"; says so where it was assumed, as PositionText does.
std::string NormalisationText(const Conventions& conventions);
std::string FilterText(const Conventions& conventions);
std::string PositionText(const Conventions& conventions);

// Whether neither the file nor the command line said it: "mean", "position" or "heads".
bool IsAssumed(const Conventions& conventions, std::string_view what);

}  // namespace headlens

#endif  // HEADLENS_CLI_MODEL_FILE_H_
