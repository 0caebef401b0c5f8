#include "vit/panels.h"

#include <algorithm>

namespace headlens {

int PanelCount(int cols) {
  const int panel_cols = BestKernels().panel_cols;
  return (cols + panel_cols - 1) / panel_cols;
}

void PackKeyPanel(Rows keys, int count, int depth, float* panel) {
  const int panel_cols = BestKernels().panel_cols;
  if (count < panel_cols) std::fill_n(panel, size_t{1} * depth * panel_cols, 0.0f);
  for (int i = 0; i < count; ++i) {
    const float* const key = keys[i];
    for (int k = 0; k < depth; ++k) panel[k * panel_cols + i] = key[k];
  }
}

void PackValueRows(Rows values, int count, int cols, size_t stride, float* panels) {
  const int panel_cols = BestKernels().panel_cols;
  for (int first = 0; first < cols; first += panel_cols, panels += stride) {
    const int present = std::min(panel_cols, cols - first);
    for (int i = 0; i < count; ++i) {
      float* const row = panels + size_t{1} * i * panel_cols;
      std::copy_n(values[i] + first, present, row);
      std::fill_n(row + present, panel_cols - present, 0.0f);
    }
  }
}

}  // namespace headlens
