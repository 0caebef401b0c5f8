#include "engine/describe.h"

#include <cmath>
#include <string_view>

#include "base/json.h"

namespace headlens {
namespace {

// {"a": 1, "b": "text"} from pairs.
class JsonObject {
 public:
  JsonObject& Add(const char* name, int value) { return AddRaw(name, std::to_string(value)); }
  JsonObject& Add(const char* name, double value) { return AddRaw(name, std::to_string(value)); }
  JsonObject& Add(const char* name, std::string_view text) { return AddRaw(name, JsonQuote(text)); }
  JsonObject& Add(const char* name, const Channels& channels) {
    std::string numbers;
    for (const char c : ChannelsText(channels)) numbers += c == ' ' ? ", " : std::string(1, c);
    return AddRaw(name, "[" + numbers + "]");
  }
  JsonObject& AddRaw(const char* name, const std::string& value) {
    if (!members_.empty()) members_ += ", ";
    members_ += JsonQuote(name) + ": " + value;
    return *this;
  }
  std::string Finish() const { return '{' + members_ + '}'; }

 private:
  std::string members_;
};

}  // namespace

std::string ArrayJson(std::span<const std::string> texts) {
  std::string array;
  for (const std::string& text : texts) array += (array.empty() ? "" : ", ") + JsonQuote(text);
  return "[" + array + "]";
}

std::string ModelJson(const Engine& engine) {
  const VitConfig& config = engine.vit()->config();
  const Conventions& conventions = engine.conventions();
  const Origin& origin = engine.origin();
  const bool int8 = engine.vit()->precision() == Precision::kInt8;
  return JsonObject()
      .Add("description", std::string_view(DescribeConfig(config)))
      .Add("precision", std::string_view(int8 ? "int8" : "f32"))
      .Add("patch", config.patch)
      .Add("width", config.width)
      .Add("layers", config.depth)
      .Add("heads", config.heads)
      .Add("registers", config.registers)
      .AddRaw("distilled", config.distilled ? "true" : "false")
      .Add("gridRows", config.grid_rows)
      .Add("gridCols", config.grid_cols)
      .Add("scheme", SchemeName(origin.scheme))
      .Add("network", std::string_view(origin.network))
      .AddRaw("networks", ArrayJson(origin.networks))
      .Add("mean", conventions.mean)
      .Add("std", conventions.std)
      .Add("filter", PhotoFilterName(conventions.filter))
      .Add("position", PositionRuleName(conventions.position))
      .AddRaw("assumed", ArrayJson(conventions.assumed))
      .Finish();
}

std::string PassJson(const Engine& engine) {
  const MapShape shape = engine.vit()->shape();
  const Placement& placement = engine.placement();
  return JsonObject()
      .Add("layers", shape.layers)
      .Add("heads", shape.heads)
      .Add("rows", shape.rows)
      .Add("cols", shape.cols)
      .Add("registers", engine.vit()->config().registers)
      .Add("height", placement.height)
      .Add("width", placement.width)
      .Add("resizedHeight", placement.resized_height)
      .Add("resizedWidth", placement.resized_width)
      .Finish();
}

std::string StagesJson(const Engine& engine) {
  const StageClock& stages = engine.vit()->stages();
  JsonObject object;
  for (size_t i = 0; i < kStageNames.size(); ++i) {
    object.Add(kStageNames[i], std::round(1e6 * stages.seconds()[i]) / 1e3);
  }
  return object.Finish();
}

}  // namespace headlens
