// Packing keys and values for the kernels that multiply by panels (kernels.h).
#ifndef HEADLENS_VIT_PANELS_H_
#define HEADLENS_VIT_PANELS_H_

#include <cstddef>

#include "vit/kernels.h"

namespace headlens {

// Some rows of a matrix that lie `stride` floats apart.
struct Rows {
  const float* data = nullptr;
  size_t stride = 0;
  const float* operator[](size_t row) const { return data + row * stride; }
};

inline int CeilDiv(int a, int b) { return (a + b - 1) / b; }

int PanelCount(int cols);  // panels of a matrix with this many columns

// Groups of a depth of integer factors, padded to whole chunks, and rows of its panels; for
// IntegerKernels and LinearKernels.
template <typename Integers>
int GroupCount(int depth, const Integers& kernels) {
  return CeilDiv(depth, kernels.chunk * kernels.group) * kernels.chunk;
}
template <typename Integers>
int PanelRows(int depth, const Integers& kernels) {
  const int groups = GroupCount(depth, kernels);
  return groups + groups / kernels.chunk * kernels.start_rows;
}

// Up to panel_cols rows of keys (count, depth) as the columns of one panel, (depth, panel_cols).
void PackKeyPanel(Rows keys, int count, int depth, float* panel);

// Rows of values (count, cols) as rows of panels: `panels` points at the first row's place in the
// first panel, the other panels follow `stride` floats apart.
void PackValueRows(Rows values, int count, int cols, size_t stride, float* panels);

}  // namespace headlens

#endif  // HEADLENS_VIT_PANELS_H_
