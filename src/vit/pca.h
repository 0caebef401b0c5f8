// Principal component analysis of many vectors, for pictures.
#ifndef HEADLENS_VIT_PCA_H_
#define HEADLENS_VIT_PCA_H_

#include <vector>

#include "base/result.h"
#include "base/threads.h"

namespace headlens {

inline constexpr int kComponents = 3;

// The first components of the rows, each brought to 0..1 over them: (count, kComponents). rows:
// (count, width). The sign of a component is such that the entry of its direction with the largest
// magnitude is positive, as scikit-learn has it from 1.5 on. A component without variance is 0.
//
// Subspace iteration with Rayleigh-Ritz on the covariance (Saad 2011, Numerical Methods for Large
// Eigenvalue Problems, algorithm 5.3), from the same start every time.
Result<std::vector<float>> PrincipalComponents(std::vector<float> rows, int count, int width,
                                               const ThreadPool& pool);

}  // namespace headlens

#endif  // HEADLENS_VIT_PCA_H_
