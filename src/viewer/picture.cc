#include "viewer/picture.h"

#include <GLES3/gl3.h>

#include <array>

#include "maps/colour.h"
#include "viewer/gl.h"
#include "viewer/keys.h"
#include "viewer/shaders.h"

namespace headlens {
namespace {

constexpr int kScaleTexels = 256;
constexpr int kPhotoUnit = 0, kWeightsUnit = 1, kScaleUnit = 2;

void FillScale() {
  std::array<uint8_t, kScaleTexels * 4> texels;
  for (size_t i = 0; i < kScaleTexels; ++i) {
    const Colour colour = ScaleColour(static_cast<float>(i) / (kScaleTexels - 1));
    texels[4 * i] = static_cast<uint8_t>(colour.r * 255 + 0.5f);
    texels[4 * i + 1] = static_cast<uint8_t>(colour.g * 255 + 0.5f);
    texels[4 * i + 2] = static_cast<uint8_t>(colour.b * 255 + 0.5f);
    texels[4 * i + 3] = 255;
  }
  glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA8, kScaleTexels, 1, 0, GL_RGBA, GL_UNSIGNED_BYTE,
               texels.data());
}

Weights* WeightsOf(Picture* picture, size_t pane) {
  glActiveTexture(GL_TEXTURE0 + kWeightsUnit);
  while (picture->weights.size() <= pane) {
    picture->weights.push_back({CreateTexture(GL_TEXTURE_2D_ARRAY, GL_NEAREST, GL_NEAREST)});
  }
  return &picture->weights[pane];
}

void UploadWeights(Weights* weights, const Heads& heads, std::span<const float> scores,
                   float keep_mass) {
  if (weights->scores == scores.data() && weights->keep_mass == keep_mass) return;
  const std::vector<float> texels = ShownWeights(heads, scores, keep_mass);
  glActiveTexture(GL_TEXTURE0 + kWeightsUnit);
  glBindTexture(GL_TEXTURE_2D_ARRAY, weights->texture);
  glTexImage3D(GL_TEXTURE_2D_ARRAY, 0, GL_R32F, heads.grid.cols, heads.grid.rows, heads.heads, 0,
               GL_RED, GL_FLOAT, texels.data());
  weights->scores = scores.data();
  weights->keep_mass = keep_mass;
}

void BindTextures(const Picture& picture, const Weights& weights) {
  glActiveTexture(GL_TEXTURE0 + kWeightsUnit);
  glBindTexture(GL_TEXTURE_2D_ARRAY, weights.texture);
  glActiveTexture(GL_TEXTURE0 + kScaleUnit);
  glBindTexture(GL_TEXTURE_2D, picture.scale);
  glActiveTexture(GL_TEXTURE0 + kPhotoUnit);
  glBindTexture(GL_TEXTURE_2D, picture.photo);
}

// (kMaxHeads, 4): the colour of each head, and 1 where it is drawn.
std::vector<float> Palette(const ViewState& state, uint64_t drawn) {
  std::vector<float> palette;
  for (int head = 0; head < kMaxHeads; ++head) {
    const Colour colour = ColourOfHead(state, head);
    const float on = (drawn >> head & 1) != 0 ? 1.0f : 0.0f;
    palette.insert(palette.end(), {colour.r, colour.g, colour.b, on});
  }
  return palette;
}

// As compose.h names them; one head alone is a mean of one.
int ShaderMode(ViewMode mode) {
  switch (mode) {
    case ViewMode::kHeads:
      return 0;
    case ViewMode::kMax:
      return 2;
    case ViewMode::kFigure:
      return 3;
    case ViewMode::kMean:
    case ViewMode::kSingle:
      return 1;
  }
  return 0;
}

void SetUniforms(unsigned program, const Heads& heads, uint64_t drawn, const ViewState& state) {
  const auto at = [program](const char* name) { return glGetUniformLocation(program, name); };
  const std::vector<float> palette = Palette(state, drawn);
  glUniform1i(at("photo"), kPhotoUnit);
  glUniform1i(at("weights"), kWeightsUnit);
  glUniform1i(at("scale"), kScaleUnit);
  glUniform4fv(at("palette"), kMaxHeads, palette.data());
  glUniform1i(at("heads"), heads.heads);
  glUniform1i(at("mode"), ShaderMode(state.mode));
  glUniform1f(at("opacity"), HasMaps(heads) ? state.opacity : 0.0f);
  glUniform1i(at("smoothly"), state.smooth ? 1 : 0);
  glUniform2f(at("covered"), heads.grid.covered_width, heads.grid.covered_height);
}

}  // namespace

