// As attention.h, for int8 networks: queries, keys, softmax weights and values are rounded as they
// come to whole numbers of 6 to 12 bits (simd_integers.h), which multiply twice as fast.
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
