// Making WebGL objects.
#ifndef HEADLENS_VIEWER_GL_H_
#define HEADLENS_VIEWER_GL_H_

namespace headlens {

// 0 if the driver refuses the shaders.
unsigned LinkProgram(const char* vertex_source, const char* fragment_source);

// Bound on return; clamped at its edges. target: GL_TEXTURE_2D or GL_TEXTURE_2D_ARRAY.
unsigned CreateTexture(unsigned target, int minify, int magnify);

}  // namespace headlens

#endif  // HEADLENS_VIEWER_GL_H_
