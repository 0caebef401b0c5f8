#include "checkpoint/pickle_names.h"

#include <algorithm>

namespace headlens {
namespace {

constexpr PickleName kNames[] = {
    {"collections", "OrderedDict", PickleRole::kOrderedDict},
    {"torch._utils", "_rebuild_tensor", PickleRole::kTensor},
    {"torch._utils", "_rebuild_tensor_v2", PickleRole::kTensor},
    {"torch._utils", "_rebuild_parameter", PickleRole::kParameter},
    {"torch._utils", "_rebuild_parameter_with_state", PickleRole::kParameter},
    {"torch", "DoubleStorage", PickleRole::kStorageType, DType::kF64},
    {"torch", "FloatStorage", PickleRole::kStorageType, DType::kF32},
    {"torch", "HalfStorage", PickleRole::kStorageType, DType::kF16},
    {"torch", "BFloat16Storage", PickleRole::kStorageType, DType::kBF16},
    {"torch", "LongStorage", PickleRole::kStorageType, DType::kI64},
    {"torch", "IntStorage", PickleRole::kStorageType, DType::kI32},
    {"torch", "ShortStorage", PickleRole::kStorageType, DType::kI16},
    {"torch", "CharStorage", PickleRole::kStorageType, DType::kI8},
    {"torch", "ByteStorage", PickleRole::kStorageType, DType::kU8},
    {"torch", "BoolStorage", PickleRole::kStorageType, DType::kBool},
};

// Names that make a value that is ignored: the settings of a training, which DINO's and DeiT's
// checkpoints keep as `args`, and numpy's numbers, as losses and scores are logged.
struct Ignored {
  std::string_view module;
  std::string_view names;  // between spaces
};

constexpr Ignored kIgnored[] = {
    {"argparse", " Namespace "},
    {"types", " SimpleNamespace "},
    {"collections", " defaultdict Counter deque "},
    {"copyreg", " _reconstructor "},
    {"copy_reg", " _reconstructor "},
    {"builtins", " object int float complex str bool list dict tuple set frozenset bytearray "},
    {"__builtin__", " object int long float complex bool list dict tuple set frozenset bytearray "},
    {"__builtin__", " str unicode "},
    {"_codecs", " encode "},
    {"pathlib", " Path PosixPath WindowsPath PurePosixPath PureWindowsPath "},
    {"pathlib._local", " Path PosixPath WindowsPath PurePosixPath PureWindowsPath "},
    {"numpy", " dtype ndarray "},
    {"numpy.core.multiarray", " scalar _reconstruct "},
    {"numpy._core.multiarray", " scalar _reconstruct "},
    {"numpy.core.numeric", " _frombuffer "},
    {"numpy._core.numeric", " _frombuffer "},
    {"torch", " Size device float64 float32 float16 bfloat16 int64 int32 int16 int8 uint8 bool "},
};

constexpr PickleName kIgnoredName = {};

bool Lists(std::string_view names, std::string_view name) {
  if (name.empty() || name.find(' ') != name.npos) return false;
  const size_t at = names.find(name);
  for (size_t found = at; found != names.npos; found = names.find(name, found + 1)) {
    if (names[found - 1] == ' ' && names[found + name.size()] == ' ') return true;
  }
  return false;
}

}  // namespace

const PickleName* FindPickleName(std::string_view module, std::string_view name) {
  const auto* found = std::ranges::find_if(kNames, [&](const PickleName& known) {
    return known.module == module && known.name == name;
  });
  if (found != std::end(kNames)) return found;
  const bool ignored = std::ranges::any_of(kIgnored, [&](const Ignored& known) {
    return known.module == module && Lists(known.names, name);
  });
  return ignored ? &kIgnoredName : nullptr;
}

}  // namespace headlens
