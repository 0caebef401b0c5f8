#include "checkpoint/stream.h"

#include <algorithm>
#include <limits>
#include <new>
#include <utility>

#include "base/json.h"
#include "checkpoint/mistakes.h"
#include "checkpoint/names.h"
#include "checkpoint/pth.h"
#include "checkpoint/safetensors.h"

namespace headlens {
namespace {

// How much of a header is made room for at a time, whatever length it claims, and how much of
// unwanted bytes is taken at a time.
constexpr uint64_t kPiece = 1 << 16;

// Not zeroed: the bytes are on their way. Null where there is no memory.
std::unique_ptr<uint8_t[]> Allocate(uint64_t bytes) {
  if (bytes > std::numeric_limits<ptrdiff_t>::max()) return nullptr;
  return std::unique_ptr<uint8_t[]>(new (std::nothrow) uint8_t[static_cast<size_t>(bytes)]);
}

std::string Megabytes(uint64_t bytes) {
  return std::to_string((bytes + 999'999) / 1'000'000) + " MB";
}

}  // namespace

CheckpointStream::CheckpointStream(uint64_t file_bytes, std::string network, uint64_t memory_limit)
    : file_bytes_(file_bytes),
      network_(std::move(network)),
      memory_limit_(memory_limit),
      opening_end_(kSafetensorsOpening) {}

Result<std::span<uint8_t>> CheckpointStream::Room() {
  if (gathered_.size() > 0) {
    if (received_ == gathered_.size()) {
      const uint64_t grown = received_ + std::max(kPiece, received_ / 4);
      if (const Status made = MakeRoom(grown); !made.ok()) return made.error();
    }
    return gathered_.bytes().subspan(static_cast<size_t>(received_));
  }
  if (!checkpoint_) {
    opening_.resize(static_cast<size_t>(std::min(opening_end_, received_ + kPiece)));
    return std::span(opening_).subspan(static_cast<size_t>(received_));
  }
  const Arriving* tensor = next_ < arriving_.size() ? &arriving_[next_] : nullptr;
  if (!tensor || received_ < tensor->begin) {
    const uint64_t bytes = tensor ? std::min(tensor->begin - received_, kPiece) : kPiece;
    unwanted_.resize(kPiece);
    return std::span(unwanted_).first(static_cast<size_t>(bytes));
  }
  const uint64_t bytes = TensorBytes(*checkpoint_->Find(tensor->name));
  std::unique_ptr<uint8_t[]>& data = data_[tensor->name].bytes;
  if (!data) data = Allocate(bytes);
  if (!data) {
    return NoMemory("There is not enough memory for the tensor " + JsonQuote(tensor->name) +
                    " of " + std::to_string(bytes) + " bytes: choose a smaller model.");
  }
  return std::span(data.get() + tensor->place, static_cast<size_t>(tensor->end - tensor->begin))
      .subspan(static_cast<size_t>(received_ - tensor->begin));
}

Result<std::string> CheckpointStream::Take(size_t count) {
  received_ += count;
  if (gathered_.size() > 0) return std::string();
  if (!checkpoint_) {
    const Status read = ReadOpening();
    if (!read.ok()) return read.error();
    return std::string();
  }
  if (next_ == arriving_.size() || received_ < arriving_[next_].end) return std::string();
  const std::string& name = arriving_[next_++].name;
  Data& data = data_[name];
  if (--data.missing > 0) return std::string();
  Tensor& whole = checkpoint_->tensors[name];
  whole.bytes = {data.bytes.get(), static_cast<size_t>(TensorBytes(whole))};
  return name;
}

// Asks for more of the opening, as long as there is more of it, and then reads the header. Another
// format is told here by its first bytes, gathered whole, and read by End.
Status CheckpointStream::ReadOpening() {
  if (received_ < opening_end_) return {};
  if (!BeginsAsSafetensors(opening_)) {
    if (BeginsAsPth(opening_)) return Gather();
    if (received_ >= kTellingBytes) return DescribeMistake(opening_);
    opening_end_ = kTellingBytes;
    return {};
  }
  const Result<uint64_t> data_begin = SafetensorsDataBegin(opening_);
  if (!data_begin.ok()) return data_begin.error();
  opening_end_ = *data_begin;
  if (file_bytes_ > 0 && opening_end_ > file_bytes_) {
    return CheckSafetensorsLength(opening_end_, file_bytes_);
  }
  return received_ < opening_end_ ? Status() : ReadHeader();
}

Status CheckpointStream::ReadHeader() {
  Result<SafetensorsHeader> header =
      ReadSafetensorsHeader(std::span(opening_).first(static_cast<size_t>(opening_end_)));
  if (!header.ok()) return header.error();
  announced_ = header->file_bytes;
  if (file_bytes_ > 0) {
    const Status whole = CheckSafetensorsLength(announced_, file_bytes_);
    if (!whole.ok()) return whole;
  }
  if (Status named = CanonicaliseNames(header->checkpoint, network_); !named.ok()) return named;

  for (const auto& [name, tensor] : header->checkpoint.tensors) {
    if (TensorBytes(tensor) > 0) Expect(name, tensor);
  }
  std::ranges::sort(arriving_, {}, &Arriving::begin);
  checkpoint_ = std::move(header->checkpoint);
  opening_ = {};
  return {};
}

void CheckpointStream::Expect(const std::string& name, const Tensor& tensor) {
  const std::span<const Tensor> parts =
      tensor.parts.empty() ? std::span(&tensor, 1) : std::span(tensor.parts);
  uint64_t place = 0;
  for (const Tensor& part : parts) {
    const uint64_t bytes = TensorBytes(part);
    arriving_.push_back({name, part.begin, part.begin + bytes, place});
    place += bytes;
  }
  data_[name].missing = parts.size();
}

// All of it at once where the length is known.
Status CheckpointStream::Gather() {
  if (Status made = MakeRoom(std::max(file_bytes_, received_ + kPiece)); !made.ok()) return made;
  std::copy_n(opening_.begin(), received_, gathered_.bytes().begin());
  opening_ = {};
  return {};
}

Status CheckpointStream::MakeRoom(uint64_t bytes) {
  const uint64_t limit = std::min<uint64_t>(memory_limit_, std::numeric_limits<ptrdiff_t>::max());
  if (bytes <= limit && gathered_.Grow(static_cast<size_t>(bytes))) return {};
  const std::string available =
      bytes > limit ? ", but only " + Megabytes(limit) + " can be had" : ", which is not there";
  return NoMemory("This .pth file needs " + Megabytes(bytes) + " of memory or more" + available +
                  ": choose a smaller model, or the same as safetensors, which is read in pieces.");
}

Status CheckpointStream::ReadGathered() {
  Result<Checkpoint> read = ReadPth(gathered_.bytes().first(static_cast<size_t>(received_)));
  if (!read.ok()) return read.error();
  if (Status named = CanonicaliseNames(*read, network_); !named.ok()) return named;
  JoinParts(*read);
  checkpoint_ = std::move(*read);
  return {};
}

Status CheckpointStream::End() {
  if (gathered_.size() > 0) return ReadGathered();
  if (checkpoint_) return CheckSafetensorsLength(announced_, received_);
  const auto opening = std::span(opening_).first(static_cast<size_t>(received_));
  if (BeginsAsSafetensors(opening)) return CheckSafetensorsLength(opening_end_, received_);
  if (BeginsAsPth(opening)) return ReadPth(opening).error();  // too short for one
  return DescribeMistake(opening);
}

void CheckpointStream::Release(const std::string& name) {
  checkpoint_->tensors[name].bytes = {};
  data_.erase(name);
}

}  // namespace headlens
