#include "engine/c_api.h"

#include <cstring>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "engine/ask.h"
#include "engine/describe.h"
#include "engine/engine.h"
#include "engine/load_options.h"
#include "image/format.h"
#include "image/structure.h"

namespace headlens {
namespace {

struct Session {
  std::unique_ptr<Engine> engine;
  std::optional<VitLoader> loader;
  std::span<uint8_t> room;            // of the loader
  std::vector<uint8_t> input;         // filled by the caller
  std::optional<Image> photo;         // decoded, not yet prepared
  std::optional<Input> prepared;      // not yet begun
  std::optional<RolloutRun> rollout;  // of the last pass, under way
  std::vector<float> answer;
  Error error;
  std::string json;
};

Session& session() {
  static Session session;
  return session;
}

int Fail(const Error& error) {
  session().error = error;
  return 1 + static_cast<int>(error.code);
}

// A load that fails is over, and its memory free.
int FailLoad(const Error& error) {
  session().loader.reset();
  return Fail(error);
}

Error NoLoad() { return Invalid("No weights file is being loaded: begin with one."); }

int Finish(const Status& status) { return status.ok() ? 0 : Fail(status.error()); }

// Keeps the value of a success in `place`.
template <typename T, typename Place>
int Keep(Result<T> result, Place& place) {
  if (!result.ok()) return Fail(result.error());
  place = std::move(*result);
  return 0;
}

std::optional<GridPlace> QueryAt(int row, int col) {
  if (row == -1) return std::nullopt;
  return GridPlace{row, col};
}

std::vector<uint8_t> TakeInput() { return std::exchange(session().input, {}); }

}  // namespace

extern "C" {

int hl_start(int threads, size_t memory_limit) {
  session().engine =
      std::make_unique<Engine>(EngineOptions{.threads = threads, .memory_limit = memory_limit});
  return session().engine->threads();
}

int hl_load_begin(double file_bytes, const char* options_json) {
  hl_load_stop();
  const Result<VitOptions> options = ParseLoadOptions(options_json);
  if (!options.ok()) return Fail(options.error());
  session().loader = session().engine->StartLoad(static_cast<uint64_t>(file_bytes), *options);
  return 0;
}

uint8_t* hl_load_room() {
  if (!session().loader) {
    Fail(NoLoad());
    return nullptr;
  }
  const Result<std::span<uint8_t>> room = session().loader->Room();
  session().room = room.ok() ? *room : std::span<uint8_t>();
  if (!room.ok()) FailLoad(room.error());
  return session().room.data();
}

size_t hl_load_room_bytes() { return session().room.size(); }

int hl_load_take(size_t count) {
  if (!session().loader) return Fail(NoLoad());
  const Status taken = session().loader->Take(count);
  return taken.ok() ? 0 : FailLoad(taken.error());
}

int hl_load_end() {
  std::optional<VitLoader> loader = std::exchange(session().loader, std::nullopt);
  if (!loader) return Fail(NoLoad());
  hl_rollout_stop();
  return Finish(session().engine->FinishLoad(std::move(*loader)));
}

void hl_load_stop() { session().loader.reset(); }

uint8_t* hl_input(size_t bytes) {
  session().input = {};
  // A vector that cannot grow ends the program: ask first. Volatile, or the compiler leaves out an
  // allocation that nothing uses.
  uint8_t* volatile probe = new (std::nothrow) uint8_t[bytes + 1];
  if (probe == nullptr) return nullptr;
  delete[] probe;
  session().input.reserve(bytes + 1);  // an empty file, too, has an address
  session().input.resize(bytes);
  return session().input.data();
}

// Browsers draw what there is of a cut off file. Formats that only they know are left to them.
int hl_check_file() {
  const std::vector<uint8_t> file = TakeInput();
  const Result<PhotoFormat> format = DetectFormat(file);
  if (!format.ok()) return 0;
  const Result<PhotoStructure> structure = ReadStructure(file, *format);
  return structure.ok() ? 0 : Fail(structure.error());
}

int hl_photo_file() { return Keep(DecodeImage(TakeInput()), session().photo); }

int hl_photo_rgba(int height, int width) {
  return Keep(ImageFromRgba(TakeInput(), height, width), session().photo);
}

int hl_prepare_photo(int short_side, int height, int width) {
  const std::optional<Image> photo = std::exchange(session().photo, std::nullopt);
  if (!photo) return Fail(Invalid("There is no photo: give one first."));
  const SizeRule rule = {.short_side = short_side, .height = height, .width = width};
  return Keep(session().engine->Prepare(*photo, rule), session().prepared);
}

int hl_prepare_pixels(int height, int width) {
  const std::vector<uint8_t> bytes = TakeInput();
  const uint64_t expected = uint64_t{3} * sizeof(float) * height * width;
  if (height <= 0 || width <= 0 || bytes.size() != expected) {
    return Fail(Invalid("The pixels do not match their size: 3 x " + std::to_string(height) +
                        " x " + std::to_string(width) + " numbers are needed, " +
                        std::to_string(bytes.size() / sizeof(float)) + " were given."));
  }
  Pixels pixels = {.height = height, .width = width, .values = {}};
  pixels.values.resize(bytes.size() / sizeof(float));
  std::memcpy(pixels.values.data(), bytes.data(), bytes.size());
  return Keep(session().engine->Prepare(std::move(pixels)), session().prepared);
}

int hl_begin() {
  const std::optional<Input> input = std::exchange(session().prepared, std::nullopt);
  if (!input) return Fail(Invalid("There is no photo: give one first."));
  hl_rollout_stop();
  return Finish(session().engine->Begin(*input));
}

int hl_step() { return Finish(session().engine->Step()); }

int hl_done() { return session().engine->done() ? 1 : 0; }

int hl_layer() {
  const Vit* vit = session().engine->vit();
  return vit ? vit->layer() : 0;
}

int hl_query(int row, int col) { return Keep(session().engine->Query(row, col), session().answer); }

int hl_similarity(int query_row, int query_col) {
  return Keep(Similarity(*session().engine, QueryAt(query_row, query_col)), session().answer);
}

int hl_pca(int layer, int facet) {
  return Keep(Pca(*session().engine, layer, static_cast<PcaFacet>(facet)), session().answer);
}

int hl_explain(int query_row, int query_col, int row, int col) {
  const Result<WeightParts> parts =
      Explain(*session().engine, QueryAt(query_row, query_col), {row, col});
  if (!parts.ok()) return Fail(parts.error());
  std::vector<float>& answer = session().answer;
  answer.clear();
  for (const std::vector<float>* part : {&parts->dot, &parts->max, &parts->sum, &parts->prefix}) {
    answer.insert(answer.end(), part->begin(), part->end());
  }
  return 0;
}

int hl_rollout_begin(int fusion, double discard) {
  hl_rollout_stop();
  return Keep(BeginRollout(*session().engine, {static_cast<HeadFusion>(fusion), discard}),
              session().rollout);
}

int hl_rollout_step() {
  std::optional<RolloutRun>& rollout = session().rollout;
  if (!rollout) return Fail(Invalid("No rollout is being computed: begin with one."));
  rollout->Step();
  if (rollout->done()) session().answer = rollout->values();
  return 0;
}

int hl_rollout_done() { return session().rollout && session().rollout->done() ? 1 : 0; }

int hl_rollout_layers() { return session().rollout ? session().rollout->layers_done() : 0; }

void hl_rollout_stop() { session().rollout.reset(); }

const char* hl_error() { return session().error.message.c_str(); }

const char* hl_choices() {
  const Error& error = session().error;
  session().json = error.wanted.empty()
                       ? "{}"
                       : '{' + JsonQuote(error.wanted) + ": " + ArrayJson(error.choices) + '}';
  return session().json.c_str();
}

const char* hl_model() {
  session().json = session().engine->vit() ? ModelJson(*session().engine) : "null";
  return session().json.c_str();
}

const char* hl_pass() {
  session().json = session().engine->vit() ? PassJson(*session().engine) : "null";
  return session().json.c_str();
}

const char* hl_stages() {
  session().json = session().engine->vit() ? StagesJson(*session().engine) : "null";
  return session().json.c_str();
}

const float* hl_cls() { return session().engine->vit()->cls_attention().data(); }

const float* hl_prefix() { return session().engine->vit()->cls_prefix_attention().data(); }

const float* hl_answer() { return session().answer.data(); }

}  // extern "C"
}  // namespace headlens
