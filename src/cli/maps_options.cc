#include "cli/maps_options.h"

#include <string_view>
#include <utility>

#include "cli/model_file.h"

namespace headlens {
namespace {

constexpr int kMaxSide = 1 << 16;  // the network's own limit, kMaxPatches, is reached before
constexpr int kMaxLayers = 1000;

Reader Add(std::vector<std::string>& target) {
  return [&target](std::string_view text) {
    target.emplace_back(text);
    return !text.empty();
  };
}

Reader Layer(int& layer) {
  return [&layer](std::string_view text) {
    return OneOf<int>(layer, {{"all", kAllLayers}, {"last", kLastLayer}})(text) ||
           Whole(layer, 1, kMaxLayers)(text);
  };
}

Reader FormatList(std::optional<Formats>& formats) {
  return [&formats](std::string_view text) {
    Formats chosen;
    for (const std::string_view part : SplitAt(text, ',')) {
      bool Formats::* format = part == "png"           ? &Formats::png
                               : part == "npz"         ? &Formats::npz
                               : part == "json"        ? &Formats::json
                               : part == "safetensors" ? &Formats::safetensors
                               : part == "svg"         ? &Formats::svg
                                                       : nullptr;
      if (!format) return false;
      chosen.*format = true;
    }
    formats = chosen;
    return true;
  };
}

std::vector<Option> InputOptions(MapsOptions& o, bool& size_given) {
  const Reader size = [&](std::string_view text) {
    size_given = true;
    return Whole(o.size.short_side, 1, kMaxSide)(text);
  };
  std::vector<Option> table = {
      {"--model", "FILE", "a weights file", "the weights, safetensors or .pth (needed)",
       Text(o.model)},
      {"--pixels", "FILE", "a safetensors file",
       "instead of a photo: safetensors with a tensor `pixels`,\n"
       "(3, H, W) f32, already normalised",
       Add(o.pixels)},
      {"--size", "N", "a number of pixels from 1 to 65536",
       "bring the photo's short side to N pixels (480)", size},
      {"--resize", "HxW", "a height and a width, such as 224x224",
       "or squeeze the photo to this height and width",
       Pair(o.size.height, o.size.width, 'x', 1, kMaxSide)},
  };
  for (Option& option : RunOptions(o.vit, o.threads)) table.push_back(std::move(option));
  return table;
}

std::vector<Option> OutputOptions(MapsOptions& o) {
  return {
      {"--layer", "L", "all, last or a layer counted from 1",
       "all, last (default) or a number from 1", Layer(o.layer)},
      {"--query", "Q", "cls or ROW,COL of a patch, counted from 0",
       "who looks: cls (default) or the patch ROW,COL, counted from\n0 at the top left",
       ReadQuery(o.query)},
      {"--out", "DIR", "a folder", "folder of the results (headlens-out)", Text(o.out)},
      {"--format", "LIST", "some of png,svg,npz,json,safetensors, with commas between",
       "some of png,svg,npz,json,safetensors (png; npz for --pixels)", FormatList(o.formats)},
      {"--traits", "", "",
       "add to the arrays what kind of head each is: entropy,\ncompactness, centre, edges, "
       "overlap, "
       "prefix",
       SetTrue(o.traits)},
  };
}

std::vector<Option> PictureOptions(MapsOptions& o) {
  std::vector<Option> table = DrawingTable(o.drawing);
  table.push_back({"--contours", "C", "none, patches or smooth",
                   "outline what --keep-mass keeps, as SVG: along the patches\nor smooth",
                   OneOf<ContourStyle>(o.contours, {{"none", ContourStyle::kNone},
                                                    {"patches", ContourStyle::kPatches},
                                                    {"smooth", ContourStyle::kSmooth}})});
  return table;
}

// What is about the masks of --keep-mass.
Status CheckMasks(const MapsOptions& options) {
  if (options.drawing.keep_mass) return {};
  if (options.contours != ContourStyle::kNone || (options.formats && options.formats->svg)) {
    return Invalid("SVG outlines what --keep-mass keeps: give it a share, such as 0.6.");
  }
  return CheckDrawing(options.drawing);
}

Status CheckTogether(const MapsOptions& options, bool size_given) {
  if (options.photos.empty() && options.pixels.empty()) {
    return Invalid("There is nothing to look at: name a photo, a folder of photos or --pixels.");
  }
  if (options.model.empty()) return Invalid("There is no model: name its weights with --model.");
  const bool exact = options.size.height > 0;
  if (size_given && exact) return Invalid("--size and --resize exclude each other: give one.");
  if (options.photos.empty() && (size_given || exact)) {
    return Invalid("--pixels come at their own size: leave out --size and --resize.");
  }
  const std::optional<Formats>& formats = options.formats;
  if (options.traits && formats && !HasArrays(*formats)) {
    return Invalid("--traits come with the arrays: add json, npz or safetensors to --format.");
  }
  return CheckMasks(options);
}

constexpr std::string_view kFiles = R"(
Results in the --out folder for cat.jpg, with a model of 12 layers and 3 heads:
  cat.png                 the photo with the heads' colours over it
  cat-layer12-head1.png   what one head looks at, as large as the photo
  cat.svg                 with --contours: the outlines, in colours of heads, over the photo
  cat.npz                 arrays for numpy:
                            cls_attention (layers, heads, rows, cols)  always every layer
                            rollout (rows, cols)
                            query_attention, as cls_attention          with --query ROW,COL
                            keep_mass (heads, rows, cols) of 0 and 1   with --keep-mass, of the
                              --layer, and with --layer all (layers, heads, rows, cols);
                              query_keep_mass the same of query_attention
                            traits_entropy and so on (layers, heads)   with --traits, of the
                              query that is drawn; cat.json says what each one is
  cat.json                the same arrays, and what they are
  cat.safetensors         the same again, as the page reads them
With --layer all there is a cat-layer01.png for each layer. The second photo called cat gives cat-2.
)";

constexpr std::string_view kExamples = R"(
Examples:
  headlens maps cat.jpg --model weights/dino-vitt8-reg4.safetensors
  headlens maps holiday/ --model M.safetensors --size 320 --out maps
  headlens maps cat.jpg --model M.safetensors --query 14,9 --keep-mass 0.6 --nearest
  headlens maps cat.jpg --model M.safetensors --layer all --format png,npz,json --traits
  headlens maps cat.jpg --model M.safetensors --mode figure --keep-mass 0.6 --contours smooth
  headlens maps --pixels batch.safetensors --model M.safetensors --precision f32

Exit code: 0 all done; 1 some photo failed, the others are done; 2 the command line is wrong.
)";

}  // namespace

