#include "viewer/picture.h"

#include <GLES3/gl3.h>

#include <array>
#include <cstddef>

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

void UploadWeights(Picture* picture, const Heads& heads, std::span<const float> scores,
                   float keep_mass) {
  if (picture->scores == scores.data() && picture->keep_mass == keep_mass) return;
  const std::vector<float> texels = ShownWeights(heads, scores, keep_mass);
  glActiveTexture(GL_TEXTURE0 + kWeightsUnit);
  glBindTexture(GL_TEXTURE_2D_ARRAY, picture->weights);
  glTexImage3D(GL_TEXTURE_2D_ARRAY, 0, GL_R32F, heads.grid.cols, heads.grid.rows, heads.heads, 0,
               GL_RED, GL_FLOAT, texels.data());
  picture->scores = scores.data();
  picture->keep_mass = keep_mass;
}

void BindTextures(const Picture& picture) {
  glActiveTexture(GL_TEXTURE0 + kWeightsUnit);
  glBindTexture(GL_TEXTURE_2D_ARRAY, picture.weights);
  glActiveTexture(GL_TEXTURE0 + kScaleUnit);
  glBindTexture(GL_TEXTURE_2D, picture.scale);
  glActiveTexture(GL_TEXTURE0 + kPhotoUnit);
  glBindTexture(GL_TEXTURE_2D, picture.photo);
}

// (kMaxHeads, 4): the colour of each head, and 1 where it is drawn.
std::vector<float> Palette(const ViewState& state, int heads) {
  const uint64_t drawn = DrawnHeads(state, heads);
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
    case ViewMode::kMean:
    case ViewMode::kSingle:
      return 1;
  }
  return 0;
}

void SetUniforms(unsigned program, const Heads& heads, const ViewState& state) {
  const auto at = [program](const char* name) { return glGetUniformLocation(program, name); };
  const std::vector<float> palette = Palette(state, heads.heads);
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
  picture->weights = CreateTexture(GL_TEXTURE_2D_ARRAY, GL_NEAREST, GL_NEAREST);
  picture->scale = CreateTexture(GL_TEXTURE_2D, GL_LINEAR, GL_LINEAR);
  FillScale();
  return picture->program != 0;
}

void ForgetWeights(Picture* picture) { picture->scores = nullptr; }

void DrawPicture(Picture* picture, const Heads& heads, const ViewState& state, const Box& place,
                 int target_height, int target_width) {
  if (HasMaps(heads)) UploadWeights(picture, heads, ShownScores(heads, state), state.keep_mass);
  glUseProgram(picture->program);
  BindTextures(*picture);
  SetUniforms(picture->program, heads, state);

  const float width = static_cast<float>(target_width);
  const float height = static_cast<float>(target_height);
  glUniform4f(glGetUniformLocation(picture->program, "place"), place.x / width * 2 - 1,
              1 - place.y / height * 2, (place.x + place.width) / width * 2 - 1,
              1 - (place.y + place.height) / height * 2);
  glViewport(0, 0, target_width, target_height);
  glDrawArrays(GL_TRIANGLE_STRIP, 0, 4);
}

std::vector<uint8_t> RenderPicture(Picture* picture, const Heads& heads, const ViewState& state,
                                   int height, int width) {
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
    DrawPicture(picture, heads, state, flipped, height, width);
    rgba.resize(static_cast<size_t>(height) * static_cast<size_t>(width) * 4);
    glReadPixels(0, 0, width, height, GL_RGBA, GL_UNSIGNED_BYTE, rgba.data());
  }
  glBindFramebuffer(GL_FRAMEBUFFER, 0);
  glDeleteFramebuffers(1, &target);
  glDeleteRenderbuffers(1, &pixels);
  return rgba;
}

}  // namespace headlens
