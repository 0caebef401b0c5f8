#include "image/format.h"

#include <algorithm>
#include <array>
#include <string>

namespace headlens {
namespace {

using namespace std::string_view_literals;

struct Signature {
  size_t offset;
  std::string_view bytes;
  std::string_view name;  // with its article, as in "This is ..."
};

constexpr std::array kOtherPictures = {
    Signature{8, "WEBP"sv, "a WebP picture"},
    Signature{4, "ftypavif"sv, "an AVIF picture"},
    Signature{4, "ftypavis"sv, "an AVIF picture"},
    Signature{4, "ftyphei"sv, "a HEIC picture"},
    Signature{4, "ftyphev"sv, "a HEIC picture"},
    Signature{4, "ftypmif1"sv, "a HEIF picture"},
    Signature{4, "ftypmsf1"sv, "a HEIF picture"},
    Signature{0, "\0\0\0\x0cJXL "sv, "a JPEG XL picture"},
    Signature{0, "\xff\x0a"sv, "a JPEG XL picture"},
    Signature{0, "\0\0\0\x0cjP  "sv, "a JPEG 2000 picture"},
    Signature{0, "II*\0"sv, "a TIFF or camera raw picture"},
    Signature{0, "MM\0*"sv, "a TIFF or camera raw picture"},
    Signature{0, "8BPS"sv, "a Photoshop picture"},
    Signature{0, "\0\0\1\0"sv, "an icon"},
    Signature{0, "<svg"sv, "an SVG drawing"},
};

constexpr std::array kNoPictures = {
    Signature{0, "%PDF"sv, "a PDF document"},
    Signature{4, "ftyp"sv, "a video"},
    Signature{0, "\x1a\x45\xdf\xa3"sv, "a video"},
    Signature{8, "AVI "sv, "a video"},
    Signature{0, "PK\3\4"sv, "a zip archive (as PyTorch checkpoints and office documents are)"},
    Signature{0, "\x1f\x8b"sv, "a gzip archive"},
    Signature{0, "<!DOCTYPE"sv, "a web page"},
    Signature{0, "<!doctype"sv, "a web page"},
    Signature{0, "<html"sv, "a web page"},
    Signature{0,
              "\x7f"
              "ELF"sv,
              "a program"},
};

std::string_view Text(std::span<const uint8_t> file) {
  return {reinterpret_cast<const char*>(file.data()), file.size()};
}

bool Matches(std::string_view text, const Signature& signature) {
  return text.size() >= signature.offset &&
         text.substr(signature.offset).starts_with(signature.bytes);
}

// A little-endian header length below 4 GB, then the JSON header.
bool LooksLikeSafetensors(std::string_view text) {
  return text.size() > 8 && text.substr(4, 4) == "\0\0\0\0"sv && text[8] == '{';
}

bool LooksLikeText(std::string_view text) {
  return std::ranges::all_of(text.substr(0, 512), [](char c) {
    const auto byte = static_cast<uint8_t>(c);
    return byte >= 0x20 || byte == '\n' || byte == '\r' || byte == '\t';
  });
}

Error Refuse(std::string_view text) {
  for (const Signature& signature : kOtherPictures) {
    if (!Matches(text, signature)) continue;
    return Invalid("This is " + std::string(signature.name) +
                   ", which headlens cannot decode here: save it as JPEG or PNG.");
  }
  for (const Signature& signature : kNoPictures) {
    if (!Matches(text, signature)) continue;
    return Invalid("This is " + std::string(signature.name) +
                   ", not a picture: choose a JPEG or PNG photo.");
  }
  if (LooksLikeSafetensors(text)) {
    return Invalid("This is a safetensors weights file, not a picture: open it as the model.");
  }
  if (LooksLikeText(text)) {
    return Invalid("This is a text, not a picture: choose a JPEG or PNG photo.");
  }
  return Invalid("This is not a picture that headlens knows: choose a JPEG or PNG photo.");
}

}  // namespace

std::string_view FormatName(PhotoFormat format) {
  switch (format) {
    case PhotoFormat::kJpeg:
      return "JPEG";
    case PhotoFormat::kPng:
      return "PNG";
    case PhotoFormat::kGif:
      return "GIF";
    case PhotoFormat::kBmp:
      return "BMP";
  }
  return "picture";
}

Result<PhotoFormat> DetectFormat(std::span<const uint8_t> file) {
  if (file.empty()) return Invalid("The file is empty: choose a photo.");
  const std::string_view text = Text(file);
  if (text.starts_with("\xff\xd8"sv)) return PhotoFormat::kJpeg;
  if (text.starts_with("\x89PNG"sv)) return PhotoFormat::kPng;
  if (text.starts_with("GIF8"sv)) return PhotoFormat::kGif;
  if (text.starts_with("BM"sv)) return PhotoFormat::kBmp;
  return Refuse(text);
}

}  // namespace headlens
