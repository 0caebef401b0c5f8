#version 300 es
// ImGui's vertices, in pixels of the canvas from its top left.
layout(location = 0) in vec2 place;
layout(location = 1) in vec2 glyph;
layout(location = 2) in vec4 colour;
uniform vec2 canvas;  // its width and height
out vec2 at;
out vec4 ink;

void main() {
  at = glyph;
  ink = colour;
  gl_Position = vec4(place / canvas * vec2(2.0, -2.0) + vec2(-1.0, 1.0), 0.0, 1.0);
}
