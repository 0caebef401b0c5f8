#include <chrono>
#include <filesystem>
#include <iostream>

#include "cli/commands.h"
#include "cli/console.h"
#include "cli/files.h"
#include "cli/maps_options.h"
#include "cli/model_file.h"
#include "cli/output.h"
#include "cli/pass.h"
#include "cli/progress.h"
#include "cli/results.h"
#include "cli/sources.h"
#include "engine/engine.h"

namespace headlens {
namespace {

constexpr std::string_view kCommand = "headlens maps";

struct Sources {
  std::vector<Source> all;
  size_t failed = 0;  // folders that gave nothing
};

Sources FindSources(const MapsOptions& options) {
  Sources sources;
  for (const std::string& path : options.photos) {
    std::error_code error;
    if (!std::filesystem::is_directory(path, error)) {
      sources.all.push_back({SourceKind::kPhoto, path});
      continue;
    }
    Result<std::vector<std::string>> pictures = PicturesIn(path);
    if (!pictures.ok()) {
      Complain(path, pictures.error().message);
      ++sources.failed;
      continue;
    }
    for (std::string& picture : *pictures) {
      sources.all.push_back({SourceKind::kPhoto, std::move(picture)});
    }
  }
  for (const std::string& path : options.pixels) {
    sources.all.push_back({SourceKind::kPixels, path});
  }
  return sources;
}

std::vector<int> ChosenLayers(int layer, int depth) {
  if (layer == kLastLayer) return {depth - 1};
  if (layer != kAllLayers) return {layer - 1};
  std::vector<int> layers(depth);
  for (int i = 0; i < depth; ++i) layers[i] = i;
  return layers;
}

// What JSON and safetensors say beside the arrays. Sizes are pixels of the network's input.
std::vector<std::pair<std::string, std::string>> Facts(const MapsOptions& options,
                                                       const Source& source, const Engine& engine) {
  const Placement& place = engine.placement();
  const std::optional<QueryPatch>& query = options.query;
  return {
      {"photo", source.path},
      {"model", options.model},
      {"network", DescribeConfig(engine.vit()->config())},
      {"precision", PrecisionName(engine)},
      {"mean", ChannelsText(engine.conventions().mean)},
      {"std", ChannelsText(engine.conventions().std)},
      {"filter", std::string(PhotoFilterName(engine.conventions().filter))},
      {"position", std::string(PositionRuleName(engine.conventions().position))},
      {"resized_height", std::to_string(place.resized_height)},
      {"resized_width", std::to_string(place.resized_width)},
      {"height", std::to_string(place.height)},
      {"width", std::to_string(place.width)},
      {"query", query ? std::to_string(query->row) + "," + std::to_string(query->col) : "cls"},
      {"made_with", "headlens " HEADLENS_VERSION},
  };
}

// Without --format what is usual, and what other options need besides.
Formats FormatsFor(const MapsOptions& options, SourceKind kind) {
  const Formats usual = kind == SourceKind::kPhoto ? Formats{.png = true} : Formats{.npz = true};
  Formats formats = options.formats.value_or(usual);
  if (options.contours != ContourStyle::kNone) formats.svg = true;
  if (options.traits && !HasArrays(formats)) formats.json = true;
  return formats;
}

ResultRequest RequestFor(const MapsOptions& options, const Source& source, const Engine& engine) {
  const bool smooth = options.contours == ContourStyle::kSmooth;
  return {
      .formats = FormatsFor(options, source.kind),
      .layers = ChosenLayers(options.layer, engine.vit()->config().depth),
      .all_layers = options.layer == kAllLayers,
      .query = options.query,
      .keep_mass = options.drawing.keep_mass,
      .contours = smooth ? ContourStyle::kSmooth : ContourStyle::kPatches,
      .traits = options.traits,
      .photo = source.kind == SourceKind::kPhoto ? source.path : "",
      .style = options.drawing.style,
      .facts = Facts(options, source, engine),
  };
}

// "headlens-out/cat.png and 3 more files: 28 x 42 patches, 0.41 s".
std::string DoneText(const std::vector<std::string>& files, const Output& output,
                     const MapShape& shape, std::chrono::duration<double> time) {
  const size_t more = files.size() - 1;
  const std::string others = more == 0   ? ""
                             : more == 1 ? " and 1 more file"
                                         : " and " + std::to_string(more) + " more files";
  return output.PathOf(files[0]) + others + ": " + Times(shape.rows, shape.cols) + " patches" +
         SecondsText(time.count());
}

// One photo from file to files; shows its layers.
Result<std::string> DoOne(const MapsOptions& options, const Source& source, size_t index,
                          Engine& engine, Output& output, Progress& progress) {
  const auto start = std::chrono::steady_clock::now();
  progress.Show(index, 0, source.path);
  const Result<Prepared> prepared = Prepare(engine, source, options.size);
  if (!prepared.ok()) return prepared.error();
  const int depth = engine.vit()->config().depth;
  const auto show = [&](int layer) {
    progress.Show(
        index, static_cast<float>(layer) / static_cast<float>(depth),
        source.path + ", layer " + std::to_string(layer + 1) + " of " + std::to_string(depth));
  };
  if (Status ran = RunNetwork(engine, prepared->input, show); !ran.ok()) return ran.error();
  const Result<std::vector<std::string>> files =
      WriteResults(engine, prepared->photo, RequestFor(options, source, engine),
                   output.NameFor(source.path), output);
  if (!files.ok()) return files.error();
  return DoneText(*files, output, engine.vit()->shape(), std::chrono::steady_clock::now() - start);
}

// Gives how many failed.
size_t DoAll(const MapsOptions& options, const std::vector<Source>& sources, Engine& engine,
             Output& output) {
  Progress progress(sources.size());
  size_t failed = 0;
  for (size_t i = 0; i < sources.size(); ++i) {
    const Result<std::string> done = DoOne(options, sources[i], i, engine, output, progress);
    if (!done.ok()) {
      ++failed;
      progress.Clear();
      Complain(sources[i].path, done.error().message);
    } else if (!progress.drawn()) {
      std::cout << Printable(sources[i].path + ": " + *done) << std::endl;
    }
  }
  progress.Clear();
  if (progress.drawn()) {
    std::cout << sources.size() - failed << " of " << sources.size() << " done: see " << options.out
              << std::endl;
  }
  return failed;
}

}  // namespace

int RunMaps(Args args) {
  if (AsksForHelp(args)) {
    std::cout << MapsHelp();
    return kDone;
  }
  const Result<MapsOptions> options = ReadMapsOptions(args);
  if (!options.ok()) return ComplainOfUsage(kCommand, options.error().message);

  const Sources sources = FindSources(*options);
  if (sources.all.empty()) return kFailed;
  std::vector<std::string> inputs = {options->model};
  for (const Source& source : sources.all) inputs.push_back(source.path);
  Result<Output> output = Output::Open(options->out, inputs);
  if (!output.ok()) {
    Complain(options->out, output.error().message);
    return kFailed;
  }

  Engine engine({.threads = options->threads});
  if (Status loaded = LoadModel(engine, options->model, options->vit); !loaded.ok()) {
    Complain(options->model, LoadMessage(loaded.error()));
    return kFailed;
  }
  if (Status fits =
          CheckAgainstModel(options->layer, options->drawing.style, engine.vit()->config());
      !fits.ok()) {
    return ComplainOfUsage(kCommand, fits.error().message);
  }
  const size_t failed = sources.failed + DoAll(*options, sources.all, engine, *output);
  return failed == 0 ? kDone : kFailed;
}

}  // namespace headlens
