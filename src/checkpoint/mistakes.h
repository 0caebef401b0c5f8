// What to say of files that are no weights.
#ifndef HEADLENS_CHECKPOINT_MISTAKES_H_
#define HEADLENS_CHECKPOINT_MISTAKES_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/result.h"

namespace headlens {

// So many bytes of its beginning are enough to tell what a file is.
inline constexpr size_t kTellingBytes = 512;

// Names what people open by mistake, known by its first bytes, and says what to do instead. Of a
// file shorter than kTellingBytes it wants all of it.
Error DescribeMistake(std::span<const uint8_t> beginning);

}  // namespace headlens

#endif  // HEADLENS_CHECKPOINT_MISTAKES_H_
