// Packing: the big matrices as int8 with one scale per output row or as f16, everything else as
// f32.
#ifndef HEADLENS_CHECKPOINT_PACK_H_
#define HEADLENS_CHECKPOINT_PACK_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "checkpoint/checkpoint.h"

namespace headlens {

// A matrix (rows, cols) as values * scale[row].
struct Int8Matrix {
  int rows = 0;
  int cols = 0;
  std::vector<int8_t> values;  // (rows, cols), in [-127, 127]
  std::vector<float> scale;    // (rows)
};

// Symmetric, per row: scale = max|row| / 127, values rounded to nearest even. A row of zeros (or of
// values too small for a normal scale) gets scale 1 and zeros. The values must be finite.
Int8Matrix QuantiseRows(std::span<const float> matrix, int rows, int cols);

// Whether the int8 form of a model keeps this matrix in int8: qkv, proj, fc1 and fc2 of all blocks
// but what the first block adds to the tokens, its proj and fc2. The tokens differ little there,
// all later layers build on the difference, and its rounding shows most in the maps.
bool PacksToInt8(const std::string& canonical_name);

// Whether the f16 form of a model keeps this matrix in f16: qkv, proj, fc1 and fc2 of all blocks.
// The rest is small beside them, and the embeddings are what all maps grow from.
bool PacksToF16(const std::string& canonical_name);

// The safetensors file of a checkpoint with canonical names: packed, or all in f32. Matrices that
// are int8 already stay so in PackInt8 and are expanded in the others. The metadata is kept, and
// says `precision` (int8, f16 or f32).
Result<std::vector<uint8_t>> PackInt8(const Checkpoint& checkpoint);
Result<std::vector<uint8_t>> PackF32(const Checkpoint& checkpoint);

// A matrix with values beyond the range of f16 stays f32, and is named.
struct PackedFile {
  std::vector<uint8_t> bytes;
  std::vector<std::string> kept_f32;
};
Result<PackedFile> PackF16(const Checkpoint& checkpoint);

}  // namespace headlens

#endif  // HEADLENS_CHECKPOINT_PACK_H_
