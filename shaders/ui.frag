#version 300 es
// ImGui's triangles: one colour, covered as the font's texture says.
precision mediump float;
uniform sampler2D font;
in vec2 at;
in vec4 ink;
out vec4 pixel;

void main() {
  pixel = vec4(ink.rgb, ink.a * texture(font, at).r);
}
