#include "checkpoint/safetensors.h"

#include <algorithm>
#include <cstring>

#include "base/checked.h"
#include "base/json.h"

namespace headlens {
namespace {

constexpr size_t kLengthBytes = 8;                 // of the u64 before the header
constexpr uint64_t kMaxHeaderBytes = 100'000'000;  // as in the format's own reader
constexpr size_t kMaxNameBytes = 256;              // names and shapes must fit an error message
constexpr size_t kMaxAxes = 8;
constexpr uint64_t kMaxAxis = INT32_MAX;  // so that the axes are plain ints from here on
constexpr char kMetadata[] = "__metadata__";

// What the header says of one tensor: where it lies, counted from the end of the header.
struct Entry {
  std::string name;
  DType dtype = DType::kF32;
  std::vector<uint64_t> shape;
  uint64_t begin = 0;
  uint64_t end = 0;
};

Error WrongTensor(const std::string& name, const std::string& what) {
  return Invalid("This safetensors file is damaged: the tensor " + JsonQuote(name) + " " + what +
                 ".");
}

Result<std::map<std::string, std::string>> ReadMetadata(const JsonValue& json) {
  std::map<std::string, std::string> metadata;
  const Error error =
      Invalid("This safetensors file is damaged: its metadata are not all strings.");
  const JsonValue::Object* members = json.AsObject();
  if (!members) return error;
  for (const auto& [key, value] : *members) {
    if (!value.AsString()) return error;
    metadata[key] = *value.AsString();
  }
  return metadata;
}

// False if the member is not an array of at most kMaxAxes whole numbers.
bool ReadSizes(const JsonValue* json, std::vector<uint64_t>& sizes) {
  const JsonValue::Array* elements = json ? json->AsArray() : nullptr;
  if (!elements || elements->size() > kMaxAxes) return false;
  for (const JsonValue& element : *elements) {
    if (!element.AsSize()) return false;
    sizes.push_back(*element.AsSize());
  }
  return true;
}

Result<Entry> ReadEntry(const std::string& name, const JsonValue& json) {
  Entry entry;
  entry.name = name;
  const JsonValue* dtype_json = json.Find("dtype");
  const std::string* dtype_name = dtype_json ? dtype_json->AsString() : nullptr;
  if (!dtype_name) return WrongTensor(name, "has no dtype");
  const std::optional<DType> dtype = DTypeFromName(*dtype_name);
  if (!dtype) {
    return Invalid("The tensor " + JsonQuote(name) + " has the element type " +
                   JsonQuote(dtype_name->substr(0, 16)) + ", which headlens does not know.");
  }
  entry.dtype = *dtype;
  if (!ReadSizes(json.Find("shape"), entry.shape)) {
    return WrongTensor(name, "has no shape of at most " + std::to_string(kMaxAxes) + " axes");
  }
  std::vector<uint64_t> offsets;
  if (!ReadSizes(json.Find("data_offsets"), offsets) || offsets.size() != 2) {
    return WrongTensor(name, "has no pair of data_offsets");
  }
  entry.begin = offsets[0];
  entry.end = offsets[1];
  return entry;
}

// The axes must be ints, and the range as long as the shape and the element type say.
Status CheckLength(const Entry& entry) {
  const std::string range = std::to_string(entry.begin) + " to " + std::to_string(entry.end);
  if (entry.begin > entry.end) return WrongTensor(entry.name, "runs backwards from " + range);
  std::optional<uint64_t> bytes = CheckedProduct(entry.shape);
  if (bytes) bytes = CheckedMul(*bytes, DTypeSize(entry.dtype));
  const std::string what = std::string(DTypeName(entry.dtype)) + " " + ShapeText(entry.shape);
  if (std::ranges::any_of(entry.shape, [](uint64_t axis) { return axis > kMaxAxis; })) bytes = {};
  if (!bytes) return WrongTensor(entry.name, "has an impossible size: " + what);
  if (*bytes == entry.end - entry.begin) return {};
  return WrongTensor(entry.name, "lies from " + range + ", but " + what + " takes " +
                                     std::to_string(*bytes) + " bytes");
}

// In the order of their data, each tensor must begin where the one before ends. Gives the end of
// the last.
Result<uint64_t> CheckCoverage(const std::vector<Entry>& entries) {
  uint64_t covered = 0;
  for (const Entry& entry : entries) {
    if (entry.begin != covered) {
      const char* what = entry.begin < covered ? "overlaps another: it begins at "
                                               : "leaves a gap before it: it begins at ";
      return WrongTensor(entry.name, what + std::to_string(entry.begin) + " instead of " +
                                         std::to_string(covered));
    }
    covered = entry.end;
  }
  return covered;
}

// The entries of the header in the order of their data, and its metadata.
Result<std::vector<Entry>> ReadEntries(const JsonValue::Object& header,
                                       std::map<std::string, std::string>& metadata) {
  std::vector<Entry> entries;
  for (const auto& [name, value] : header) {
    if (name == kMetadata) {
      Result<std::map<std::string, std::string>> read = ReadMetadata(value);
      if (!read.ok()) return read.error();
      metadata = std::move(*read);
      continue;
    }
    if (name.size() > kMaxNameBytes) {
      return Invalid("This safetensors file has a tensor with a name of over " +
                     std::to_string(kMaxNameBytes) + " bytes.");
    }
    Result<Entry> entry = ReadEntry(name, value);
    if (!entry.ok()) return entry.error();
    const Status length = CheckLength(*entry);
    if (!length.ok()) return length.error();
    entries.push_back(std::move(*entry));
  }
  std::ranges::sort(entries, {}, [](const Entry& e) { return std::pair(e.begin, e.end); });
  return entries;
}

using NamedTensor = std::map<std::string, Tensor>::value_type;

// An object of members that are JSON already.
std::string JoinObject(const std::vector<std::string>& members) {
  std::string object = "{";
  for (const std::string& member : members) object += (object.size() > 1 ? "," : "") + member;
  return object + "}";
}

std::string WriteEntry(const NamedTensor& named, size_t begin) {
  const auto& [name, tensor] = named;
  std::string shape;
  for (uint64_t axis : tensor.shape) shape += (shape.empty() ? "" : ",") + std::to_string(axis);
  return JsonQuote(name) + ":{\"dtype\":" + JsonQuote(DTypeName(tensor.dtype)) + ",\"shape\":[" +
         shape + "],\"data_offsets\":[" + std::to_string(begin) + "," +
         std::to_string(begin + tensor.bytes.size()) + "]}";
}

// Filled up with spaces to a multiple of 8 bytes.
std::string WriteHeader(std::span<const NamedTensor* const> order,
                        const std::map<std::string, std::string>& metadata) {
  std::vector<std::string> members;
  for (const auto& [key, value] : metadata) {
    members.push_back(JsonQuote(key) + ":" + JsonQuote(value));
  }
  if (!metadata.empty()) members = {JsonQuote(kMetadata) + ":" + JoinObject(members)};
  size_t begin = 0;
  for (const NamedTensor* tensor : order) {
    members.push_back(WriteEntry(*tensor, begin));
    begin += tensor->second.bytes.size();
  }
  std::string header = JoinObject(members);
  header.append((8 - header.size() % 8) % 8, ' ');
  return header;
}

}  // namespace

bool BeginsAsSafetensors(std::span<const uint8_t> beginning) {
  return beginning.size() >= kSafetensorsOpening && beginning[kLengthBytes] == '{';
}

Result<uint64_t> SafetensorsDataBegin(std::span<const uint8_t> beginning) {
  if (!BeginsAsSafetensors(beginning)) {
    return Invalid("This is not a safetensors file: it does not begin with a header.");
  }
  uint64_t length = 0;
  std::memcpy(&length, beginning.data(), sizeof(length));
  if (length <= kMaxHeaderBytes) return kLengthBytes + length;
  return Invalid("This safetensors file is damaged: its header would be " + std::to_string(length) +
                 " bytes long, over the limit of " + std::to_string(kMaxHeaderBytes) + ".");
}

Result<SafetensorsHeader> ReadSafetensorsHeader(std::span<const uint8_t> beginning) {
  const std::span<const uint8_t> text = beginning.subspan(kLengthBytes);
  const Result<JsonValue> json =
      ParseJson({reinterpret_cast<const char*>(text.data()), text.size()});
  if (!json.ok()) {
    return Invalid("The header of this safetensors file is damaged: " + json.error().message + ".");
  }
  SafetensorsHeader header;
  // An object: it begins with a brace.
  Result<std::vector<Entry>> entries = ReadEntries(*json->AsObject(), header.checkpoint.metadata);
  if (!entries.ok()) return entries.error();
  const Result<uint64_t> covered = CheckCoverage(*entries);
  if (!covered.ok()) return covered.error();
  header.file_bytes = CheckedAdd(beginning.size(), *covered).value_or(UINT64_MAX);
  for (Entry& entry : *entries) {
    header.checkpoint.tensors[entry.name] = {
        entry.dtype, std::move(entry.shape), {}, beginning.size() + entry.begin};
  }
  return header;
}

Status CheckSafetensorsLength(uint64_t announced, uint64_t present) {
  if (announced == present) return {};
  if (announced > present) {
    return Invalid("This safetensors file is cut off: its header announces " +
                   std::to_string(announced) + " bytes, but only " + std::to_string(present) +
                   " are there. Download or copy it again.");
  }
  return Invalid("This safetensors file is damaged: it holds " + std::to_string(present) +
                 " bytes, but its header announces only " + std::to_string(announced) + ".");
}

Result<Checkpoint> ReadSafetensors(std::vector<uint8_t> file) {
  const Result<uint64_t> data_begin = SafetensorsDataBegin(file);
  if (!data_begin.ok()) return data_begin.error();
  if (*data_begin > file.size()) return CheckSafetensorsLength(*data_begin, file.size()).error();
  Result<SafetensorsHeader> header =
      ReadSafetensorsHeader(std::span(file).first(static_cast<size_t>(*data_begin)));
  if (!header.ok()) return header.error();
  const Status whole = CheckSafetensorsLength(header->file_bytes, file.size());
  if (!whole.ok()) return whole.error();

  Checkpoint checkpoint = std::move(header->checkpoint);
  checkpoint.storage.push_back(std::move(file));
  const std::span<const uint8_t> all = checkpoint.storage[0];
  for (auto& [name, tensor] : checkpoint.tensors) {
    tensor.bytes =
        all.subspan(static_cast<size_t>(tensor.begin), static_cast<size_t>(TensorBytes(tensor)));
  }
  return checkpoint;
}

std::vector<uint8_t> WriteSafetensors(const std::map<std::string, Tensor>& tensors,
                                      const std::map<std::string, std::string>& metadata) {
  std::vector<const NamedTensor*> order;
  for (const NamedTensor& tensor : tensors) order.push_back(&tensor);
  std::ranges::stable_sort(order, std::greater<>(), [](const NamedTensor* tensor) {
    return DTypeSize(tensor->second.dtype);
  });

  const std::string header = WriteHeader(order, metadata);
  const uint64_t length = header.size();
  std::vector<uint8_t> file(kLengthBytes);
  std::memcpy(file.data(), &length, sizeof(length));
  file.insert(file.end(), header.begin(), header.end());
  for (const NamedTensor* tensor : order) {
    file.insert(file.end(), tensor->second.bytes.begin(), tensor->second.bytes.end());
  }
  return file;
}

}  // namespace headlens
