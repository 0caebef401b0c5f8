#include <iostream>
#include <utility>

#include "checkpoint/checkpoint.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/model_file.h"
#include "vit/config.h"

namespace headlens {
namespace {

constexpr std::string_view kCommand = "headlens info";
constexpr std::string_view kUsageText =
    "Usage: headlens info --model FILE [options]\n\n"
    "Says what network a weights file holds, and what headlens assumes of it where the file does\n"
    "not say.\n\n";

struct InfoOptions {
  std::string model;
  ModelChoices choices;
};

std::vector<Option> InfoTable(InfoOptions& o) {
  std::vector<Option> table = {{"--model", "FILE", "a weights file",
                                "the weights, safetensors or .pth (needed)", Text(o.model)}};
  for (Option& option : ModelOptions(o.choices)) table.push_back(std::move(option));
  return table;
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
  PrintRow("names", OriginText(model.checkpoint.origin));
  PrintRow("network", DescribeConfig(config));
  PrintRow("head size", std::to_string(config.head_size()) + " channels" +
                            (IsAssumed(model.conventions, "heads") ? " (assumed)" : ""));
  PrintRow("MLP", std::to_string(config.mlp) + " channels");
  PrintRow("LayerScale", config.layer_scale ? "yes" : "no");
  PrintRow("positions", std::to_string(config.grid_rows) + " x " +
                            std::to_string(config.grid_cols) + " patches, learned at " +
                            Side(config.grid_rows, config.patch) + " x " +
                            Side(config.grid_cols, config.patch) + " pixels");
  PrintRow("resampled", PositionText(model.conventions));
  PrintRow("pixels", NormalisationText(model.conventions));
  PrintRow("photos", "resized " + FilterText(model.conventions));
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
  const Result<ModelFile> model = ReadModelFile(options.model, options.choices);
  if (!model.ok()) {
    Complain(options.model, LoadMessage(model.error()));
    return kFailed;
  }
  PrintModel(options.model, *model);
  return kDone;
}

}  // namespace headlens
