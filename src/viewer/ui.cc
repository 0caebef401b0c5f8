#include "viewer/ui.h"

#include <GLES3/gl3.h>

#include <cstddef>

#include "imgui.h"
#include "viewer/gl.h"
#include "viewer/shaders.h"

namespace headlens {
namespace {

// A view with many contours has more corners than 16 bits can count.
static_assert(sizeof(ImDrawIdx) == 4);
constexpr unsigned kIndexKind = GL_UNSIGNED_INT;

// As shaders/ui.vert numbers its inputs.
void DescribeVertices() {
  const auto at = [](size_t offset) { return reinterpret_cast<const void*>(offset); };
  constexpr int kStride = sizeof(ImDrawVert);
  for (unsigned input = 0; input < 3; ++input) glEnableVertexAttribArray(input);
  glVertexAttribPointer(0, 2, GL_FLOAT, GL_FALSE, kStride, at(offsetof(ImDrawVert, pos)));
  glVertexAttribPointer(1, 2, GL_FLOAT, GL_FALSE, kStride, at(offsetof(ImDrawVert, uv)));
  glVertexAttribPointer(2, 4, GL_UNSIGNED_BYTE, GL_TRUE, kStride, at(offsetof(ImDrawVert, col)));
}

void DrawList(const ImDrawList& list, int canvas_height) {
  glBufferData(GL_ARRAY_BUFFER, list.VtxBuffer.size_in_bytes(), list.VtxBuffer.Data,
               GL_STREAM_DRAW);
  glBufferData(GL_ELEMENT_ARRAY_BUFFER, list.IdxBuffer.size_in_bytes(), list.IdxBuffer.Data,
               GL_STREAM_DRAW);
  for (const ImDrawCmd& command : list.CmdBuffer) {
    const int left = static_cast<int>(command.ClipRect.x);
    const int top = static_cast<int>(command.ClipRect.y);
    const int right = static_cast<int>(command.ClipRect.z);
    const int bottom = static_cast<int>(command.ClipRect.w);
    if (right <= left || bottom <= top) continue;
    glScissor(left, canvas_height - bottom, right - left, bottom - top);
    glDrawElements(GL_TRIANGLES, static_cast<int>(command.ElemCount), kIndexKind,
                   reinterpret_cast<const void*>(command.IdxOffset * sizeof(ImDrawIdx)));
  }
}

}  // namespace

bool CreateUi(Ui* ui) {
  *ui = {};
  ui->program = LinkProgram(kUiVert, kUiFrag);
  ui->font = CreateTexture(GL_TEXTURE_2D, GL_LINEAR, GL_LINEAR);
  glGenVertexArrays(1, &ui->array);
  glGenBuffers(1, &ui->vertices);
  glGenBuffers(1, &ui->indices);
  glBindVertexArray(ui->array);
  glBindBuffer(GL_ARRAY_BUFFER, ui->vertices);
  glBindBuffer(GL_ELEMENT_ARRAY_BUFFER, ui->indices);
  DescribeVertices();
  glBindVertexArray(0);
  ui->canvas = glGetUniformLocation(ui->program, "canvas");
  return ui->program != 0;
}

void UploadFont(Ui* ui) {
  unsigned char* coverage = nullptr;
  int width = 0, height = 0;
  ImGui::GetIO().Fonts->GetTexDataAsAlpha8(&coverage, &width, &height);
  glActiveTexture(GL_TEXTURE0);
  glBindTexture(GL_TEXTURE_2D, ui->font);
  glPixelStorei(GL_UNPACK_ALIGNMENT, 1);
  glTexImage2D(GL_TEXTURE_2D, 0, GL_R8, width, height, 0, GL_RED, GL_UNSIGNED_BYTE, coverage);
  glPixelStorei(GL_UNPACK_ALIGNMENT, 4);
}

void DrawLists(const Ui& ui, std::span<const ImDrawList* const> lists, int height, int width) {
  glViewport(0, 0, width, height);
  glEnable(GL_BLEND);
  glBlendFunc(GL_SRC_ALPHA, GL_ONE_MINUS_SRC_ALPHA);
  glEnable(GL_SCISSOR_TEST);
  glUseProgram(ui.program);
  glUniform2f(ui.canvas, static_cast<float>(width), static_cast<float>(height));
  glActiveTexture(GL_TEXTURE0);
  glBindTexture(GL_TEXTURE_2D, ui.font);
  glBindVertexArray(ui.array);
  glBindBuffer(GL_ARRAY_BUFFER, ui.vertices);
  for (const ImDrawList* list : lists) DrawList(*list, height);
  glBindVertexArray(0);
  glDisable(GL_SCISSOR_TEST);
  glDisable(GL_BLEND);
}

void DrawUi(const Ui& ui, int canvas_height, int canvas_width) {
  const ImVector<ImDrawList*>& lists = ImGui::GetDrawData()->CmdLists;
  DrawLists(ui, {lists.Data, static_cast<size_t>(lists.Size)}, canvas_height, canvas_width);
}

}  // namespace headlens
