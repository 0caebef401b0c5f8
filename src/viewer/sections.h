// The parts of the panel, one below the other.
#ifndef HEADLENS_VIEWER_SECTIONS_H_
#define HEADLENS_VIEWER_SECTIONS_H_

#include <span>

#include "viewer/panel.h"
#include "viewer/widgets.h"

namespace headlens {

// What a section draws and changes.
struct Section {
  const Theme& theme;
  float width = 0;
  std::span<const Pane> panes;
  ViewLimits limits;
  Panel* panel = nullptr;
  ViewState* state = nullptr;
};

void LayerSection(const Section& section);
void QuerySection(const Section& section);

// What only this view has; nothing in the views of heads.
void ViewSection(const Section& section);
int ViewRows(const ViewState& state);  // of controls that it has, in a sheet

// A row a head: on or off, how focused it is, how much of it is on no patch, and a trait over the
// layers; by the names above them they are sorted.
void HeadsSection(const Section& section);

// The heads' chips alone.
void ChipsSection(const Section& section);
float ChipsHeight(const Theme& theme, int heads);

void ColourSection(const Section& section);
void ModeSegments(const Section& section);
void MaskSection(const Section& section);
void SizeSection(const Section& section);

}  // namespace headlens

#endif  // HEADLENS_VIEWER_SECTIONS_H_
