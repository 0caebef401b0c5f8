// The commands of the tool. Each takes the arguments behind its name and gives the exit code.
#ifndef HEADLENS_CLI_COMMANDS_H_
#define HEADLENS_CLI_COMMANDS_H_

#include "cli/args.h"

namespace headlens {

int RunMaps(Args args);
int RunBake(Args args);
int RunInfo(Args args);
int RunPack(Args args);

}  // namespace headlens

#endif  // HEADLENS_CLI_COMMANDS_H_
