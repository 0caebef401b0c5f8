// Weights files made from a fixture, for tests of the commands that read them.
#ifndef HEADLENS_TESTS_CLI_WEIGHTS_FILES_H_
#define HEADLENS_TESTS_CLI_WEIGHTS_FILES_H_

#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "checkpoint/safetensors.h"
#include "cli/tool.h"

namespace headlens {

inline Checkpoint ReadFixtureTensors(const std::string& name) {
  const std::string text = ReadText(FixturePath(name));
  Result<Checkpoint> checkpoint = ReadSafetensors({text.begin(), text.end()});
  return std::move(*checkpoint);
}

inline void WriteTensors(const std::filesystem::path& path,
                         const std::map<std::string, Tensor>& tensors,
                         const std::map<std::string, std::string>& metadata) {
  const std::vector<uint8_t> file = WriteSafetensors(tensors, metadata);
  WriteText(path, std::string(file.begin(), file.end()));
}

// A training checkpoint: the fixture's network under each of the names.
inline void WriteNested(const std::filesystem::path& path, const std::string& fixture,
                        const std::vector<std::string>& networks) {
  const Checkpoint checkpoint = ReadFixtureTensors(fixture);
  std::map<std::string, Tensor> tensors;
  for (const std::string& network : networks) {
    for (const auto& [name, tensor] : checkpoint.tensors) tensors[network + "." + name] = tensor;
  }
  WriteTensors(path, tensors, checkpoint.metadata);
}

}  // namespace headlens

#endif  // HEADLENS_TESTS_CLI_WEIGHTS_FILES_H_
