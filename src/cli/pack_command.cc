#include <filesystem>
#include <iostream>
#include <utility>

#include "checkpoint/pack.h"
#include "cli/agreement.h"
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
    "DINO's names, in safetensors. OUT says of itself what IN left open, as the options choose or\n"
    "headlens assumes.\n\n";
constexpr std::string_view kExamples =
    "\nExamples:\n"
    "  headlens pack dino-vits8.pth dino-vits8-int8.safetensors --photo cat.jpg\n"
    "  headlens pack checkpoint.pth student.safetensors --network student --precision f16\n";

constexpr int kMaxSide = 1 << 16;

enum class Packing { kInt8, kF16, kF32 };

struct PackOptions {
  Packing precision = Packing::kInt8;
  std::string photo;
  int short_side = 224;
  ModelChoices choices;
};

std::vector<Option> OutputOptions(PackOptions& o) {
  return {
      {"--precision", "P", "int8, f16 or f32",
       "int8: a quarter of the size, maps nearly the same (default);\n"
       "f16: half of it; f32: as exact as IN",
       OneOf<Packing>(o.precision,
                      {{"int8", Packing::kInt8}, {"f16", Packing::kF16}, {"f32", Packing::kF32}})},
      {"--photo", "FILE", "a photo",
       "compare the maps of OUT and of IN in f32 on this photo:\nPearson's correlation, head by "
       "head",
       Text(o.photo)},
      {"--size", "N", "a number of pixels from 1 to 65536",
       "bring that photo's short side to N pixels (224)", Whole(o.short_side, 1, kMaxSide)},
  };
}

std::vector<Option> PackTable(PackOptions& o) {
  std::vector<Option> table = OutputOptions(o);
  for (Option& option : ModelOptions(o.choices)) table.push_back(std::move(option));
  return table;
}

int Fail(const std::string& path, const Error& error) {
  Complain(path, LoadMessage(error));
  return kFailed;
}

std::string PackingName(Packing packing) {
  return packing == Packing::kInt8 ? "int8" : packing == Packing::kF16 ? "f16" : "f32";
}

Result<PackedFile> PackAs(Packing packing, const Checkpoint& checkpoint) {
  if (packing == Packing::kF16) return PackF16(checkpoint);
  Result<std::vector<uint8_t>> file =
      packing == Packing::kInt8 ? PackInt8(checkpoint) : PackF32(checkpoint);
  if (!file.ok()) return file.error();
  return PackedFile{std::move(*file), {}};
}

// OUT has DINO's names, whatever those of IN, so it says all of it: also what was assumed.
void SaveAllConventions(ModelFile& model) {
  Conventions settled = model.conventions;
  settled.heads = model.config.heads;
  settled.assumed.clear();
  SaveConventions(settled, model.checkpoint.metadata);
}

void PrintModel(const std::string& in, const ModelFile& model) {
  std::cout << Printable(in) << ": " << DescribeConfig(model.config) << ", "
            << SizeText(model.bytes) << '\n'
            << "  names       " << Printable(OriginText(model.checkpoint.origin)) << '\n'
            << "  pixels      " << NormalisationText(model.conventions) << '\n'
            << "  photos      resized " << FilterText(model.conventions) << '\n'
            << "  positions   " << PositionText(model.conventions) << '\n';
}

void PrintPacked(const std::string& out, const PackedFile& packed, Packing precision) {
  std::cout << Printable(out) << ": " << PackingName(precision) << ", "
            << SizeText(packed.bytes.size()) << '\n';
  for (const std::string& name : packed.kept_f32) {
    std::cout << "  stays f32   " << Printable(name) << " (values beyond 65504)\n";
  }
}

Result<std::string> CompareOnPhoto(const std::string& in, std::span<const uint8_t> packed,
                                   const PackOptions& options, const Image& photo) {
  const Result<std::vector<uint8_t>> weights = ReadFile(in, kMaxWeightsFileBytes);
  if (!weights.ok()) return weights.error();
  const Result<Agreement> agreement =
      CompareMaps(*weights, options.choices, packed, photo, options.short_side);
  if (!agreement.ok()) return agreement.error();
  return "Correlation of its maps with those of " + in + " in f32, over the heads:\n" +
         AgreementTable(*agreement);
}

Result<Image> ReadPhoto(const std::string& path) {
  const Result<std::vector<uint8_t>> file = ReadFile(path, kMaxPhotoFileBytes);
  if (!file.ok()) return file.error();
  return DecodeImage(*file);
}

// Nothing is written unless all went well.
int Pack(const std::string& in, const std::string& out, const PackOptions& options) {
  std::error_code error;
  if (std::filesystem::equivalent(in, out, error)) {
    return Fail(out, Invalid("This is the file to read: give the packed one another name."));
  }
  Result<ModelFile> model = ReadModelFile(in, options.choices);
  if (!model.ok()) return Fail(in, model.error());
  SaveAllConventions(*model);
  const Result<PackedFile> packed = PackAs(options.precision, model->checkpoint);
  if (!packed.ok()) return Fail(in, packed.error());
  std::string comparison;
  if (!options.photo.empty()) {
    const Result<Image> photo = ReadPhoto(options.photo);
    if (!photo.ok()) return Fail(options.photo, photo.error());
    const Result<std::string> compared = CompareOnPhoto(in, packed->bytes, options, *photo);
    if (!compared.ok()) return Fail(options.photo, compared.error());
    comparison = *compared;
  }
  const Status written = WriteFile(out, packed->bytes);
  if (!written.ok()) return Fail(out, written.error());
  PrintModel(in, *model);
  PrintPacked(out, *packed, options.precision);
  for (const std::string_view line : SplitAt(comparison, '\n')) {
    if (!line.empty()) std::cout << Printable(line) << '\n';
  }
  std::cout << std::flush;
  return kDone;
}

}  // namespace

int RunPack(Args args) {
  PackOptions options;
  const std::vector<Option> table = PackTable(options);
  if (AsksForHelp(args)) {
    PackOptions unused;
    std::cout << kUsageText << OptionsHelp(OutputOptions(unused))
              << "\nThe model, over what IN says (headlens info shows that):\n"
              << OptionsHelp(ModelOptions(unused.choices)) << kExamples;
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