bool CreatePicture(Picture* picture) {
  *picture = {};
  picture->program = LinkProgram(kOverlayVert, kOverlayFrag);
  picture->photo = CreateTexture(GL_TEXTURE_2D, GL_LINEAR_MIPMAP_LINEAR, GL_LINEAR);
  picture->scale = CreateTexture(GL_TEXTURE_2D, GL_LINEAR, GL_LINEAR);
  FillScale();
  return picture->program != 0;
}

void ForgetWeights(Picture* picture, size_t pane) {
  if (pane < picture->weights.size()) picture->weights[pane].scores = nullptr;
}

void DropWeights(Picture* picture, size_t panes) {
  for (; picture->weights.size() > panes; picture->weights.pop_back()) {
    glDeleteTextures(1, &picture->weights.back().texture);
  }
}

void DrawPicture(Picture* picture, std::span<const Pane> panes, size_t pane, const ViewState& state,
                 const Box& place, int target_height, int target_width) {
  const Heads& heads = panes[pane].heads;
  Weights* weights = WeightsOf(picture, pane);
  if (HasMaps(heads)) UploadWeights(weights, heads, ShownScores(heads, state), state.keep_mass);
  glUseProgram(picture->program);
  BindTextures(*picture, *weights);
  SetUniforms(picture->program, heads, DrawnHeadsIn(panes, pane, state), state);

  const float width = static_cast<float>(target_width);
  const float height = static_cast<float>(target_height);
  glUniform4f(glGetUniformLocation(picture->program, "place"), place.x / width * 2 - 1,
              1 - place.y / height * 2, (place.x + place.width) / width * 2 - 1,
              1 - (place.y + place.height) / height * 2);
  glViewport(0, 0, target_width, target_height);
  glDrawArrays(GL_TRIANGLE_STRIP, 0, 4);
}

std::vector<uint8_t> RenderPicture(Picture* picture, std::span<const Pane> panes, size_t pane,
                                   const ViewState& state, int height, int width) {
  unsigned target = 0, pixels = 0;
  glGenRenderbuffers(1, &pixels);
  glBindRenderbuffer(GL_RENDERBUFFER, pixels);
  glRenderbufferStorage(GL_RENDERBUFFER, GL_RGBA8, width, height);
  glGenFramebuffers(1, &target);
  glBindFramebuffer(GL_FRAMEBUFFER, target);
  glFramebufferRenderbuffer(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_RENDERBUFFER, pixels);

  std::vector<uint8_t> rgba;
  if (glCheckFramebufferStatus(GL_FRAMEBUFFER) == GL_FRAMEBUFFER_COMPLETE) {
    // WebGL reads rows from the bottom: drawn upside down, they come the right way round.
    const Box flipped{0, static_cast<float>(height), static_cast<float>(width),
                      -static_cast<float>(height)};
    DrawPicture(picture, panes, pane, state, flipped, height, width);
    rgba.resize(static_cast<size_t>(height) * static_cast<size_t>(width) * 4);
    glReadPixels(0, 0, width, height, GL_RGBA, GL_UNSIGNED_BYTE, rgba.data());
  }
  glBindFramebuffer(GL_FRAMEBUFFER, 0);
  glDeleteFramebuffers(1, &target);
  glDeleteRenderbuffers(1, &pixels);
  return rgba;
}

}  // namespace headlens
