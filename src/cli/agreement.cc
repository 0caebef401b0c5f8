#include "cli/agreement.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace headlens {
namespace {

struct Maps {
  MapShape shape;
  std::vector<float> scores;  // (layers, heads, rows, cols), of [CLS]
};

Result<Maps> MapsOf(std::span<const uint8_t> weights, const VitOptions& options, const Image& photo,
                    int short_side) {
  Engine engine({});
  if (Status loaded = engine.Load(weights, options); !loaded.ok()) return loaded.error();
  const Result<Input> input = engine.Prepare(photo, {.short_side = short_side});
  if (!input.ok()) return input.error();
  Status status = engine.Begin(*input);
  while (status.ok() && !engine.done()) status = engine.Step();
  if (!status.ok()) return status.error();
  const std::span<const float> scores = engine.vit()->cls_attention();
  return Maps{engine.vit()->shape(), {scores.begin(), scores.end()}};
}

// Less their mean.
std::vector<double> Centred(std::span<const float> values) {
  double mean = 0;
  for (const float value : values) mean += value / static_cast<double>(values.size());
  std::vector<double> centred(values.begin(), values.end());
  for (double& value : centred) value -= mean;
  return centred;
}

double Dot(std::span<const double> a, std::span<const double> b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

bool IsFlat(std::span<const float> map) {
  return std::ranges::all_of(map, [&](float value) { return value == map.front(); });
}

std::string Line(const std::string& name, std::span<const double> correlations) {
  double mean = 0;
  for (const double r : correlations) mean += r / static_cast<double>(correlations.size());
  char text[80];
  std::snprintf(text, sizeof(text), "  %-10s %8.5f %8.5f\n", name.c_str(), mean,
                *std::ranges::min_element(correlations));
  return text;
}

}  // namespace

double MapCorrelation(std::span<const float> a, std::span<const float> b) {
  if (IsFlat(a) || IsFlat(b)) return IsFlat(a) && IsFlat(b) ? 1 : 0;
  const std::vector<double> from_a = Centred(a);
  const std::vector<double> from_b = Centred(b);
  return Dot(from_a, from_b) / std::sqrt(Dot(from_a, from_a) * Dot(from_b, from_b));
}

Result<Agreement> CompareMaps(std::span<const uint8_t> weights, const ModelChoices& choices,
                              std::span<const uint8_t> packed, const Image& photo, int short_side) {
  const Result<Maps> expected =
      MapsOf(weights, {.precision = Precision::kF32, .choices = choices}, photo, short_side);
  if (!expected.ok()) return expected.error();
  const Result<Maps> found = MapsOf(packed, {}, photo, short_side);
  if (!found.ok()) return found.error();
  const MapShape& shape = expected->shape;
  const size_t size = size_t{1} * shape.rows * shape.cols;
  Agreement agreement{.heads = shape.heads, .correlations = {}};
  for (size_t at = 0; at < expected->scores.size(); at += size) {
    agreement.correlations.push_back(MapCorrelation(std::span(expected->scores).subspan(at, size),
                                                    std::span(found->scores).subspan(at, size)));
  }
  return agreement;
}

std::string AgreementTable(const Agreement& agreement) {
  const std::span<const double> all = agreement.correlations;
  std::string table = "  layer          mean    worst\n";
  for (size_t at = 0; at < all.size(); at += agreement.heads) {
    table += Line(std::to_string(at / agreement.heads + 1), all.subspan(at, agreement.heads));
  }
  return table + Line("all", all);
}

}  // namespace headlens
