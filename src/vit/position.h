// The learned position embedding on the grid of a photo.
#ifndef HEADLENS_VIT_POSITION_H_
#define HEADLENS_VIT_POSITION_H_

#include "base/threads.h"

namespace headlens {

// A learned grid of embeddings, (rows, cols, width).
struct PositionGrid {
  const float* values = nullptr;
  int rows = 0;
  int cols = 0;
  int width = 0;
};

// tokens (rows, cols, width) += the grid, resampled to rows x cols where it differs: bicubic with
// a = -0.75 and half-pixel centres as PyTorch's interpolate, by the scale (rows + 0.1) / grid rows.
// facebookresearch/dino, vision_transformer.py, interpolate_pos_encoding.
void AddPositions(const PositionGrid& grid, int rows, int cols, float* tokens,
                  const ThreadPool& pool);

}  // namespace headlens

#endif  // HEADLENS_VIT_POSITION_H_
