#include "vit/kept.h"

#include <algorithm>

#include "vit/kernels.h"

namespace headlens {
namespace {

uint64_t Count(int layers, const HeadShape& shape) {
  return uint64_t{2} * layers * shape.tokens * shape.width();
}

}  // namespace

bool KeptHeads::Reserve(KeptForm form, int layers, const HeadShape& shape) {
  const size_t count = Count(layers, shape);
  const bool room = form == KeptForm::kF32 ? f32_.Reserve(count) : f16_.Reserve(count);
  if (!room) return false;
  form_ = form;
  layers_ = layers;
  shape_ = shape;
  return true;
}

uint64_t KeptHeads::Bytes(KeptForm form, int layers, const HeadShape& shape) {
  return Count(layers, shape) * (form == KeptForm::kF32 ? sizeof(float) : sizeof(uint16_t));
}

void KeptHeads::Keep(int layer, Rows rows, const ThreadPool& pool) {
  const Kernels& kernels = BestKernels();
  const size_t size = shape_.head_size;
  ParallelFor(pool, size_t{2} * shape_.heads, [&](size_t column) {
    const size_t at = Place(layer, static_cast<int>(column), 0);
    for (int token = 0; token < shape_.tokens; ++token) {
      const float* const from = rows[token] + column * size;
      if (form_ == KeptForm::kF32) {
        std::copy_n(from, size, f32_.data() + at + token * size);
      } else {
        kernels.to_half(from, size, f16_.data() + at + token * size);
      }
    }
  });
}

Rows KeptHeads::Queries(int layer, int head, int first, int count, float* scratch) const {
  return Read(Place(layer, head, first), count, scratch);
}

Rows KeptHeads::Keys(int layer, int head, int first, int count, float* scratch) const {
  return Read(Place(layer, shape_.heads + head, first), count, scratch);
}

size_t KeptHeads::Place(int layer, int column, int token) const {
  const size_t row = (size_t{2} * layer * shape_.heads + column) * shape_.tokens + token;
  return row * shape_.head_size;
}

Rows KeptHeads::Read(size_t place, int count, float* scratch) const {
  const size_t size = shape_.head_size;
  if (form_ == KeptForm::kF32) return {f32_.data() + place, size};
  BestKernels().from_half(f16_.data() + place, count * size, scratch);
  return {scratch, size};
}

bool KeptTokens::Reserve(int layers, int tokens, int width) {
  if (!f16_.Reserve(size_t{1} * layers * tokens * width)) return false;
  tokens_ = tokens;
  width_ = width;
  return true;
}

uint64_t KeptTokens::Bytes(int layers, int tokens, int width) {
  return uint64_t{1} * layers * tokens * width * sizeof(uint16_t);
}

void KeptTokens::Keep(int layer, const float* tokens, const ThreadPool& pool) {
  uint16_t* const place = f16_.data() + size_t{1} * layer * tokens_ * width_;
  ParallelFor(pool, tokens_, [&](size_t token) {
    BestKernels().to_half(tokens + token * width_, width_, place + token * width_);
  });
}

std::vector<float> KeptTokens::Read(int layer, int first) const {
  std::vector<float> rows(size_t{1} * (tokens_ - first) * width_);
  const size_t place = (size_t{1} * layer * tokens_ + first) * width_;
  BestKernels().from_half(f16_.data() + place, rows.size(), rows.data());
  constexpr float kLargest = 65504;  // what does not fit into half precision was kept as infinity
  for (float& x : rows) x = std::clamp(x, -kLargest, kLargest);
  return rows;
}

}  // namespace headlens
