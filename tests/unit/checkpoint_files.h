// Weights files, right and wrong, for the tests of the checkpoint module.
#ifndef HEADLENS_TESTS_UNIT_CHECKPOINT_FILES_H_
#define HEADLENS_TESTS_UNIT_CHECKPOINT_FILES_H_

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "checkpoint/checkpoint.h"
#include "checkpoint/safetensors.h"

namespace headlens {

using Bytes = std::vector<uint8_t>;

// A safetensors file: the length (that of the header unless given), the header, data_bytes of 0, 1,
// 2 ...
inline Bytes MakeFile(std::string_view header, size_t data_bytes, uint64_t length) {
  Bytes file(8);
  std::memcpy(file.data(), &length, 8);
  file.insert(file.end(), header.begin(), header.end());
  for (size_t i = 0; i < data_bytes; ++i) file.push_back(static_cast<uint8_t>(i));
  return file;
}

inline Bytes MakeFile(std::string_view header, size_t data_bytes) {
  return MakeFile(header, data_bytes, header.size());
}

// A header's entry of an F32 vector of so many elements, from byte `begin` on.
inline std::string Entry(const std::string& name, int elements, int begin) {
  return "\"" + name + "\":{\"dtype\":\"F32\",\"shape\":[" + std::to_string(elements) +
         "],\"data_offsets\":[" + std::to_string(begin) + "," +
         std::to_string(begin + 4 * elements) + "]}";
}

// A checkpoint with a tensor of one F32 element under each name.
inline Checkpoint CheckpointWithNames(const std::vector<std::string>& names) {
  Checkpoint checkpoint;
  for (const std::string& name : names) {
    checkpoint.storage.push_back(Bytes(4));
    checkpoint.tensors[name] = {DType::kF32, {1}, checkpoint.storage.back()};
  }
  return checkpoint;
}

template <typename T>
void AddTensor(Checkpoint& checkpoint, const std::string& name, DType dtype,
               std::vector<uint64_t> shape, const std::vector<T>& values) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(values.data());
  checkpoint.storage.emplace_back(bytes, bytes + values.size() * sizeof(T));
  checkpoint.tensors[name] = {dtype, std::move(shape), checkpoint.storage.back()};
}

inline Bytes ReadFixture(const std::string& name) {
  std::ifstream file(std::string(HEADLENS_TESTS_DIR) + "/" + name, std::ios::binary);
  EXPECT_TRUE(file.good()) << name;
  return Bytes(std::istreambuf_iterator<char>(file), {});
}

// "" for a success, so that EXPECT_THAT(MessageOf(..), HasSubstr(..)) fails on it.
template <typename T>
std::string MessageOf(const Result<T>& result) {
  return result.ok() ? "" : result.error().message;
}

}  // namespace headlens

#endif  // HEADLENS_TESTS_UNIT_CHECKPOINT_FILES_H_
