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
  const size_t size = RowSize();
  ParallelFor(pool, shape_.tokens, [&](size_t token) {
    const size_t at = (size_t{1} * layer * shape_.tokens + token) * size;
    if (form_ == KeptForm::kF32) {
      std::copy_n(rows[token], size, f32_.data() + at);
    } else {
      kernels.to_half(rows[token], size, f16_.data() + at);
    }
  });
}

Rows KeptHeads::Queries(int layer, int head, int first, int count, float* scratch) const {
  return Columns(layer, size_t{1} * head * shape_.head_size, first, count, scratch);
}

Rows KeptHeads::Keys(int layer, int head, int first, int count, float* scratch) const {
  const size_t column = size_t{1} * head * shape_.head_size + shape_.width();
  return Columns(layer, column, first, count, scratch);
}

Rows KeptHeads::Columns(int layer, size_t column, int first, int count, float* scratch) const {
  const size_t size = RowSize();
  const size_t at = (size_t{1} * layer * shape_.tokens + first) * size + column;
  if (form_ == KeptForm::kF32) return {f32_.data() + at, size};
  for (int i = 0; i < count; ++i) {
    BestKernels().from_half(f16_.data() + at + i * size, shape_.head_size,
                            scratch + size_t{1} * i * shape_.head_size);
  }
  return {scratch, static_cast<size_t>(shape_.head_size)};
}

}  // namespace headlens
