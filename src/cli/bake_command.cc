#include <chrono>
#include <iostream>

#include "cli/bake_options.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/figure.h"
#include "cli/model_file.h"
#include "cli/output.h"
#include "cli/pass.h"
#include "cli/progress.h"
#include "cli/sources.h"
#include "engine/engine.h"

namespace headlens {
namespace {

constexpr std::string_view kCommand = "headlens bake";

SizeRule RuleFor(const BakeOptions& options) {
  if (!options.square) return {.short_side = options.size};
  return {.height = options.size, .width = options.size};
}

FigureRequest RequestFor(const BakeOptions& options, const VitConfig& model) {
  return {
      .layer = (options.layer == kLastLayer ? model.depth : options.layer) - 1,
      .queries = options.queries,
      .size = options.size,
      .square = options.square,
      .photo_size = options.photo_size,
      .style = options.drawing.style,
  };
}

// "post/cat.html: 28 x 42 patches, 104 KB to fetch, 0.41 s".
std::string DoneText(const Figure& figure, const Output& output, const Engine& engine,
                     double seconds) {
  const MapShape shape = engine.vit()->shape();
  return output.PathOf(figure.files.back()) + ": " + Times(shape.rows, shape.cols) + " patches, " +
         SizeText(figure.bytes) + " to fetch" + SecondsText(seconds);
}

// One photo from file to figure. Gives what to say of it.
Result<std::string> DoOne(const BakeOptions& options, const std::string& photo, size_t index,
                          Engine& engine, Output& output, Progress& progress) {
  const auto start = std::chrono::steady_clock::now();
  progress.Show(index, 0, photo);
  const Result<Prepared> prepared = Prepare(engine, {SourceKind::kPhoto, photo}, RuleFor(options));
  if (!prepared.ok()) return prepared.error();
  const VitConfig& model = engine.vit()->config();
  const auto show = [&](int layer) {
    progress.Show(index, static_cast<float>(layer) / static_cast<float>(model.depth), photo);
  };
  if (Status ran = RunNetwork(engine, prepared->input, show); !ran.ok()) return ran.error();
  const Result<Figure> figure = WriteFigure(engine, prepared->photo, RequestFor(options, model),
                                            output.NameFor(photo), output);
  if (!figure.ok()) return figure.error();
  const std::chrono::duration<double> time = std::chrono::steady_clock::now() - start;
  return Printable(photo + ": " + DoneText(*figure, output, engine, time.count())) + "\n\n" +
         figure->lines;
}

// Gives how many failed.
size_t DoAll(const BakeOptions& options, Engine& engine, Output& output) {
  Progress progress(options.photos.size());
  size_t failed = 0;
  for (size_t i = 0; i < options.photos.size(); ++i) {
    const std::string& photo = options.photos[i];
    const Result<std::string> done = DoOne(options, photo, i, engine, output, progress);
    progress.Clear();
    if (done.ok()) {
      std::cout << (i > 0 ? "\n" : "") << *done << std::flush;
    } else {
      ++failed;
      Complain(photo, done.error().message);
    }
  }
  return failed;
}

}  // namespace

int RunBake(Args args) {
  if (AsksForHelp(args)) {
    std::cout << BakeHelp();
    return kDone;
  }
  const Result<BakeOptions> options = ReadBakeOptions(args);
  if (!options.ok()) return ComplainOfUsage(kCommand, options.error().message);

  std::vector<std::string> inputs = options->photos;
  inputs.push_back(options->model);
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
  const Status fits =
      CheckAgainstModel(options->layer, options->drawing.style, engine.vit()->config());
  if (!fits.ok()) return ComplainOfUsage(kCommand, fits.error().message);
  return DoAll(*options, engine, *output) == 0 ? kDone : kFailed;
}

}  // namespace headlens
