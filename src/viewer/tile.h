// A tile: one picture of the photo with what is drawn over it. Every view is a list of them.
#ifndef HEADLENS_VIEWER_TILE_H_
#define HEADLENS_VIEWER_TILE_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "viewer/layout.h"
#include "viewer/zoom.h"

namespace headlens {

enum class TileKind {
  kAttention,  // heads over the photo
  kMap,        // heads without the photo
  kRollout,    // this and the next two: a field over the photo
  kSimilarity,
  kPca,
  kPhoto,  // the photo as it is
};

struct Tile {
  TileKind what = TileKind::kAttention;
  size_t pane = 0;
  int layer = 0;           // counted from 0, of the pane's model
  uint64_t heads = 0;      // that are drawn
  ZoomFrame zoomed;        // where it lies without zoom, and what it may fill
  Box place;               // of all of the photo
  Box clip;                // the part of it that shows
  std::string label = {};  // above it, or in its corner; empty: none
};

// What tiles are placed in.
struct Stage {
  Layout layout;
  float scale = 1;  // device pixels per CSS pixel
  int photo_height = 0;
  int photo_width = 0;
};

// CSS pixels: the line above a tile with its label, and the one above a pane with its model.
inline constexpr float kTileLabel = 22;
inline constexpr float kPaneCaption = 32;

}  // namespace headlens

#endif  // HEADLENS_VIEWER_TILE_H_
