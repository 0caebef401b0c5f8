// What `headlens maps` looks at: photo files, and pixels ready for the network.
#ifndef HEADLENS_CLI_SOURCES_H_
#define HEADLENS_CLI_SOURCES_H_

#include <string>

#include "base/result.h"
#include "engine/engine.h"
#include "image/image.h"
#include "image/preprocess.h"

namespace headlens {

enum class SourceKind { kPhoto, kPixels };

struct Source {
  SourceKind kind = SourceKind::kPhoto;
  std::string path;
};

struct Prepared {
  Image photo;  // to draw on; of pixels: themselves, with the normalisation undone
  Input input;
};

// size: for photos.
Result<Prepared> Prepare(const Engine& engine, const Source& source, const SizeRule& size);

// The tensor `pixels` (3, H, W) of a safetensors file.
Result<Pixels> ReadPixels(std::vector<uint8_t> file);

// The picture that normalised pixels were made from, rounded to 8 bits.
Image UndoNormalisation(const Pixels& pixels, const ChannelNormalisation& normalisation);

}  // namespace headlens

#endif  // HEADLENS_CLI_SOURCES_H_
