// What torch.save wrote before torch 1.6: five pickles, and then the storages. The pickles are a
// magic number, the format's version, facts of the machine, what was saved, and the keys of the
// storages in their order. Each storage is its number of elements as a u64, and its elements.
// torch/serialization.py, _legacy_save
#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "checkpoint/pickle.h"
#include "checkpoint/pth.h"
#include "checkpoint/quoted.h"
#include "checkpoint/state_dict.h"
#include "checkpoint/views.h"

namespace headlens {
namespace {

using Bytes = std::span<const uint8_t>;
using Kind = PickleValue::Kind;

constexpr std::string_view kMagic = "\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19";
constexpr int64_t kVersion = 1001;

Error CutOff() {
  return Invalid(
      "This PyTorch file is cut off: not all of its storages are there. Download or copy "
      "it again.");
}

// The pickle at the front of `rest`, which is taken off it.
Result<Pickle> TakePickle(Bytes& rest) {
  Result<Pickle> pickle = ReadPickle(rest);
  if (pickle.ok()) rest = rest.subspan(pickle->bytes);
  return pickle;
}

Status TakeMagic(Bytes& rest) {
  const Result<Pickle> magic = TakePickle(rest);
  if (!magic.ok()) return magic.error();
  const PickleValue& value = magic->values[magic->root];
  if (value.kind == Kind::kLongInt && value.text == kMagic) return {};
  return Invalid(
      "This is a pickle, but none that torch.save wrote: save the weights with "
      "torch.save(model.state_dict(), \"weights.pth\").");
}

Status TakeVersion(Bytes& rest) {
  const Result<Pickle> version = TakePickle(rest);
  if (!version.ok()) return version.error();
  const PickleValue& value = version->values[version->root];
  if (value.kind == Kind::kInt && value.integer == kVersion) return {};
  return Invalid(
      "This PyTorch file is of a version that headlens does not know: open it in PyTorch and save "
      "it "
      "again.");
}

Status TakeMachine(Bytes& rest) {
  const Result<Pickle> facts = TakePickle(rest);
  if (!facts.ok()) return facts.error();
  const std::vector<int>& items = facts->values[facts->root].items;
  for (size_t i = 0; i + 1 < items.size(); i += 2) {
    const PickleValue& value = facts->values[items[i + 1]];
    if (facts->values[items[i]].text != "little_endian") continue;
    if (value.kind == Kind::kBool && value.integer == 1) return {};
  }
  return Invalid(
      "This PyTorch file was written on a machine with another order of bytes: save it as "
      "safetensors there.");
}

// Texts in a list; they point into the file.
Result<std::vector<std::string_view>> TakeKeys(Bytes& rest) {
  const Result<Pickle> keys = TakePickle(rest);
  if (!keys.ok()) return keys.error();
  std::vector<std::string_view> texts;
  for (const int item : keys->values[keys->root].items) {
    const PickleValue& key = keys->values[item];
    if (key.kind != Kind::kText)
      return Invalid("This PyTorch file is damaged: a storage has no key.");
    texts.push_back(key.text);
  }
  return texts;
}

// The storages in the order of the keys: how long each is, its type says, which the pickle knows.
Result<StorageBytes> TakeStorages(Bytes& rest, const std::vector<std::string_view>& keys,
                                  const std::vector<PickledStorage>& mentioned) {
  std::map<std::string_view, PickledStorage> by_key;
  for (const PickledStorage& storage : mentioned) by_key.emplace(storage.key, storage);
  StorageBytes storages;
  for (const std::string_view key : keys) {
    const auto storage = by_key.find(key);
    if (storage == by_key.end() || storages.contains(key)) {
      return Invalid("This PyTorch file is damaged: nothing needs its storage " + Quoted(key) +
                     ".");
    }
    uint64_t elements = 0;
    if (rest.size() < sizeof(elements)) return CutOff();
    std::memcpy(&elements, rest.data(), sizeof(elements));
    rest = rest.subspan(sizeof(elements));
    const size_t element = DTypeSize(storage->second.dtype);
    if (elements > rest.size() / element) return CutOff();
    storages[key] = rest.first(static_cast<size_t>(elements) * element);
    rest = rest.subspan(storages[key].size());
  }
  if (rest.empty()) return storages;
  return Invalid("This PyTorch file is damaged: after its storages there are " +
                 std::to_string(rest.size()) + " bytes more.");
}

}  // namespace

Result<Checkpoint> ReadLegacyPth(std::span<const uint8_t> file) {
  Bytes rest = file;
  if (const Status magic = TakeMagic(rest); !magic.ok()) return magic.error();
  if (const Status version = TakeVersion(rest); !version.ok()) return version.error();
  if (const Status machine = TakeMachine(rest); !machine.ok()) return machine.error();
  const Result<Pickle> saved = TakePickle(rest);
  if (!saved.ok()) return saved.error();
  const Result<std::map<std::string, PickledTensor>> tensors = FindTensors(*saved);
  if (!tensors.ok()) return tensors.error();
  const Result<std::vector<PickledStorage>> mentioned = FindStorages(*saved);
  if (!mentioned.ok()) return mentioned.error();

  const Result<std::vector<std::string_view>> keys = TakeKeys(rest);
  if (!keys.ok()) return keys.error();
  const Result<StorageBytes> storages = TakeStorages(rest, *keys, *mentioned);
  if (!storages.ok()) return storages.error();
  for (const PickledStorage& storage : *mentioned) {
    if (const Status good = CheckStorage(storage, *storages); !good.ok()) return good.error();
  }
  return ViewTensors(*tensors, *storages, file);
}

}  // namespace headlens
