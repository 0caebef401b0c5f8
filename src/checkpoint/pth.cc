#include "checkpoint/pth.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "checkpoint/pickle.h"
#include "checkpoint/state_dict.h"
#include "checkpoint/views.h"
#include "checkpoint/zip.h"

namespace headlens {
namespace {

constexpr uint8_t kProto = 0x80;  // the opcode that every pickle from protocol 2 on begins with
constexpr std::string_view kPickleName = "data.pkl";

std::string_view TextOf(std::span<const uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// The entries of the one folder that torch.save puts everything into, by their names in it.
class Folder {
 public:
  Folder(const std::vector<ZipEntry>& entries, std::string_view folder) {
    for (const ZipEntry& entry : entries) {
      if (!entry.name.starts_with(folder)) continue;
      entries_.push_back(entry);
      entries_.back().name.remove_prefix(folder.size());
    }
    std::ranges::sort(entries_, {}, &ZipEntry::name);
  }

  // Null where there is none of that name.
  const ZipEntry* Find(std::string_view name) const {
    const auto found = std::ranges::lower_bound(entries_, name, {}, &ZipEntry::name);
    return found != entries_.end() && found->name == name ? &*found : nullptr;
  }

  bool HasFolder(std::string_view name) const {
    return std::ranges::any_of(entries_,
                               [name](const ZipEntry& e) { return e.name.starts_with(name); });
  }

 private:
  std::vector<ZipEntry> entries_;
};

// "dino/", where the archive has a "dino/data.pkl".
Result<std::string_view> FindFolder(const std::vector<ZipEntry>& entries) {
  std::string_view folder;
  for (const ZipEntry& entry : entries) {
    const size_t slash = entry.name.find('/');
    if (slash == entry.name.npos || entry.name.substr(slash + 1) != kPickleName) continue;
    if (!folder.empty()) {
      return Invalid("This archive holds several PyTorch files: unpack it and choose one.");
    }
    folder = entry.name.substr(0, slash + 1);
  }
  if (!folder.empty()) return folder;
  return Invalid(
      "This is a zip archive, but none that torch.save wrote: unpack it and choose the weights in "
      "it.");
}

Status CheckKind(const Folder& folder) {
  if (folder.Find("constants.pkl") || folder.HasFolder("code/")) {
    return Invalid(
        "This is a TorchScript program, not a state dict: save the weights alone with "
        "torch.save(model.state_dict(), \"weights.pth\").");
  }
  const ZipEntry* order = folder.Find("byteorder");
  if (!order) return {};  // torch takes it for little, too
  if (const Status good = CheckEntry(*order); !good.ok()) return good;
  if (TextOf(order->bytes) == "little") return {};
  return Invalid(
      "This PyTorch file was written on a machine with another order of bytes: save it as "
      "safetensors there.");
}

// The storages that the tensors need.
Result<StorageBytes> CollectStorages(const Folder& folder,
                                     const std::map<std::string, PickledTensor>& tensors) {
  StorageBytes storages;
  for (const auto& [name, tensor] : tensors) {
    const std::string_view key = tensor.storage.key;
    const ZipEntry* entry = folder.Find("data/" + std::string(key));
    if (entry && !storages.contains(key)) {
      storages[key] = entry->bytes;
      if (const Status good = CheckEntry(*entry); !good.ok()) return good.error();
    }
    const Status good = CheckStorage(tensor.storage, storages);
    if (!good.ok()) return good.error();
  }
  return storages;
}

Result<Checkpoint> ReadArchive(std::span<const uint8_t> file) {
  const Result<std::vector<ZipEntry>> entries = ReadZip(file);
  if (!entries.ok()) return entries.error();
  const Result<std::string_view> name = FindFolder(*entries);
  if (!name.ok()) return name.error();
  const Folder folder(*entries, *name);
  if (const Status kind = CheckKind(folder); !kind.ok()) return kind.error();

  const ZipEntry& data = *folder.Find(kPickleName);
  if (const Status good = CheckEntry(data); !good.ok()) return good.error();
  const Result<Pickle> pickle = ReadPickle(data.bytes);
  if (!pickle.ok()) return pickle.error();
  const Result<std::map<std::string, PickledTensor>> tensors = FindTensors(*pickle);
  if (!tensors.ok()) return tensors.error();
  const Result<StorageBytes> storages = CollectStorages(folder, *tensors);
  if (!storages.ok()) return storages.error();
  return ViewTensors(*tensors, *storages, file);
}

}  // namespace

bool BeginsAsPth(std::span<const uint8_t> beginning) {
  if (BeginsAsZip(beginning)) return true;
  return beginning.size() >= 2 && beginning[0] == kProto && beginning[1] >= 2 && beginning[1] <= 5;
}

Result<Checkpoint> ReadPth(std::span<const uint8_t> file) {
  return BeginsAsZip(file) ? ReadArchive(file) : ReadLegacyPth(file);
}

}  // namespace headlens
