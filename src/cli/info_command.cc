#include <iostream>
#include <map>

#include "checkpoint/checkpoint.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/model_file.h"
#include "vit/config.h"

namespace headlens {
namespace {

constexpr std::string_view kCommand = "headlens info";
constexpr std::string_view kUsageText =
    "Usage: headlens info --model FILE [--heads N]\n\n"
    "Says what network a weights file holds.\n\n";

struct InfoOptions {
  std::string model;
  int heads = 0;
};

std::vector<Option> InfoTable(InfoOptions& o) {
  return {
      {"--model", "FILE", "a weights file", "the weights, safetensors (needed)", Text(o.model)},
      HeadsOption(o.heads),
  };
}

void PrintRow(std::string_view name, const std::string& value) {
  std::string head(name);
  head.resize(14, ' ');
  std::cout << head << Printable(value) << '\n';
}

std::string Side(int patches, int patch) { return std::to_string(patches * patch); }

void PrintModel(const std::string& path, const ModelFile& model) {
  const VitConfig& config = model.config;
  PrintRow("file", path + ", " + SizeText(model.bytes));
  PrintRow("network", DescribeConfig(config));
  PrintRow("head size", std::to_string(config.head_size()) + " channels");
  PrintRow("MLP", std::to_string(config.mlp) + " channels");
  PrintRow("LayerScale", config.layer_scale ? "yes" : "no");
  PrintRow("positions", std::to_string(config.grid_rows) + " x " +
                            std::to_string(config.grid_cols) + " patches, learned at " +
                            Side(config.grid_rows, config.patch) + " x " +
                            Side(config.grid_cols, config.patch) + " pixels");
  PrintRow("parameters", ParameterText(model.checkpoint));
  for (const auto& [name, value] : model.checkpoint.metadata) {
    PrintRow("metadata", name + ": " + value);
  }
}

}  // namespace

int RunInfo(Args args) {
  InfoOptions options;
  const std::vector<Option> table = InfoTable(options);
  if (AsksForHelp(args)) {
    std::cout << kUsageText << OptionsHelp(table);
    return kDone;
  }
  const Result<std::vector<std::string>> rest = ReadOptions(args, table);
  if (!rest.ok()) return ComplainOfUsage(kCommand, rest.error().message);
  if (!rest->empty() || options.model.empty()) {
    return ComplainOfUsage(kCommand, "Name one weights file, with --model.");
  }
  const Result<ModelFile> model = ReadModelFile(options.model, options.heads);
  if (!model.ok()) {
    Complain(options.model, model.error().message);
    return kFailed;
  }
  PrintModel(options.model, *model);
  return kDone;
}

}  // namespace headlens
