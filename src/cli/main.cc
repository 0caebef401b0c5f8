// headlens: what each attention head of a Vision Transformer looks at, on the command line.
#include <cstdlib>
#include <iostream>
#include <new>
#include <vector>

#include "cli/commands.h"
#include "cli/console.h"

namespace {

using namespace headlens;

struct Command {
  std::string_view name;
  int (*run)(Args args);
};

constexpr Command kCommands[] = {
    {"maps", RunMaps}, {"bake", RunBake}, {"info", RunInfo}, {"pack", RunPack}};

constexpr std::string_view kHelp =
    R"(headlens shows what each attention head of a Vision Transformer looks at.

  headlens maps PHOTO... --model FILE   pictures and arrays of the heads' attention
  headlens bake PHOTO --model FILE      a live figure for a web page, with its maps
  headlens info --model FILE            what network a weights file holds
  headlens pack IN OUT                  weights as headlens likes them: int8, f16 or f32
  headlens --version

  headlens COMMAND --help               options and examples

Example:
  headlens maps cat.jpg --model weights/dino-vitt8-reg4.safetensors
)";

// Work that does not fit ends in a sentence, not in a signal; results already written stay.
[[noreturn]] void OutOfMemory() {
  Complain("memory", "There is not enough: choose a smaller --size or photo.");
  std::_Exit(kFailed);
}

int Run(Args args) {
  const std::string_view name = args[0];
  for (const Command& command : kCommands) {
    if (command.name == name) return command.run(args.subspan(1));
  }
  if (name == "--version") {
    std::cout << "headlens " HEADLENS_VERSION << std::endl;
    return kDone;
  }
  if (AsksForHelp(args) || name == "help") {
    std::cout << kHelp;
    return kDone;
  }
  std::vector<std::string_view> names = {"--help", "--version"};
  for (const Command& command : kCommands) names.push_back(command.name);
  const std::string nearest = DidYouMean(name, names);
  return ComplainOfUsage(
      "headlens", "There is no command " + std::string(name) + (nearest.empty() ? "." : nearest));
}

}  // namespace

int main(int argc, char** argv) {
  std::set_new_handler(OutOfMemory);
  const std::vector<std::string_view> args(argv + std::min(argc, 1), argv + argc);
  if (!args.empty()) return Run(args);
  std::cerr << kHelp;
  return kUsage;
}
