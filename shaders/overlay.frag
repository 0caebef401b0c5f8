#version 300 es
// The overlay: photo and heads in one picture; the mathematics of src/maps/compose.h, line by line.
precision highp float;
precision highp int;
precision highp sampler2DArray;

const int kHeads = 0, kMean = 1, kMax = 2;  // Mode
const float kBackdropLuma = 0.55;

uniform sampler2D photo;
uniform sampler2DArray weights;  // (heads, rows, cols)
uniform sampler2D scale;         // ScaleColour of 0..1, left to right
uniform vec4 palette[64];        // colour of a head; a: 1 where it is drawn
uniform int heads;
uniform int mode;
uniform float opacity;
uniform bool smoothly;  // bilinear between patch centres, else nearest
uniform vec2 covered;   // share of the photo's width and height under patches

in vec2 at;
out vec4 pixel;

// w_h at a place counted in patches.
float Weight(int head, vec2 place, ivec2 grid) {
  if (!smoothly) return texelFetch(weights, ivec3(place, head), 0).r;
  vec2 centre = clamp(place - 0.5, vec2(0.0), vec2(grid - 1));
  ivec2 low = ivec2(centre);
  ivec2 high = min(low + 1, grid - 1);
  vec2 share = centre - vec2(low);
  float top = mix(texelFetch(weights, ivec3(low, head), 0).r,
                  texelFetch(weights, ivec3(high.x, low.y, head), 0).r, share.x);
  float bottom = mix(texelFetch(weights, ivec3(low.x, high.y, head), 0).r,
                     texelFetch(weights, ivec3(high, head), 0).r, share.x);
  return mix(top, bottom, share.y);
}

// The overlay's colour, and in a its alpha.
vec4 Overlay() {
  ivec2 grid = textureSize(weights, 0).xy;
  vec2 place = at / covered * vec2(grid);
  if (any(greaterThanEqual(place, vec2(grid)))) return vec4(0.0);

  vec3 colours = vec3(0.0);
  float shares = 0.0, sum = 0.0, largest = 0.0, drawn = 0.0;
  for (int head = 0; head < heads; ++head) {
    if (palette[head].a == 0.0) continue;
    float weight = Weight(head, place, grid);
    float share = weight * weight * weight * weight;
    colours += share * palette[head].rgb;
    shares += share;
    sum += weight;
    largest = max(largest, weight);
    drawn += 1.0;
  }
  if (shares < 1e-12) return vec4(0.0);
  if (mode == kHeads) return vec4(colours / shares, largest);
  float value = mode == kMax ? largest : sum / drawn;
  return vec4(texture(scale, vec2((value * 255.0 + 0.5) / 256.0, 0.5)).rgb, value);
}

void main() {
  vec4 texel = texture(photo, at);
  vec3 colour = texel.rgb + (1.0 - texel.a);  // premultiplied, over white
  float luma = dot(colour, vec3(0.2126, 0.7152, 0.0722));
  vec3 backdrop = mix(colour, vec3(kBackdropLuma * luma), opacity);
  vec4 overlay = Overlay();
  pixel = vec4(mix(backdrop, overlay.rgb, opacity * overlay.a), 1.0);
}
