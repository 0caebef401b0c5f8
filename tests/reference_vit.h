// A Vision Transformer to read from top to bottom: scalar, in double precision, one function per
// operation, in the order of Dosovitskiy et al. 2021. The oracle of every kernel in src/vit.
#ifndef HEADLENS_TESTS_REFERENCE_VIT_H_
#define HEADLENS_TESTS_REFERENCE_VIT_H_

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "checkpoint/checkpoint.h"
#include "vit/config.h"

namespace headlens::reference {

using Values = std::vector<double>;

// out (rows, outputs) = in (rows, inputs) * weights^T + bias. weights: (outputs, inputs).
inline Values Linear(const Values& in, const Values& weights, const Values& bias) {
  const size_t outputs = bias.size(), inputs = weights.size() / outputs, rows = in.size() / inputs;
  Values out(rows * outputs);
  for (size_t r = 0; r < rows; ++r) {
    for (size_t o = 0; o < outputs; ++o) {
      double sum = bias[o];
      for (size_t i = 0; i < inputs; ++i) sum += in[r * inputs + i] * weights[o * inputs + i];
      out[r * outputs + o] = sum;
    }
  }
  return out;
}

// Each row of x (rows, width) to mean 0 and variance 1, times gamma, plus beta.
inline Values LayerNorm(const Values& x, const Values& gamma, const Values& beta) {
  const size_t width = gamma.size();
  Values out(x.size());
  for (size_t start = 0; start < x.size(); start += width) {
    double mean = 0, variance = 0;
    for (size_t i = 0; i < width; ++i) mean += x[start + i] / width;
    for (size_t i = 0; i < width; ++i) variance += std::pow(x[start + i] - mean, 2) / width;
    for (size_t i = 0; i < width; ++i) {
      out[start + i] = (x[start + i] - mean) / std::sqrt(variance + 1e-6) * gamma[i] + beta[i];
    }
  }
  return out;
}

inline double Gelu(double x) { return 0.5 * x * (1 + std::erf(x / std::sqrt(2.0))); }

// The attention matrix of each head: (heads, tokens, tokens). qkv: (tokens, 3, heads, head_size).
inline Values Attention(const Values& qkv, size_t tokens, size_t heads, size_t head_size) {
  const size_t width = heads * head_size;
  Values weights(heads * tokens * tokens);
  for (size_t h = 0; h < heads; ++h) {
    for (size_t q = 0; q < tokens; ++q) {
      double* const row = weights.data() + (h * tokens + q) * tokens;
      for (size_t k = 0; k < tokens; ++k) {
        for (size_t i = 0; i < head_size; ++i) {
          row[k] += qkv[q * 3 * width + h * head_size + i] *
                    qkv[k * 3 * width + width + h * head_size + i] / std::sqrt(double(head_size));
        }
      }
      const double largest = *std::max_element(row, row + tokens);
      double sum = 0;
      for (size_t k = 0; k < tokens; ++k) sum += row[k] = std::exp(row[k] - largest);
      for (size_t k = 0; k < tokens; ++k) row[k] /= sum;
    }
  }
  return weights;
}

// out (tokens, heads, head_size): the values, averaged by the attention matrices.
inline Values Average(const Values& weights, const Values& qkv, size_t tokens, size_t heads,
                      size_t head_size) {
  const size_t width = heads * head_size;
  Values out(tokens * width);
  for (size_t h = 0; h < heads; ++h) {
    for (size_t q = 0; q < tokens; ++q) {
      for (size_t k = 0; k < tokens; ++k) {
        for (size_t i = 0; i < head_size; ++i) {
          out[q * width + h * head_size + i] += weights[(h * tokens + q) * tokens + k] *
                                                qkv[k * 3 * width + 2 * width + h * head_size + i];
        }
      }
    }
  }
  return out;
}

// pixels (3, height, width) -> (rows * cols, 3 * patch * patch).
inline Values Patches(const Values& pixels, int height, int width, int patch) {
  Values out;
  for (int row = 0; row < height / patch; ++row) {
    for (int col = 0; col < width / patch; ++col) {
      for (int i = 0; i < 3 * patch * patch; ++i) {
        const int channel = i / (patch * patch), y = i / patch % patch, x = i % patch;
        out.push_back(pixels[(channel * height + row * patch + y) * width + col * patch + x]);
      }
    }
  }
  return out;
}

// The cubic kernel of PyTorch's bicubic interpolation, over all distances.
inline double Cubic(double distance) {
  const double a = -0.75, x = std::abs(distance);
  if (x < 1) return (a + 2) * x * x * x - (a + 3) * x * x + 1;
  if (x < 2) return a * x * x * x - 5 * a * x * x + 8 * a * x - 4 * a;
  return 0;
}

// grid (grid_rows, grid_cols, width) at rows x cols, scaled by (rows + 0.1) / grid_rows as DINO v1.
inline Values Positions(const Values& grid, int grid_rows, int grid_cols, int rows, int cols) {
  if (rows == grid_rows && cols == grid_cols) return grid;
  const size_t width = grid.size() / grid_rows / grid_cols;
  Values out(rows * cols * width);
  for (int row = 0; row < rows; ++row) {
    for (int col = 0; col < cols; ++col) {
      const double y = (row + 0.5) * grid_rows / (rows + 0.1) - 0.5;
      const double x = (col + 0.5) * grid_cols / (cols + 0.1) - 0.5;
      for (int j = std::floor(y) - 1; j <= std::floor(y) + 2; ++j) {
        for (int i = std::floor(x) - 1; i <= std::floor(x) + 2; ++i) {
          const int from =
              std::clamp(j, 0, grid_rows - 1) * grid_cols + std::clamp(i, 0, grid_cols - 1);
          for (size_t c = 0; c < width; ++c) {
            out[(row * cols + col) * width + c] +=
                Cubic(y - j) * Cubic(x - i) * grid[from * width + c];
          }
        }
      }
    }
  }
  return out;
}

// The attention matrices of all layers, (layers, heads, tokens, tokens).
inline Values AllAttention(const Checkpoint& checkpoint, const VitConfig& config,
                           const Values& pixels, int height, int width) {
  const auto read = [&](const std::string& name) {
    const auto floats = ReadFloats(checkpoint, name, checkpoint.Find(name)->shape);
    return Values(floats->begin(), floats->end());
  };
  const int rows = height / config.patch, cols = width / config.patch;

  // Eq. 1: tokens with positions.
  Values position = read("pos_embed");
  Values x = read("cls_token");
  for (const char* name : {"dist_token", "register_tokens"}) {
    if (!checkpoint.Find(name)) continue;
    const Values tokens = read(name);
    x.insert(x.end(), tokens.begin(), tokens.end());
  }
  const int prefix = config.prefix_positions * config.width;
  for (int c = 0; c < prefix; ++c) x[c] += position[c];
  position.erase(position.begin(), position.begin() + prefix);
  const Values patches = Linear(Patches(pixels, height, width, config.patch),
                                read("patch_embed.proj.weight"), read("patch_embed.proj.bias"));
  position = Positions(position, config.grid_rows, config.grid_cols, rows, cols);
  for (size_t i = 0; i < patches.size(); ++i) x.push_back(patches[i] + position[i]);
  const size_t tokens = x.size() / config.width;

  // Eq. 2 and 3: blocks.
  Values all;
  for (int layer = 0; layer < config.depth; ++layer) {
    const std::string at = "blocks." + std::to_string(layer) + ".";
    const auto linear = [&](const Values& in, const std::string& name) {
      return Linear(in, read(at + name + ".weight"), read(at + name + ".bias"));
    };
    const auto norm = [&](const std::string& name) {
      return LayerNorm(x, read(at + name + ".weight"), read(at + name + ".bias"));
    };
    const auto add = [&](const Values& delta, const std::string& gamma) {
      const Values scale = config.layer_scale ? read(at + gamma) : Values(config.width, 1.0);
      for (size_t i = 0; i < x.size(); ++i) x[i] += scale[i % config.width] * delta[i];
    };
    const Values qkv = linear(norm("norm1"), "attn.qkv");
    const Values weights = Attention(qkv, tokens, config.heads, config.head_size());
    all.insert(all.end(), weights.begin(), weights.end());
    add(linear(Average(weights, qkv, tokens, config.heads, config.head_size()), "attn.proj"),
        "ls1.gamma");
    Values inside = linear(norm("norm2"), "mlp.fc1");
    for (double& value : inside) value = Gelu(value);
    add(linear(inside, "mlp.fc2"), "ls2.gamma");
  }
  return all;
}

// The first row of the product over layers of the row-normalised (mean over heads + identity).
inline Values Rollout(const Values& all, size_t layers, size_t heads, size_t tokens) {
  Values product(tokens * tokens);
  for (size_t i = 0; i < tokens; ++i) product[i * tokens + i] = 1;
  for (size_t layer = 0; layer < layers; ++layer) {
    Values next(tokens * tokens);
    for (size_t i = 0; i < tokens; ++i) {
      for (size_t k = 0; k < tokens; ++k) {
        double step = i == k ? 1 : 0;
        for (size_t h = 0; h < heads; ++h) {
          step += all[((layer * heads + h) * tokens + i) * tokens + k] / heads;
        }
        for (size_t j = 0; j < tokens; ++j)
          next[i * tokens + j] += step / 2 * product[k * tokens + j];
      }
    }
    product = next;
  }
  return Values(product.begin(), product.begin() + tokens);
}

}  // namespace headlens::reference

#endif  // HEADLENS_TESTS_REFERENCE_VIT_H_
