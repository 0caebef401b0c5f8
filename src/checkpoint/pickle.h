// What a pickle describes, read by a machine that runs nothing: a function is only a name, looked
// up in a table of those that state dicts mention (see pickle_names.h), and its call stays a note.
// Protocols 2 to 5; https://docs.python.org/3/library/pickletools.html tells of the opcodes.
#ifndef HEADLENS_CHECKPOINT_PICKLE_H_
#define HEADLENS_CHECKPOINT_PICKLE_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "checkpoint/pickle_names.h"

namespace headlens {

struct PickleValue {
  enum class Kind {
    kNone,
    kBool,
    kInt,
    kLongInt,  // of more than 64 bits: `text` holds its bytes, little-endian
    kFloat,    // its value is not kept
    kText,
    kBytes,
    kTuple,
    kList,  // sets too
    kDict,
    kName,
    kCall,        // of a name
    kPersistent,  // something that lies outside the pickle: a storage
  };

  Kind kind = Kind::kNone;
  int64_t integer = 0;               // kBool, kInt
  std::string_view text = {};        // kText, kBytes, kLongInt; points into the pickle
  const PickleName* name = nullptr;  // kName, kCall
  int arguments = -1;                // kCall: a kTuple; kPersistent: what it is known by
  std::vector<int> items = {};       // kTuple, kList: elements; kDict, kCall: a key, its value, ...
};

// Values refer to each other by their index. They may be shared, and contain themselves.
struct Pickle {
  std::vector<PickleValue> values;
  int root = 0;
  size_t bytes = 0;  // that it takes, from the front
};

// What a pickle may make us do and hold: some ten times what the largest training takes.
inline constexpr size_t kMaxPickleSteps = 4'000'000;
inline constexpr size_t kMaxPickleValues = 500'000;

// Refuses by its name whatever is not in the table, and in words whatever is no pickle.
Result<Pickle> ReadPickle(std::span<const uint8_t> bytes);

}  // namespace headlens

#endif  // HEADLENS_CHECKPOINT_PICKLE_H_
