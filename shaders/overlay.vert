#version 300 es
// A rectangle of the photo's place in the window, as a strip of four corners without buffers.
uniform vec4 place;  // left, top, right, bottom in clip space
out vec2 at;         // place in the photo, (0, 0) its top left corner

void main() {
  at = vec2(gl_VertexID & 1, gl_VertexID >> 1);
  gl_Position = vec4(mix(place.xy, place.zw, at), 0.0, 1.0);
}
