#include "cli/figure_html.h"

#include <cctype>
#include <cmath>
#include <string_view>
#include <utility>
#include <vector>

#include "base/markup.h"
#include "cli/drawing_options.h"
#include "maps/describe.h"

namespace headlens {
namespace {

constexpr std::string_view kScript = "<script type=\"module\" src=\"embed.js\"></script>\n";

using Attributes = std::vector<std::pair<std::string, std::string>>;

std::string Tag(std::string_view name, const Attributes& attributes) {
  std::string tag = "<" + std::string(name);
  for (const auto& [attribute, value] : attributes) {
    tag += " " + attribute + "=\"" + EscapeMarkup(value) + "\"";
  }
  return tag + ">";
}

// A field that has its usual value is left out; the layer is said always.
Attributes ElementAttributes(const FigureFiles& files, const FigureRequest& request) {
  const FigureRequest usual;
  Attributes attributes = {
      {"src", files.photo}, {"maps", files.maps}, {"layer", std::to_string(request.layer + 1)}};
  if (const std::optional<QueryPatch>& query = request.queries.front()) {
    attributes.emplace_back("query", std::to_string(query->row) + "," + std::to_string(query->col));
  }
  for (auto& attribute : DrawingAttributes(request.style)) {
    attributes.push_back(std::move(attribute));
  }
  if (request.size != usual.size) attributes.emplace_back("size", std::to_string(request.size));
  if (request.square) attributes.emplace_back("aspect", "square");
  return attributes;
}

std::string Capitalised(std::string text) {
  if (text.empty()) return "Photo";
  text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
  return text;
}

std::string Count(int count, const std::string& one) {
  return std::to_string(count) + " " + one + (count == 1 ? "" : "s");
}

}  // namespace

std::string FigureWords(const FigureFiles& files, const LayerMaps& drawn,
                        const FigureRequest& request) {
  const LayerScores& scores = drawn.scores;
  const std::optional<QueryPatch>& query = request.queries.front();
  const std::string who = query ? "the patch in row " + std::to_string(query->row) + ", column " +
                                      std::to_string(query->col)
                                : "[CLS]";
  std::string words = "The photo with its attention heads in colour. " + files.model + ", " +
                      Capitalised(files.name) + ": layer " + std::to_string(scores.layer + 1) +
                      " of " + std::to_string(scores.layers) + ", " + Count(scores.heads, "head") +
                      ", " + std::to_string(drawn.grid.rows) + " by " +
                      std::to_string(drawn.grid.cols) + " patches" +
                      (query ? ", asked by " + who : "") + ". Where " + who + " looks: ";
  for (int head = 0; head < scores.heads; ++head) {
    words += (head == 0 ? "" : "; ") + std::string("Head ") + std::to_string(head + 1) + ": " +
             DescribeMap(scores.Head(head), drawn.grid.rows, drawn.grid.cols);
  }
  words += ".";
  if (request.style.keep_mass < 1) {
    words += " Drawn are the patches that carry " +
             std::to_string(std::lround(100.0 * request.style.keep_mass)) +
             " % of each head's mass.";
  }
  return words;
}

std::string FigureHtml(const FigureFiles& files, const LayerMaps& drawn,
                       const FigureRequest& request) {
  const Attributes poster = {{"src", files.poster},
                             {"alt", FigureWords(files, drawn, request)},
                             {"width", std::to_string(files.width)},
                             {"height", std::to_string(files.height)},
                             {"style", "max-width: 100%; height: auto"}};
  return std::string(kScript) + Tag("vit-attention", ElementAttributes(files, request)) +
         Tag("img", poster) + "</vit-attention>\n";
}

}  // namespace headlens
