// What the tool says on the terminal.
#ifndef HEADLENS_CLI_CONSOLE_H_
#define HEADLENS_CLI_CONSOLE_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace headlens {

// Exit codes.
inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;  // something could not be done; what could be, is
inline constexpr int kUsage = 2;   // the command line makes no sense

// "headlens: SUBJECT: MESSAGE" on stderr.
void Complain(std::string_view subject, std::string_view message);

// The same for a wrong command line: says where the help is, and gives kUsage.
int ComplainOfUsage(std::string_view command, std::string_view message);

// The text with its control characters replaced by "?", so that the name of a file or a tensor
// cannot steer the terminal.
std::string Printable(std::string_view text);

// "5.8 MB".
std::string SizeText(size_t bytes);

}  // namespace headlens

#endif  // HEADLENS_CLI_CONSOLE_H_
