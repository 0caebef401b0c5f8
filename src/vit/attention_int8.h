// Attention in small whole numbers: a copy of attention.h for int8 networks that is twice as fast
// and errs by less than their weights do. Queries, keys, softmax weights and values are quantised
// as they come, in 7 or 12 bits (integer_kernels.h).
#ifndef HEADLENS_VIT_ATTENTION_INT8_H_
#define HEADLENS_VIT_ATTENTION_INT8_H_

#include <cstdint>

#include "base/threads.h"
#include "vit/attention.h"
#include "vit/integer_kernels.h"

namespace headlens {

// 32-bit words of work memory that AttendInt8 needs.
uint64_t AttentionInt8Scratch(const HeadShape& shape, const IntegerKernels& kernels, int threads);

// As Attend. Keys and values are quantised less their means over all tokens, which softmax and the
// weights' sum of one let us do (SageAttention and SageAttention2, Zhang et al. 2024).
void AttendInt8(const HeadShape& shape, HeadRange range, const IntegerKernels& kernels,
                const float* qkv, float* scratch, float* out, const ThreadPool& pool);

}  // namespace headlens

#endif  // HEADLENS_VIT_ATTENTION_INT8_H_
