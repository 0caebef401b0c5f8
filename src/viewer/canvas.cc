#include "viewer/canvas.h"

#include <GLES3/gl3.h>

#include <algorithm>

#include "backends/imgui_impl_opengl3.h"
#include "imgui_internal.h"

namespace headlens {

void StartCanvas() {
  ImGui::CreateContext();
  ImGui::GetIO().IniFilename = nullptr;
  ImGui_ImplOpenGL3_Init("#version 300 es");
}

void RestoreCanvas() {
  ImGui_ImplOpenGL3_Shutdown();
  ImGui_ImplOpenGL3_Init("#version 300 es");
}

void BeginFrame(const Window& window, const Theme& theme, double seconds) {
  static double last = seconds;
  ImGuiIO& io = ImGui::GetIO();
  io.DisplaySize = ImVec2(static_cast<float>(window.width), static_cast<float>(window.height));
  io.DeltaTime = std::max(static_cast<float>(seconds - last), 1e-4f);
  last = seconds;

  glBindFramebuffer(GL_FRAMEBUFFER, 0);
  glViewport(0, 0, window.width, window.height);
  glDisable(GL_SCISSOR_TEST);
  const ImVec4 colour = ImGui::ColorConvertU32ToFloat4(theme.background);
  glClearColor(colour.x, colour.y, colour.z, 1);
  glClear(GL_COLOR_BUFFER_BIT);

  ImGui_ImplOpenGL3_NewFrame();
  ImGui::NewFrame();
}

void EndFrame(const Window& window) {
  ImGui::Render();
  glViewport(0, 0, window.width, window.height);
  ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
}

bool InputWaits() { return !ImGui::GetCurrentContext()->InputEventsQueue.empty(); }

}  // namespace headlens
