// The inner loops of attention and linear layers in whole numbers, compiled once for each
// instruction set like those of kernels.h.
//
// Products are of left factors, which may be stored with an offset, and right factors; `group` of
// them share 32 bits, and depths are padded with zeros to whole chunks of groups. Panels are those
// of kernels.h with groups for elements, and rows in front of each chunk that undo the offset:
//
//   panels of B (depth, cols): (ceil(cols / panel_cols), PanelRows(depth), panel_cols)
#ifndef HEADLENS_VIT_INTEGER_KERNELS_H_
#define HEADLENS_VIT_INTEGER_KERNELS_H_

#include <cstddef>
#include <cstdint>

namespace headlens {

struct IntegerPanels {
  const uint32_t* data = nullptr;
  size_t stride = 0;  // from one panel to the next, in groups
};

// A product of whole numbers, a (rows, depth) times b (depth, cols). Memory of a, and of what
// belongs to rows and columns, is there up to whole tiles and panels.
struct IntegerProduct {
  const uint32_t* a = nullptr;
  size_t a_stride = 0;  // in groups
  int rows = 0;
  int cols = 0;
  int groups = 0;  // of the depth: whole chunks
  IntegerPanels b;
};

// Softmax weights of a block of keys relative to its own largest score, and the sums so far over
// blocks: for each query the largest score (in powers of two) and the sum of 2^(score - largest).
struct BlockSoftmax {
  float* largest = nullptr;
  float* sum = nullptr;
};

struct IntegerKernels {
  int group;       // factors in 32 bits
  int chunk;       // groups
  int start_rows;  // of a panel in front of each chunk

  // groups (GroupCount(count)) = x as left factors; returns the size of one step.
  float (*quantise_row)(const float* x, int count, uint32_t* groups);

  // A key less the mean of all as one column of right factors, panel_cols groups apart. Returns the
  // size of one step.
  float (*pack_key)(const float* key, const float* mean, int size, uint32_t* column);
  // Values (count, size), `stride` apart, less their mean. steps and starts: of each column, for
  // `add`; memory as for panels.
  void (*pack_values)(const float* values, size_t stride, int count, const float* mean, int size,
                      uint32_t* panels, size_t panel_stride, float* steps, float* starts);

  // c = col_scale * product: scores in steps of their query.
  void (*scores)(const IntegerProduct& product, const float* col_scale, float* c, size_t c_stride);
  // c += row_scale * col_scale * (start + product): weighted sums of values.
  void (*add)(const IntegerProduct& product, const float* row_scale, const float* col_scale,
              const float* start, float* c, size_t c_stride);

  // weights = 2^(octaves[row] * (score - largest of the row)) in whole numbers as left factors,
  // rounded so that many small ones are not all lost. scores: (rows, keys), weights: (rows,
  // GroupCount(keys)) in whole vectors: the stride has room for them, and what lies beyond the keys
  // meets values of zero. block.largest is in octaves.
  void (*weigh)(const float* scores, size_t stride, const float* octaves, int rows, int keys,
                uint32_t* weights, size_t weights_stride, BlockSoftmax block);
  // Adds a block to the sums so far: shrink[i] is for what was summed up before, block_scale[i] for
  // the block. rows: a multiple of 16.
  void (*join)(int rows, BlockSoftmax block, BlockSoftmax running, float* shrink,
               float* block_scale);
};

// A row of inputs in whole numbers: x = middle + step * (factor less its offset).
struct RowSteps {
  float middle;
  float step;
};

// The kernels of linear layers, whose weights are whole numbers of 8 bits already.
struct LinearKernels {
  int group, chunk, start_rows;  // as above
  // What the magnitudes of a column's weights may come to, or sums overflow: of two neighbours with
  // the same sign, and of a chunk's in the same 16 bits.
  int most_in_pair, most_in_chunk;

  // groups (GroupCount(count)) = x as left factors; what lies beyond x meets weights of zero.
  RowSteps (*quantise_row)(const float* x, int count, uint32_t* groups);
  // Weights as one column of right factors, panel_cols groups apart.
  void (*pack_weights)(const int8_t* weights, int count, uint32_t* column);
  // c = step * col_scale * product + middle * col_sum + base.
  void (*outputs)(const IntegerProduct& product, const RowSteps* rows, const float* col_scale,
                  const float* col_sum, const float* base, float* c, size_t c_stride);
};

}  // namespace headlens

#endif  // HEADLENS_VIT_INTEGER_KERNELS_H_
