#version 300 es
// A tile: photo and what a network saw in it; the mathematics of src/maps/compose.h, line by line.
precision highp float;
precision highp int;
precision highp sampler2DArray;

const int kHeads = 0, kMean = 1, kMax = 2, kFigure = 3, kField = 4, kRgb = 5;
const float kBackdropLuma = 0.55;
const float kFigureLeast = 0.2, kFigureAlpha = 0.5;

uniform sampler2D photo;
uniform sampler2DArray weights;  // (heads, rows, cols); of a field (1, ..), of rgb (3, ..)
uniform sampler2D scale;         // ScaleColour of 0..1, left to right
uniform vec4 palette[64];        // colour of a head; a: 1 where it is drawn
uniform int first, end;          // the heads that are drawn are of these: first <= h < end
uniform int mode;
uniform float opacity;
uniform bool bare;      // the colours of the scale alone, without a photo: ComposeHead
uniform bool smoothly;  // bilinear between patch centres, else nearest
uniform vec2 covered;   // share of the photo's width and height under patches

in vec2 at;
out vec4 pixel;

// Of plane h at a place counted in patches.
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

vec3 ScaleColour(float value) {
  return texture(scale, vec2((value * 255.0 + 0.5) / 256.0, 0.5)).rgb;
}

// The colour of what is drawn over the backdrop, and in a its alpha.
vec4 Overlay(vec2 place, ivec2 grid) {
#ifndef HEADS_ONLY
  if (mode == kRgb) {
    return vec4(Weight(0, place, grid), Weight(1, place, grid), Weight(2, place, grid), 1.0);
  }
  if (mode == kField) return vec4(ScaleColour(Weight(0, place, grid)), 1.0);
#endif
  vec3 colours = vec3(0.0);
  float shares = 0.0, sum = 0.0, largest = 0.0, drawn = 0.0;
  for (int head = first; head < end; ++head) {
    if (palette[head].a == 0.0) continue;
    float weight = Weight(head, place, grid);
    float share = weight * weight * weight * weight;
    colours += share * palette[head].rgb;
    shares += share;
    sum += weight;
    largest = max(largest, weight);
    drawn += 1.0;
  }
  if (drawn == 0.0) return vec4(0.0);
  if (mode == kHeads) return shares < 1e-12 ? vec4(0.0) : vec4(colours / shares, largest);
  float value = mode == kMax ? largest : sum / drawn;
  return vec4(ScaleColour(value), value);
}

// Each head in its turn over the pixel.
vec3 Figure(vec3 colour, vec2 place, ivec2 grid) {
  for (int head = first; head < end; ++head) {
    if (palette[head].a == 0.0) continue;
    float weight = Weight(head, place, grid);
    if (weight > kFigureLeast) colour = mix(colour, palette[head].rgb, kFigureAlpha * sqrt(weight));
  }
  return colour;
}

vec3 Pixel(vec3 colour) {
  ivec2 grid = textureSize(weights, 0).xy;
  vec2 place = at / covered * vec2(grid);
  bool beside = any(greaterThanEqual(place, vec2(grid)));
  if (bare) return beside ? ScaleColour(0.0) : Overlay(place, grid).rgb;
  if (mode == kFigure) return beside ? colour : Figure(colour, place, grid);
  float luma = dot(colour, vec3(0.2126, 0.7152, 0.0722));
  vec3 backdrop = mix(colour, vec3(kBackdropLuma * luma), opacity);
  if (beside) return backdrop;
  vec4 overlay = Overlay(place, grid);
  return mix(backdrop, overlay.rgb, opacity * overlay.a);
}

void main() {
  vec4 texel = texture(photo, at);
  pixel = vec4(Pixel(texel.rgb + (1.0 - texel.a)), 1.0);  // premultiplied, over white
}
