#include "viewer/offscreen.h"

#include <GLES3/gl3.h>

#include <algorithm>
#include <cstddef>

namespace headlens {
namespace {

// WebGL reads rows from the bottom.
void TurnUpsideDown(int height, int width, std::vector<uint8_t>* rgba) {
  const auto row = [&](int index) {
    return rgba->begin() + static_cast<ptrdiff_t>(index) * static_cast<ptrdiff_t>(width) * 4;
  };
  for (int top = 0, bottom = height - 1; top < bottom; ++top, --bottom) {
    std::swap_ranges(row(top), row(top + 1), row(bottom));
  }
}

}  // namespace

std::vector<uint8_t> RenderOffscreen(int height, int width, const std::function<void()>& draw) {
  int most = 0;
  glGetIntegerv(GL_MAX_RENDERBUFFER_SIZE, &most);
  if (height < 1 || width < 1 || height > most || width > most) return {};
  unsigned target = 0, pixels = 0;
  glGenRenderbuffers(1, &pixels);
  glBindRenderbuffer(GL_RENDERBUFFER, pixels);
  glRenderbufferStorage(GL_RENDERBUFFER, GL_RGBA8, width, height);
  glGenFramebuffers(1, &target);
  glBindFramebuffer(GL_FRAMEBUFFER, target);
  glFramebufferRenderbuffer(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_RENDERBUFFER, pixels);

  std::vector<uint8_t> rgba;
  if (glCheckFramebufferStatus(GL_FRAMEBUFFER) == GL_FRAMEBUFFER_COMPLETE) {
    draw();
    rgba.resize(static_cast<size_t>(height) * static_cast<size_t>(width) * 4);
    glReadPixels(0, 0, width, height, GL_RGBA, GL_UNSIGNED_BYTE, rgba.data());
    TurnUpsideDown(height, width, &rgba);
  }
  glBindFramebuffer(GL_FRAMEBUFFER, 0);
  glDeleteFramebuffers(1, &target);
  glDeleteRenderbuffers(1, &pixels);
  return rgba;
}

}  // namespace headlens
