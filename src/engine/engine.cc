#include "engine/engine.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <string>
#include <utility>

#include "checkpoint/checkpoint.h"
#include "engine/memory.h"

namespace headlens {
namespace {

// "0.485 0.456 0.406", as the metadata of a weights file gives mean and std, one value a channel.
Status ReadChannels(const Checkpoint& checkpoint, const char* name,
                    std::array<float, 3>& channels) {
  const auto entry = checkpoint.metadata.find(name);
  if (entry == checkpoint.metadata.end()) return {};
  const char* text = entry->second.c_str();
  for (float& channel : channels) {
    char* end = nullptr;
    channel = std::strtof(text, &end);
    if (end == text || !std::isfinite(channel)) {
      return Invalid(std::string("The weights file's metadata has the ") + name + " \"" +
                     entry->second + "\", which is not three numbers: correct it.");
    }
    text = end;
  }
  return {};
}

// ImageNet's unless the model says otherwise.
Result<Normalisation> ReadNormalisation(const Checkpoint& checkpoint) {
  Normalisation read;
  if (Status mean = ReadChannels(checkpoint, "mean", read.mean); !mean.ok()) return mean.error();
  if (Status std = ReadChannels(checkpoint, "std", read.std); !std.ok()) return std.error();
  if (std::ranges::any_of(read.std, [](float s) { return s <= 0; })) {
    return Invalid("The weights file's metadata has a std that is not above 0: correct it.");
  }
  return read;
}

Error NoModel() { return Invalid("No model is loaded: load a weights file first."); }

}  // namespace

Engine::Engine(const EngineOptions& options)
    : pool_(MakeThreadPool(options.threads)), memory_limit_(options.memory_limit) {}

Status Engine::Load(std::vector<uint8_t> file, const VitOptions& options) {
  Result<Checkpoint> checkpoint = ReadCheckpoint(std::move(file));
  if (!checkpoint.ok()) return checkpoint.error();
  const Result<Normalisation> normalisation = ReadNormalisation(*checkpoint);
  if (!normalisation.ok()) return normalisation.error();
  Result<std::unique_ptr<Vit>> vit = Vit::Load(*checkpoint, options, pool_);
  if (!vit.ok()) return vit.error();
  vit_ = std::move(*vit);
  normalisation_ = *normalisation;
  weights_bytes_ = vit_->memory_bytes();
  begun_ = false;
  return {};
}

Result<Input> Engine::Prepare(const Image& photo, const SizeRule& rule) const {
  if (!vit_) return NoModel();
  Result<Placement> placement = PlacePhoto(photo.height, photo.width, rule, vit_->config().patch);
  if (!placement.ok()) return placement.error();
  return Input{Preprocess(photo, *placement, normalisation_), *placement};
}

Result<Input> Engine::Prepare(Pixels pixels) const {
  if (!vit_) return NoModel();
  const SizeRule as_it_is = {.height = pixels.height, .width = pixels.width};
  Result<Placement> placement =
      PlacePhoto(pixels.height, pixels.width, as_it_is, vit_->config().patch);
  if (!placement.ok()) return placement.error();
  return Input{std::move(pixels), *placement};
}

Status Engine::Begin(const Input& input) {
  if (!vit_) return NoModel();
  if (memory_limit_ > 0) {
    const size_t available = memory_limit_ - std::min(memory_limit_, weights_bytes_);
    if (Status fits = CheckPassFits(*vit_, input.placement, available); !fits.ok()) {
      return fits;
    }
  }
  const Pixels& pixels = input.pixels;
  if (Status begun = vit_->Begin(pixels.values, pixels.height, pixels.width); !begun.ok()) {
    return begun;
  }
  placement_ = input.placement;
  begun_ = true;
  return {};
}

Status Engine::Step() {
  if (!begun_) return Invalid("No photo is being worked on: give one first.");
  if (vit_->done()) return {};
  return vit_->Step();
}

bool Engine::done() const { return begun_ && vit_->done(); }

Result<std::vector<float>> Engine::Query(int row, int col) const {
  if (!done()) return Invalid("There are no finished maps to ask: run a photo first.");
  const MapShape shape = vit_->shape();
  if (row < 0 || row >= shape.rows || col < 0 || col >= shape.cols) {
    return Invalid("There is no patch at row " + std::to_string(row) + ", column " +
                   std::to_string(col) + ": the grid has " + std::to_string(shape.rows) +
                   " rows and " + std::to_string(shape.cols) + " columns, counted from 0.");
  }
  return vit_->QueryAttention(row, col);
}

}  // namespace headlens
