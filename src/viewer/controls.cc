#include "viewer/controls.h"

#include <string>
#include <utility>
#include <vector>

#include "imgui.h"

namespace headlens {
namespace {

// One for the program, as ImGui's context is.
std::vector<std::pair<std::string, Box>> controls;

}  // namespace

void ForgetControls() { controls.clear(); }

void NoteControl(std::string_view name) {
  const ImVec2 low = ImGui::GetItemRectMin(), size = ImGui::GetItemRectSize();
  controls.emplace_back(name, Box{low.x, low.y, size.x, size.y});
}

Box ControlBox(std::string_view name) {
  for (const auto& [known, box] : controls) {
    if (known == name) return box;
  }
  return {};
}

}  // namespace headlens
