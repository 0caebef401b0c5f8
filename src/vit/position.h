// The learned position embedding on the grid of a photo.
#ifndef HEADLENS_VIT_POSITION_H_
#define HEADLENS_VIT_POSITION_H_

#include "base/threads.h"
#include "checkpoint/origin.h"

namespace headlens {

// A learned grid of embeddings, (rows, cols, width).
struct PositionGrid {
  const float* values = nullptr;
  int rows = 0;
  int cols = 0;
  int width = 0;
};

// tokens (rows, cols, width) += the grid, resampled to rows x cols where it differs: bicubic with
// half-pixel centres as PyTorch's interpolate, by the rule that the authors of the network follow.
//
//   kDino       by the scale (rows + 0.1) / grid rows, a = -0.75. facebookresearch/dino,
//               vision_transformer.py, interpolate_pos_encoding; facebookresearch/dinov2, the same
//               with interpolate_offset 0.1
//   kResize     by the scale rows / grid rows, a = -0.75. huggingface/transformers,
//               modeling_{vit,deit,dinov2}.py; facebookresearch/deit, main.py
//   kAntialias  the same scale, a = -0.5, the kernel widened where the grid shrinks
//               (antialias=True). facebookresearch/dinov2 with registers, interpolate_antialias;
//               timm, pos_embed.py, resample_abs_pos_embed; transformers,
//               modeling_dinov2_with_registers.py
void AddPositions(const PositionGrid& grid, PositionRule rule, int rows, int cols, float* tokens,
                  const ThreadPool& pool);

}  // namespace headlens

#endif  // HEADLENS_VIT_POSITION_H_
