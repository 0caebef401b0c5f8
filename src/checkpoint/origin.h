// What the names in a weights file say of where it comes from.
#ifndef HEADLENS_CHECKPOINT_ORIGIN_H_
#define HEADLENS_CHECKPOINT_ORIGIN_H_

#include <string>
#include <vector>

namespace headlens {

enum class Scheme { kDino, kTimm, kHuggingFace };

// How the learned position embedding is brought to the grid of a photo: see vit/position.h.
enum class PositionRule {
  kDino,       // DINO, and DINOv2 without registers
  kAntialias,  // DINOv2 with registers, and timm
  kResize,     // Hugging Face, and DeiT
};

struct Origin {
  Scheme scheme = Scheme::kDino;
  std::string network = {};  // of those that a nested checkpoint holds; "" if not nested
  std::vector<std::string> networks = {};  // all that it holds
  PositionRule position = PositionRule::kDino;
  bool position_is_certain = false;  // the names belong to one implementation alone
};

}  // namespace headlens

#endif  // HEADLENS_CHECKPOINT_ORIGIN_H_
