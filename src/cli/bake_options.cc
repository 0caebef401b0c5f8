#include "cli/bake_options.h"

#include <string_view>
#include <utility>

#include "cli/model_file.h"

namespace headlens {
namespace {

constexpr int kMaxSize = 4096;  // as the viewer's state has it
constexpr int kMaxPhotoSize = 8192;
constexpr int kMaxLayers = 1000;

Reader AddQuery(std::vector<std::optional<QueryPatch>>& queries) {
  return [&queries](std::string_view text) { return ReadQuery(queries.emplace_back())(text); };
}

Reader Layer(int& layer) {
  return [&layer](std::string_view text) {
    return OneOf<int>(layer, {{"last", kLastLayer}})(text) || Whole(layer, 1, kMaxLayers)(text);
  };
}

std::vector<Option> NetworkOptions(BakeOptions& o) {
  std::vector<Option> table = {
      {"--model", "FILE", "a weights file", "the weights, safetensors or .pth (needed)",
       Text(o.model)},
      {"--size", "N", "a number of pixels from 1 to 4096",
       "bring the photo's short side to N pixels (224)", Whole(o.size, 1, kMaxSize)},
      {"--square", "", "", "or squash it to N x N, as the models' authors do", SetTrue(o.square)},
  };
  for (Option& option : RunOptions(o.vit, o.threads)) table.push_back(std::move(option));
  return table;
}

std::vector<Option> FigureOptions(BakeOptions& o) {
  return {
      {"--layer", "L", "last or a layer counted from 1",
       "that it opens with: last (default) or a number from 1", Layer(o.layer)},
      {"--query", "Q", "cls or ROW,COL of a patch, counted from 0",
       "a patch that can be clicked, counted from 0 at the top\nleft; may be given often. The "
       "figure "
       "opens with the first:\ncls (default) or ROW,COL",
       AddQuery(o.queries)},
      {"--photo-size", "N", "a number of pixels from 1 to 8192",
       "the photo's long side in the figure, at most (1024)",
       Whole(o.photo_size, 1, kMaxPhotoSize)},
      {"--out", "DIR", "a folder", "folder of the figure (headlens-out)", Text(o.out)},
  };
}

constexpr std::string_view kFiles = R"(
What lies in the --out folder for cat.jpg:
  cat.jpg          the photo: upright, small enough for a page, without what the camera noted
  cat.maps         the maps of [CLS] in every layer and head, a byte a patch, and those of each
                     --query patch; a safetensors file
  cat-poster.jpg   what shows until, or unless, the figure runs
  cat.html         the lines to paste, printed too; embed.js comes from build/web
)";

constexpr std::string_view kExamples = R"(
Examples:
  headlens bake cat.jpg --model weights/dino-vitt8-reg4.safetensors --out post
  headlens bake cat.jpg --model M.safetensors --layer 9 --mode mean --colormap viridis
  headlens bake cat.jpg --model M.safetensors --query cls --query 14,9 --query 20,31

Exit code: 0 all done; 1 some photo failed, the others are done; 2 the command line is wrong.
)";

}  // namespace

Result<BakeOptions> ReadBakeOptions(Args args) {
  BakeOptions options;
  std::vector<Option> table = NetworkOptions(options);
  for (Option& option : ModelOptions(options.vit.choices)) table.push_back(std::move(option));
  for (Option& option : FigureOptions(options)) table.push_back(std::move(option));
  for (Option& option : DrawingTable(options.drawing)) table.push_back(std::move(option));
  Result<std::vector<std::string>> photos = ReadOptions(args, table);
  if (!photos.ok()) return photos.error();
  options.photos = std::move(*photos);
  if (options.photos.empty()) return Invalid("There is nothing to bake: name a photo.");
  if (options.model.empty()) return Invalid("There is no model: name its weights with --model.");
  if (Status fits = CheckDrawing(options.drawing); !fits.ok()) return fits.error();
  if (options.queries.empty()) options.queries.emplace_back();
  return options;
}

std::string BakeHelp() {
  BakeOptions unused;
  return "Usage: headlens bake PHOTO... --model FILE --out DIR [options]\n\n"
         "Makes a live figure for a web page that needs no network run: readers go through layers\n"
         "and heads of the maps that were computed here.\n\nThe network:\n" +
         OptionsHelp(NetworkOptions(unused)) +
         "\nThe model, over what its file says (headlens info shows that):\n" +
         OptionsHelp(ModelOptions(unused.vit.choices)) + "\nThe figure:\n" +
         OptionsHelp(FigureOptions(unused)) + "\nWhat it opens with, and its poster:\n" +
         OptionsHelp(DrawingTable(unused.drawing)) + std::string(kFiles) + std::string(kExamples);
}

}  // namespace headlens
