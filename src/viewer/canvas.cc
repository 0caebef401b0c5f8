#include "viewer/canvas.h"

#include <GLES3/gl3.h>

#include <algorithm>

#include "imgui_internal.h"

namespace headlens {

void StartCanvas() {
  ImGui::CreateContext();
  ImGuiIO& io = ImGui::GetIO();
  io.IniFilename = nullptr;
  io.MouseDoubleClickTime = 0.5f;  // seconds: a slow frame must not part the two clicks
}

void BeginFrame(const Window& window, const Theme& theme, double seconds) {
  static double last = seconds;
  ImGuiIO& io = ImGui::GetIO();
  io.DisplaySize = ImVec2(static_cast<float>(window.width), static_cast<float>(window.height));
  io.DeltaTime = std::max(static_cast<float>(seconds - last), 1e-4f);
  last = seconds;

  glBindFramebuffer(GL_FRAMEBUFFER, 0);
  glViewport(0, 0, window.width, window.height);
  const ImVec4 colour = ImGui::ColorConvertU32ToFloat4(theme.background);
  glClearColor(colour.x, colour.y, colour.z, 1);
  glClear(GL_COLOR_BUFFER_BIT);

  ImGui::NewFrame();
}

void EndFrame(const Window& window, const Ui& ui) {
  ImGui::Render();
  DrawUi(ui, window.height, window.width);
}

bool InputWaits() { return !ImGui::GetCurrentContext()->InputEventsQueue.empty(); }

}  // namespace headlens
