// Text in XML and HTML.
#ifndef HEADLENS_BASE_MARKUP_H_
#define HEADLENS_BASE_MARKUP_H_

#include <string>
#include <string_view>

namespace headlens {

// Text that may stand in an element, or in an attribute between double quotes. Characters that XML
// 1.0 forbids become spaces.
std::string EscapeMarkup(std::string_view text);

}  // namespace headlens

#endif  // HEADLENS_BASE_MARKUP_H_
