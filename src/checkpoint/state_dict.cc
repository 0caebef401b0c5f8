#include "checkpoint/state_dict.h"

#include <limits>
#include <optional>
#include <utility>

#include "checkpoint/quoted.h"

namespace headlens {
namespace {

using Kind = PickleValue::Kind;

constexpr size_t kMaxDepth = 32;  // of dicts in dicts
constexpr size_t kMaxVisits = 1'000'000;
constexpr size_t kMaxTensors = 100'000;
constexpr size_t kMaxPathBytes = 256;  // names and shapes must fit an error message
constexpr size_t kMaxAxes = 8;
constexpr uint64_t kMaxAxis = INT32_MAX;
constexpr uint64_t kMaxElements = uint64_t{1}
                                  << 48;  // sums and products of few of them fit 64 bits

Error Damaged(const std::string& what) {
  return Invalid("This PyTorch file is damaged: " + what + ". Download or copy it again.");
}

// What a call was given.
const std::vector<int>& ArgumentsOf(const Pickle& pickle, const PickleValue& call) {
  return pickle.values[call.arguments].items;
}

bool IsCallOf(const PickleValue& value, PickleRole role) {
  return value.kind == Kind::kCall && value.name->role == role;
}

std::optional<uint64_t> ReadSize(const PickleValue& value, uint64_t most) {
  if (value.kind != Kind::kInt || value.integer < 0) return std::nullopt;
  const auto size = static_cast<uint64_t>(value.integer);
  return size <= most ? std::optional(size) : std::nullopt;
}

// Of a tuple of at most kMaxAxes sizes.
std::optional<std::vector<uint64_t>> ReadSizes(const Pickle& pickle, const PickleValue& value,
                                               uint64_t most) {
  if (value.kind != Kind::kTuple || value.items.size() > kMaxAxes) return std::nullopt;
  std::vector<uint64_t> sizes;
  for (const int item : value.items) {
    const std::optional<uint64_t> size = ReadSize(pickle.values[item], most);
    if (!size) return std::nullopt;
    sizes.push_back(*size);
  }
  return sizes;
}

// ('storage', type, key, location, elements), and in the older format a last entry for a view of
// another storage, which nothing has written since torch 0.4.
Result<PickledStorage> ReadStorage(const Pickle& pickle, const PickleValue& value) {
  const auto item = [&](size_t i) -> const PickleValue& {
    return pickle.values[pickle.values[value.arguments].items[i]];
  };
  const PickleValue& id = pickle.values[value.arguments];
  const size_t count = id.kind == Kind::kTuple ? id.items.size() : 0;
  const bool sound = (count == 5 || (count == 6 && item(5).kind == Kind::kNone)) &&
                     item(0).kind == Kind::kText && item(0).text == "storage" &&
                     item(1).kind == Kind::kName &&
                     item(1).name->role == PickleRole::kStorageType && item(2).kind == Kind::kText;
  const std::optional<uint64_t> elements =
      sound ? ReadSize(item(4), kMaxElements) : std::optional<uint64_t>();
  if (!elements) return Damaged("it mentions a storage in no way that torch.save does");
  return PickledStorage{item(2).text, item(1).name->dtype, *elements};
}

// What was saved, walked along its dicts. A step returns false when it fails.
class Walk {
 public:
  explicit Walk(const Pickle& pickle) : pickle_(pickle) {}

  Result<std::map<std::string, PickledTensor>> Run() {
    if (!Visit(pickle_.values[pickle_.root], 0)) return error_;
    return std::move(tensors_);
  }

 private:
  bool Visit(const PickleValue& value, size_t depth) {
    if (++visits_ > kMaxVisits) return Fail(Damaged("what it holds repeats itself without end"));
    if (depth > kMaxDepth) return Fail(Damaged("what it holds is nested too deep"));
    if (IsCallOf(value, PickleRole::kTensor)) return AddTensor(value);
    if (IsCallOf(value, PickleRole::kParameter)) return VisitParameter(value, depth);
    if (IsCallOf(value, PickleRole::kOrderedDict)) {
      if (ArgumentsOf(pickle_, value).empty()) return VisitDict(value, depth);
      return Fail(Damaged("it makes an OrderedDict in a way that torch.save does not"));
    }
    if (value.kind == Kind::kDict) return VisitDict(value, depth);
    if (value.kind == Kind::kList || value.kind == Kind::kTuple) return VisitList(value, depth);
    return true;
  }

