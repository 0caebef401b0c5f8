#include "engine/engine.h"

#include <algorithm>
#include <string>
#include <utility>

#include "engine/ask.h"
#include "engine/memory.h"

namespace headlens {
namespace {

Error NoModel() { return Invalid("No model is loaded: load a weights file first."); }

}  // namespace

Engine::Engine(const EngineOptions& options)
    : pool_(MakeThreadPool(options.threads)), memory_limit_(options.memory_limit) {}

Status Engine::Load(std::span<const uint8_t> file, const VitOptions& options) {
  VitLoader loader = StartLoad(file.size(), options);
  while (!file.empty()) {
    const Result<std::span<uint8_t>> room = loader.Room();
    if (!room.ok()) return room.error();
    const size_t count = std::min(room->size(), file.size());
    std::copy_n(file.begin(), count, room->begin());
    if (Status taken = loader.Take(count); !taken.ok()) return taken;
    file = file.subspan(count);
  }
  return FinishLoad(std::move(loader));
}

VitLoader Engine::StartLoad(uint64_t file_bytes, const VitOptions& options) const {
  VitLoaderOptions loading = {.file_bytes = file_bytes, .vit = options};
  if (memory_limit_ > 0) {
    const size_t in_use = vit_ ? vit_->memory_bytes() : 0;
    loading.memory_limit = memory_limit_ - std::min(memory_limit_, in_use);
  }
  return VitLoader(loading, pool_);
}

Status Engine::FinishLoad(VitLoader loader) {
  Result<std::unique_ptr<Vit>> vit = loader.End();
  if (!vit.ok()) return vit.error();
  vit_ = std::move(*vit);
  conventions_ = loader.conventions();
  origin_ = loader.origin();
  weights_bytes_ = vit_->memory_bytes();
  begun_ = false;
  return {};
}

Result<Input> Engine::Prepare(const Image& photo, const SizeRule& rule) const {
  if (!vit_) return NoModel();
  Result<Placement> placement = PlacePhoto(photo.height, photo.width, rule, vit_->config().patch);
  if (!placement.ok()) return placement.error();
  return Input{Preprocess(photo, *placement, normalisation(), filter()), *placement};
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
  if (Status fit = CheckAsk(*this, GridPlace{row, col}); !fit.ok()) return fit.error();
  return vit_->QueryAttention(row, col);
}

}  // namespace headlens