Reader ReadQuery(std::optional<QueryPatch>& query) {
  return [&query](std::string_view text) {
    query.reset();
    if (text == "cls") return true;
    QueryPatch patch;
    if (!Pair(patch.row, patch.col, ',', 0, kMaxSide)(text)) return false;
    query = patch;
    return true;
  };
}

bool HasArrays(const Formats& formats) {
  return formats.npz || formats.json || formats.safetensors;
}

Result<MapsOptions> ReadMapsOptions(Args args) {
  MapsOptions options;
  bool size_given = false;
  std::vector<Option> table = InputOptions(options, size_given);
  for (Option& option : ModelOptions(options.vit.choices)) table.push_back(std::move(option));
  for (Option& option : OutputOptions(options)) table.push_back(std::move(option));
  for (Option& option : PictureOptions(options)) table.push_back(std::move(option));
  Result<std::vector<std::string>> photos = ReadOptions(args, table);
  if (!photos.ok()) return photos.error();
  options.photos = std::move(*photos);
  if (Status fits = CheckTogether(options, size_given); !fits.ok()) return fits.error();
  return options;
}

std::string MapsHelp() {
  MapsOptions unused;
  bool flag = false;
  return "Usage: headlens maps PHOTO... --model FILE [options]\n\n"
         "Draws where each attention head of a Vision Transformer looks, in photos (JPEG, PNG,\n"
         "BMP, GIF) and in folders of photos.\n\nThe network:\n" +
         OptionsHelp(InputOptions(unused, flag)) +
         "\nThe model, over what its file says (headlens info shows that):\n" +
         OptionsHelp(ModelOptions(unused.vit.choices)) + "\nThe maps:\n" +
         OptionsHelp(OutputOptions(unused)) + "\nThe pictures:\n" +
         OptionsHelp(PictureOptions(unused)) + std::string(kFiles) + std::string(kExamples);
}

}  // namespace headlens
