#include "cli/results.h"

#include <span>

#include "cli/arrays.h"
#include "cli/pictures.h"
#include "cli/written.h"

namespace headlens {

Result<std::vector<std::string>> WriteResults(const Engine& engine, const Image& photo,
                                              const ResultRequest& request, const std::string& name,
                                              Output& output) {
  std::vector<float> query_scores;
  if (request.query) {
    Result<std::vector<float>> asked = engine.Query(request.query->row, request.query->col);
    if (!asked.ok()) return asked.error();
    query_scores = std::move(*asked);
  }
  Written written{output, {}};
  if (request.formats.png || request.formats.svg) {
    const std::span<const float> drawn =
        request.query ? query_scores : engine.vit()->cls_attention();
    Status status = WritePictures(engine, photo, drawn, request, name, written);
    if (!status.ok()) return status.error();
  }
  if (HasArrays(request.formats)) {
    Status status = WriteArrays(engine, photo, query_scores, request, name, written);
    if (!status.ok()) return status.error();
  }
  return std::move(written.files);
}

}  // namespace headlens
