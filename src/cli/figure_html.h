// The HTML of a baked figure.
#ifndef HEADLENS_CLI_FIGURE_HTML_H_
#define HEADLENS_CLI_FIGURE_HTML_H_

#include <string>

#include "cli/figure.h"
#include "maps/compose.h"

namespace headlens {

struct FigureFiles {
  std::string name;   // of the photo, for people
  std::string model;  // what it is, for people
  std::string photo;  // addresses, from where the lines will stand
  std::string maps;
  std::string poster;
  int height = 0;  // of photo and poster, in pixels
  int width = 0;
};

// The lines to paste: the element as the request opens it, and in it the poster, with words for
// those who do not see it. drawn: what the poster shows.
std::string FigureHtml(const FigureFiles& files, const LayerMaps& drawn,
                       const FigureRequest& request);

// What the poster shows, in the words that the page has for the same picture (web/describe.js).
std::string FigureWords(const FigureFiles& files, const LayerMaps& drawn,
                        const FigureRequest& request);

}  // namespace headlens

#endif  // HEADLENS_CLI_FIGURE_HTML_H_
