#include "viewer/gl.h"

#include <GLES3/gl3.h>

namespace headlens {
namespace {

unsigned CompileShader(unsigned kind, const char* source) {
  const unsigned shader = glCreateShader(kind);
  glShaderSource(shader, 1, &source, nullptr);
  glCompileShader(shader);
  return shader;
}

}  // namespace

unsigned LinkProgram(const char* vertex_source, const char* fragment_source) {
  const unsigned program = glCreateProgram();
  const unsigned vertex = CompileShader(GL_VERTEX_SHADER, vertex_source);
  const unsigned fragment = CompileShader(GL_FRAGMENT_SHADER, fragment_source);
  glAttachShader(program, vertex);
  glAttachShader(program, fragment);
  glLinkProgram(program);
  glDeleteShader(vertex);
  glDeleteShader(fragment);
  int linked = 0;
  glGetProgramiv(program, GL_LINK_STATUS, &linked);
  return linked != 0 ? program : 0;
}

unsigned CreateTexture(unsigned target, int minify, int magnify) {
  unsigned texture = 0;
  glGenTextures(1, &texture);
  glBindTexture(target, texture);
  glTexParameteri(target, GL_TEXTURE_MIN_FILTER, minify);
  glTexParameteri(target, GL_TEXTURE_MAG_FILTER, magnify);
  glTexParameteri(target, GL_TEXTURE_WRAP_S, GL_CLAMP_TO_EDGE);
  glTexParameteri(target, GL_TEXTURE_WRAP_T, GL_CLAMP_TO_EDGE);
  return texture;
}

}  // namespace headlens
