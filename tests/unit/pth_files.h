// PyTorch files, right and wrong, for the tests of the checkpoint module.
#ifndef HEADLENS_TESTS_UNIT_PTH_FILES_H_
#define HEADLENS_TESTS_UNIT_PTH_FILES_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/crc32.h"
#include "checkpoint/checkpoint.h"

namespace headlens {

using Bytes = std::vector<uint8_t>;

// Texts with zeros in them: "\0"s.
using std::string_literals::operator""s;

inline Bytes ToBytes(std::string_view text) { return Bytes(text.begin(), text.end()); }

// A number as so many bytes, little-endian.
inline std::string Number(uint64_t number, size_t bytes) {
  std::string text;
  for (size_t i = 0; i < bytes; ++i) text += static_cast<char>(i < 8 ? number >> 8 * i : 0);
  return text;
}

struct FileInZip {
  std::string name;
  std::string data;
};

// The parts of an archive that is as torch.save writes it, but for what a test changes in between.
struct ZipParts {
  std::vector<std::string> locals;   // an entry's header, name and data
  std::vector<std::string> records;  // its record in the directory
};

inline ZipParts MakeZipParts(const std::vector<FileInZip>& files) {
  ZipParts parts;
  uint64_t offset = 0;
  for (const auto& [name, data] : files) {
    const std::string crc = Number(Crc32(ToBytes(data)), 4);
    const std::string sizes = Number(data.size(), 4) + Number(data.size(), 4);
    const std::string head = Number(20, 2) + Number(0x0808, 2) + Number(0, 2 + 4);
    const std::string names = Number(name.size(), 2) + Number(0, 2);
    parts.locals.push_back("PK\3\4" + head + Number(0, 12) + names + name + data + "PK\7\b" + crc +
                           sizes);
    parts.records.push_back("PK\1\2\0\0"s + head + crc + sizes + names + Number(0, 2 + 2 + 2 + 4) +
                            Number(offset, 4) + name);
    offset += parts.locals.back().size();
  }
  return parts;
}

inline std::string Join(const std::vector<std::string>& texts) {
  std::string joined;
  for (const std::string& text : texts) joined += text;
  return joined;
}

inline std::string EndRecord(uint64_t entries, uint64_t bytes, uint64_t begin) {
  return "PK\5\6\0\0\0\0"s + Number(entries, 2) + Number(entries, 2) + Number(bytes, 4) +
         Number(begin, 4) + Number(0, 2);
}

// The end record with the wider one and its locator before it, at `at` in the file.
inline std::string WideEndRecord(uint64_t entries, uint64_t bytes, uint64_t begin, uint64_t at) {
  return "PK\6\6"s + Number(44, 8) + Number(0, 2 + 2 + 4 + 4) + Number(entries, 8) +
         Number(entries, 8) + Number(bytes, 8) + Number(begin, 8) + "PK\6\7" + Number(0, 4) +
         Number(at, 8) + Number(1, 4);
}

inline Bytes JoinZip(const ZipParts& parts) {
  const std::string locals = Join(parts.locals), records = Join(parts.records);
  return ToBytes(locals + records + EndRecord(parts.records.size(), records.size(), locals.size()));
}

inline Bytes MakeZip(const std::vector<FileInZip>& files) { return JoinZip(MakeZipParts(files)); }

// Opcodes with their operands. What is not here is written as it is: "}" is an empty dict.
inline std::string Text(std::string_view text) {
  return "X" + Number(text.size(), 4) + std::string(text);
}
inline std::string Int(int64_t number) { return "\x8a\x08" + Number(number, 8); }
inline std::string Name(const std::string& module, const std::string& name) {
  return "c" + module + "\n" + name + "\n";
}
inline std::string Tuple(const std::vector<std::string>& items) { return "(" + Join(items) + "t"; }
inline std::string Ints(const std::vector<int64_t>& numbers) {
  std::string items;
  for (const int64_t number : numbers) items += Int(number);
  return "(" + items + "t";
}
inline std::string Dict(const std::vector<std::pair<std::string, std::string>>& items) {
  std::string dict = "}(";
  for (const auto& [key, value] : items) dict += Text(key) + value;
  return dict + "u";
}
inline std::string WholePickle(const std::string& value) { return "\x80\x02" + value + "."; }

inline std::string Storage(const std::string& key, int64_t elements,
                           const std::string& type = "FloatStorage") {
  return Tuple({Text("storage"), Name("torch", type), Text(key), Text("cpu"), Int(elements)}) + "Q";
}

// A call of _rebuild_tensor_v2 for a part of a storage.
inline std::string TensorOf(const std::string& storage, int64_t offset,
                            const std::vector<int64_t>& shape, const std::vector<int64_t>& stride) {
  return Name("torch._utils", "_rebuild_tensor_v2") +
         Tuple({storage, Int(offset), Ints(shape), Ints(stride), "\x89",
                Name("collections", "OrderedDict") + ")R"}) +
         "R";
}

// An archive of a pickle and one storage of f32 zeros, under the key 0.
inline Bytes MakePth(const std::string& value, size_t elements = 4) {
  return MakeZip({{"small/data.pkl", WholePickle(value)},
                  {"small/byteorder", "little"},
                  {"small/data/0", std::string(4 * elements, '\0')},
                  {"small/version", "3\n"}});
}

// A checkpoint of f32 tensors as torch.save writes it, each in a storage of its own.
inline Bytes WritePth(const Checkpoint& checkpoint) {
  std::vector<std::pair<std::string, std::string>> values;
  std::vector<FileInZip> files = {{"model/data.pkl", ""}};
  for (const auto& [name, tensor] : checkpoint.tensors) {
    const std::string key = std::to_string(files.size());
    const auto elements = static_cast<int64_t>(tensor.bytes.size() / 4);
    const std::vector<int64_t> shape(tensor.shape.begin(), tensor.shape.end());
    std::vector<int64_t> stride(shape.size(), 1);
    for (size_t axis = shape.size(); axis-- > 1;) stride[axis - 1] = stride[axis] * shape[axis];
    values.push_back({name, TensorOf(Storage(key, elements), 0, shape, stride)});
    files.push_back({"model/data/" + key, {tensor.bytes.begin(), tensor.bytes.end()}});
  }
  files[0].data = WholePickle(Dict(values));
  return MakeZip(files);
}

}  // namespace headlens

#endif  // HEADLENS_TESTS_UNIT_PTH_FILES_H_