  bool VisitDict(const PickleValue& dict, size_t depth) {
    for (size_t i = 0; i + 1 < dict.items.size(); i += 2) {
      const PickleValue& key = pickle_.values[dict.items[i]];
      const PickleValue& value = pickle_.values[dict.items[i + 1]];
      if (key.kind == Kind::kInt && !VisitUnder(std::to_string(key.integer), value, depth)) {
        return false;
      }
      // What has another name is no parameter of a network.
      const bool names = key.kind == Kind::kText && IsPlainText(key.text);
      if (names && !VisitUnder(key.text, value, depth)) return false;
    }
    return true;
  }

  bool VisitList(const PickleValue& list, size_t depth) {
    for (size_t i = 0; i < list.items.size(); ++i) {
      if (!VisitUnder(std::to_string(i), pickle_.values[list.items[i]], depth)) return false;
    }
    return true;
  }

  bool VisitUnder(std::string_view key, const PickleValue& value, size_t depth) {
    if (key.size() > kMaxPathBytes) return true;  // with it the path would be too long
    const size_t length = path_.size();
    if (length > 0) path_ += '.';
    path_ += key;
    const bool good = Visit(value, depth + 1);
    path_.resize(length);
    return good;
  }

  bool VisitParameter(const PickleValue& call, size_t depth) {
    const std::vector<int>& arguments = ArgumentsOf(pickle_, call);
    if (arguments.empty()) return Fail(Unusual());
    return Visit(pickle_.values[arguments[0]], depth + 1);
  }

  // (storage, offset, shape, stride), and in version 2 what says of gradients and hooks, and of
  // complex numbers.
  bool AddTensor(const PickleValue& call) {
    const std::vector<int>& arguments = ArgumentsOf(pickle_, call);
    const auto argument = [&](size_t i) -> const PickleValue& {
      return pickle_.values[arguments[i]];
    };
    const size_t count = arguments.size();
    const bool plain = count == 4 || count == 6 || (count == 7 && argument(6).kind == Kind::kNone);
    if (!plain || argument(0).kind != Kind::kPersistent) return Fail(Unusual());
    const Result<PickledStorage> storage = ReadStorage(pickle_, argument(0));
    if (!storage.ok()) return Fail(storage.error());
    const auto offset = ReadSize(argument(1), kMaxElements);
    const auto shape = ReadSizes(pickle_, argument(2), kMaxAxis);
    const auto stride = ReadSizes(pickle_, argument(3), kMaxElements);
    if (!offset || !shape || !stride || shape->size() != stride->size()) return Fail(Unusual());

    if (path_.size() > kMaxPathBytes) {
      return Fail(Invalid("This PyTorch file has a tensor with a name of over " +
                          std::to_string(kMaxPathBytes) + " bytes: " + Quoted(path_) + "."));
    }
    if (tensors_.size() == kMaxTensors) {
      return Fail(Invalid("This PyTorch file has more than " + std::to_string(kMaxTensors) +
                          " tensors: save one model alone."));
    }
    const bool is_new =
        tensors_.emplace(path_, PickledTensor{*storage, *offset, *shape, *stride}).second;
    return is_new || Fail(Damaged("it has two tensors of the name " + Quoted(path_)));
  }

  Error Unusual() const {
    return Damaged("the tensor " + Quoted(path_) + " is described in no way that torch.save does");
  }

  bool Fail(Error error) {
    error_ = std::move(error);
    return false;
  }

  const Pickle& pickle_;
  std::string path_;
  size_t visits_ = 0;
  std::map<std::string, PickledTensor> tensors_;
  Error error_;
};

}  // namespace

Result<std::map<std::string, PickledTensor>> FindTensors(const Pickle& pickle) {
  return Walk(pickle).Run();
}

Result<std::vector<PickledStorage>> FindStorages(const Pickle& pickle) {
  std::vector<PickledStorage> storages;
  for (const PickleValue& value : pickle.values) {
    if (value.kind != Kind::kPersistent) continue;
    Result<PickledStorage> storage = ReadStorage(pickle, value);
    if (!storage.ok()) return storage.error();
    storages.push_back(*storage);
  }
  return storages;
}

}  // namespace headlens
