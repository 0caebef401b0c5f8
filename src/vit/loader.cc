#include "vit/loader.h"

#include <optional>
#include <utility>

#include "checkpoint/names.h"

namespace headlens {
namespace {

Error TooLarge(uint64_t needed, uint64_t available) {
  const auto megabytes = [](uint64_t bytes) {
    return std::to_string((bytes + 999'999) / 1'000'000);
  };
  return NoMemory("This model needs " + megabytes(needed) + " MB of memory, but only " +
                  megabytes(available) + " MB can be had: choose a smaller one.");
}

}  // namespace

VitLoader::VitLoader(const VitLoaderOptions& options, const ThreadPool& pool)
    : options_(options),
      pool_(&pool),
      stream_(options.file_bytes, options.vit.choices.network, options.memory_limit) {}

Result<std::span<uint8_t>> VitLoader::Room() { return stream_.Room(); }

Status VitLoader::Take(size_t count) {
  const bool had_header = stream_.checkpoint() != nullptr;
  const Result<std::string> whole = stream_.Take(count);
  if (!whole.ok()) {
    failed_ = whole.error();
  } else if (!had_header && stream_.checkpoint()) {
    failed_ = ReadHeader();
  } else if (!whole->empty()) {
    failed_ = CountDown(*whole);
  }
  return failed_;
}

// Everything that can be said of the model before its weights are there.
Status VitLoader::ReadHeader() {
  const Checkpoint& checkpoint = *stream_.checkpoint();
  Result<Conventions> conventions = ReadConventions(checkpoint, options_.vit.choices);
  if (!conventions.ok()) return conventions.error();
  conventions_ = std::move(*conventions);
  Result<VitConfig> config = InferConfig(checkpoint, options_.vit.choices);
  if (!config.ok()) return config.error();
  config_ = *config;
  const uint64_t bytes =
      stream_.gathered_bytes() + PackedBytes(checkpoint, config_, options_.vit.precision);
  if (bytes > options_.memory_limit) return TooLarge(bytes, options_.memory_limit);

  weights_.blocks.resize(config_.depth);
  tensors_.resize(config_.depth + 1);
  missing_.resize(config_.depth + 1);
  for (const auto& [name, tensor] : checkpoint.tensors) {
    if (TensorBytes(tensor) == 0) continue;  // nothing of it will arrive
    const std::optional<BlockTensor> in_block = SplitBlockName(name);
    const int part = in_block ? in_block->block : config_.depth;
    tensors_[part].push_back(name);
    ++missing_[part];
  }
  return {};
}

Status VitLoader::CountDown(const std::string& tensor) {
  const std::optional<BlockTensor> in_block = SplitBlockName(tensor);
  const int part = in_block ? in_block->block : config_.depth;
  return --missing_[part] == 0 ? Pack(part) : Status();
}

Status VitLoader::Pack(int part) {
  const Checkpoint& checkpoint = *stream_.checkpoint();
  const Precision precision = options_.vit.precision;
  const Status packed = part < config_.depth
                            ? PackBlock(checkpoint, config_, precision, part, weights_)
                            : PackEmbedding(checkpoint, config_, precision, weights_);
  for (const std::string& name : tensors_[part]) stream_.Release(name);
  return packed;
}

// A file that could be read only when it was whole.
Status VitLoader::PackGathered() {
  Status packed = ReadHeader();
  for (int part = 0; part <= config_.depth && packed.ok(); ++part) packed = Pack(part);
  return packed;
}

Result<std::unique_ptr<Vit>> VitLoader::End() {
  if (!failed_.ok()) return failed_.error();
  const bool had_header = stream_.checkpoint() != nullptr;
  if (Status whole = stream_.End(); !whole.ok()) return whole.error();
  if (!had_header) failed_ = PackGathered();
  if (!failed_.ok()) return failed_.error();
  return Vit::FromWeights(config_, std::move(weights_), *pool_);
}

}  // namespace headlens
