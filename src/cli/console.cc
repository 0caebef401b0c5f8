#include "cli/console.h"

#include <cstdint>
#include <cstdio>
#include <iostream>

namespace headlens {

void Complain(std::string_view subject, std::string_view message) {
  std::cerr << "headlens: " << Printable(subject) << ": " << Printable(message) << std::endl;
}

int ComplainOfUsage(std::string_view command, std::string_view message) {
  std::cerr << "headlens: " << Printable(message) << " See " << command << " --help." << std::endl;
  return kUsage;
}

std::string Printable(std::string_view text) {
  std::string printable(text);
  for (char& c : printable) {
    if (static_cast<uint8_t>(c) < 0x20 || c == 0x7F) c = '?';
  }
  return printable;
}

std::string SizeText(size_t bytes) {
  if (bytes < 1000) return std::to_string(bytes) + " bytes";
  const double kilobytes = static_cast<double>(bytes) / 1000;
  char text[32];
  if (kilobytes < 1000) {
    std::snprintf(text, sizeof(text), "%.1f KB", kilobytes);
  } else {
    std::snprintf(text, sizeof(text), "%.1f MB", kilobytes / 1000);
  }
  return text;
}

}  // namespace headlens
