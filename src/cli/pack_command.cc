#include <filesystem>
#include <iostream>

#include "checkpoint/pack.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/files.h"
#include "cli/model_file.h"

namespace headlens {
namespace {

constexpr std::string_view kCommand = "headlens pack";
constexpr std::string_view kUsageText =
    "Usage: headlens pack IN OUT [options]\n\n"
    "Writes the weights of IN as headlens likes them best: only what the network needs, under\n"
    "DINO's names, in safetensors. OUT says its number of heads if --heads does.\n\n";
constexpr std::string_view kExamples =
    "\nExample:\n"
    "  headlens pack dino-vits8.safetensors dino-vits8-int8.safetensors --precision int8\n";

enum class Packing { kInt8, kF32 };

struct PackOptions {
  Packing precision = Packing::kInt8;
  int heads = 0;
};

std::vector<Option> PackTable(PackOptions& o) {
  return {
      {"--precision", "P", "int8 or f32",
       "int8: a quarter of the size, maps nearly the same (default);\nf32: as exact as IN",
       OneOf<Packing>(o.precision, {{"int8", Packing::kInt8}, {"f32", Packing::kF32}})},
      HeadsOption(o.heads),
  };
}

int Fail(const std::string& path, const Error& error) {
  Complain(path, error.message);
  return kFailed;
}

int Pack(const std::string& in, const std::string& out, const PackOptions& options) {
  std::error_code error;
  if (std::filesystem::equivalent(in, out, error)) {
    return Fail(out, Invalid("This is the file to read: give the packed one another name."));
  }
  Result<ModelFile> model = ReadModelFile(in, options.heads);
  if (!model.ok()) return Fail(in, model.error());
  if (options.heads > 0) model->checkpoint.metadata["heads"] = std::to_string(options.heads);
  const Result<std::vector<uint8_t>> packed = options.precision == Packing::kInt8
                                                  ? PackInt8(model->checkpoint)
                                                  : PackF32(model->checkpoint);
  if (!packed.ok()) return Fail(in, packed.error());
  if (Status written = WriteFile(out, *packed); !written.ok()) return Fail(out, written.error());
  std::cout << Printable(in) << ": " << DescribeConfig(model->config) << ", "
            << SizeText(model->bytes) << '\n'
            << Printable(out) << ": " << (options.precision == Packing::kInt8 ? "int8" : "f32")
            << ", " << SizeText(packed->size()) << std::endl;
  return kDone;
}

}  // namespace

int RunPack(Args args) {
  PackOptions options;
  const std::vector<Option> table = PackTable(options);
  if (AsksForHelp(args)) {
    std::cout << kUsageText << OptionsHelp(table) << kExamples;
    return kDone;
  }
  const Result<std::vector<std::string>> rest = ReadOptions(args, table);
  if (!rest.ok()) return ComplainOfUsage(kCommand, rest.error().message);
  if (rest->size() != 2) {
    return ComplainOfUsage(kCommand, "Name two files: the weights to read and the file to write.");
  }
  return Pack((*rest)[0], (*rest)[1], options);
}

}  // namespace headlens
