#include "vit/linear.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "random_vit.h"
#include "reference_vit.h"
#include "vit/integer_linear.h"
#include "vit/kernels.h"

namespace headlens {
namespace {

struct Problem {
  int rows, inputs, outputs;
  std::vector<float> in, weights, bias;
  reference::Values expected;
};

Problem RandomProblem(int rows, int inputs, int outputs) {
  Random random(21);
  Problem p = {rows,
               inputs,
               outputs,
               random.Floats(rows * inputs, 2.0f),
               random.Floats(outputs * inputs, 0.1f),
               random.Floats(outputs, 1.0f),
               {}};
  p.expected = reference::Linear({p.in.begin(), p.in.end()}, {p.weights.begin(), p.weights.end()},
                                 {p.bias.begin(), p.bias.end()});
  return p;
}

std::vector<float> Outputs(Result<Linear> linear, const Problem& p, int threads) {
  EXPECT_TRUE(linear.ok());
  const ThreadPool pool = MakeThreadPool(threads);
  Buffer<float> in, out;
  QuantisedRows quantised;
  EXPECT_TRUE(in.Reserve(p.in.size()) && out.Reserve(p.rows * p.outputs) &&
              quantised.Reserve(p.rows, p.inputs, threads));
  std::copy(p.in.begin(), p.in.end(), in.data());
  EXPECT_TRUE(linear->Reshape(p.rows, pool).ok());
  EXPECT_TRUE(linear->Run(in.data(), out.data(), quantised, pool).ok());
  return {out.data(), out.data() + p.rows * p.outputs};
}

TEST(Linear, F32AgreesWithTheReference) {
  for (int rows : {1, 7, 50}) {
    const Problem p = RandomProblem(rows, 192, 75);
    for (int threads : {1, 2}) {
      const std::vector<float> out = Outputs(Linear::FromFloats(p.weights, p.bias), p, threads);
      for (size_t i = 0; i < out.size(); ++i) EXPECT_NEAR(out[i], p.expected[i], 1e-5) << i;
    }
  }
}

// The weights are off by at most half a step of their row, the inputs by at most a step of theirs
// (half for the rounding, half for the zero point).
TEST(Linear, Int8StaysWithinItsRounding) {
  for (int rows : {1, 7, 50}) {
    const Problem p = RandomProblem(rows, 192, 75);
    const Int8Matrix matrix = QuantiseRows(p.weights, p.outputs, p.inputs);
    for (int threads : {1, 2}) {
      const std::vector<float> out = Outputs(Linear::FromInt8(matrix, p.bias), p, threads);
      double error = 0, power = 0;
      for (int r = 0; r < rows; ++r) {
        const auto row = p.in.begin() + r * p.inputs;
        const auto [least, most] = std::minmax_element(row, row + p.inputs);
        const double step = (*most - *least) / 255;
        for (int o = 0; o < p.outputs; ++o) {
          double bound = 1e-5;
          for (int i = 0; i < p.inputs; ++i) {
            bound += step * std::abs(p.weights[o * p.inputs + i]) +
                     matrix.scale[o] / 2 * (std::abs(row[i]) + step);
          }
          const double difference = out[r * p.outputs + o] - p.expected[r * p.outputs + o];
          EXPECT_LE(std::abs(difference), bound) << r << " " << o;
          error += difference * difference;
          power += std::pow(p.expected[r * p.outputs + o], 2);
        }
      }
      EXPECT_LE(std::sqrt(error / power), 0.01) << rows << " rows, " << threads << " threads";
    }
  }
}

TEST(Linear, Int8IsExactWhereNothingRounds) {
  // Inputs that are whole steps from 0 to 255 and weights that are whole numbers.
  Problem p = {1, 256, 1, {}, {}, {3.0f}, {}};
  for (int i = 0; i < 256; ++i) p.in.push_back(static_cast<float>(i));
  for (int i = 0; i < 256; ++i) p.weights.push_back(i % 2 ? 127.0f : -1.0f);
  const double odd = 128.0 * 128, even = 128.0 * 127;
  const auto out = Outputs(Linear::FromInt8(QuantiseRows(p.weights, 1, 256), p.bias), p, 1);
  EXPECT_NEAR(out[0], 127 * odd - even + 3, 0.5);
}

TEST(Linear, CanBeReshapedToMoreAndFewerRows) {
  const Problem many = RandomProblem(40, 64, 33);
  const ThreadPool pool = MakeThreadPool(1);
  Result<Linear> linear = Linear::FromFloats(many.weights, many.bias);
  ASSERT_TRUE(linear.ok());
  for (int rows : {3, 40, 1}) {
    std::vector<float> in = many.in, out(rows * 33 + 1, 99.0f);
    in.resize(in.size() + XNN_EXTRA_BYTES);
    ASSERT_TRUE(linear->Reshape(rows, pool).ok());
    ASSERT_TRUE(linear->Run(in.data(), out.data(), {}, pool).ok());
    EXPECT_NEAR(out[rows * 33 - 1], many.expected[rows * 33 - 1], 1e-5);
    EXPECT_EQ(out[rows * 33], 99.0f) << "wrote past the last row";
  }
}

using RunMethod = void (IntegerLinear::*)(const float*, size_t, uint32_t*, float*,
                                          const ThreadPool&) const;

std::vector<float> OwnOutputs(const Int8Matrix& matrix, const Problem& p, int threads,
                              RunMethod run,
                              const LinearKernels& kernels = BestKernels().exact_linear) {
  const ThreadPool pool = MakeThreadPool(threads);
  const IntegerLinear linear(matrix, p.bias, kernels);
  const size_t words = IntegerLinear::Scratch(p.inputs, ThreadCount(pool));
  std::vector<uint32_t> scratch(words + 16, 0xA5A5A5A5);
  std::vector<float> out(p.rows * p.outputs + 16, 99.0f);
  (linear.*run)(p.in.data(), p.rows, scratch.data(), out.data(), pool);
  for (int i = 0; i < 16; ++i) {
    EXPECT_EQ(scratch[words + i], 0xA5A5A5A5) << "wrote past the work memory";
    EXPECT_EQ(out[p.rows * p.outputs + i], 99.0f) << "wrote past the last row";
  }
  out.resize(p.rows * p.outputs);
  return out;
}

double RelativeError(const std::vector<float>& out, const Problem& p) {
  double error = 0, power = 0;
  for (size_t i = 0; i < out.size(); ++i) {
    error += std::pow(out[i] - p.expected[i], 2);
    power += std::pow(p.expected[i], 2);
  }
  return std::sqrt(error / power);
}

// p's, but with the matrix for weights.
reference::Values ExpectedOf(const Int8Matrix& matrix, const Problem& p) {
  reference::Values rounded;
  for (int i = 0; i < p.outputs * p.inputs; ++i) {
    rounded.push_back(double{matrix.scale[i / p.inputs]} * matrix.values[i]);
  }
  return reference::Linear({p.in.begin(), p.in.end()}, rounded, {p.bias.begin(), p.bias.end()});
}

// Of inputs in 12 bits only half a step remains; the weights are as exact as the matrix.
TEST(IntegerLinear, AddsNextToNothingToTheRoundingOfTheWeights) {
  for (int rows : {1, 7, 50}) {
    for (int inputs : {1, 61, 192}) {
      for (int outputs : {1, 64, 75}) {
        Problem p = RandomProblem(rows, inputs, outputs);
        const Int8Matrix matrix = QuantiseRows(p.weights, outputs, inputs);
        p.expected = ExpectedOf(matrix, p);
        for (int threads : {1, 2}) {
          EXPECT_LE(RelativeError(OwnOutputs(matrix, p, threads, &IntegerLinear::Run), p), 5e-4)
              << rows << " x " << inputs << " to " << outputs << ", " << threads << " threads";
        }
      }
    }
  }
}

// Evenly spread inputs in 8 bits err by 0.4 %; weights by 1 %, since their steps double until eight
// of them come to no more than 258.
TEST(IntegerLinear, RoughlyStaysWithinStepsOfItsFactors) {
  for (int rows : {1, 50}) {
    for (int inputs : {61, 192}) {
      for (int outputs : {64, 75}) {
        Problem p = RandomProblem(rows, inputs, outputs);
        const Int8Matrix matrix = QuantiseRows(p.weights, outputs, inputs);
        p.expected = ExpectedOf(matrix, p);
        for (int threads : {1, 2}) {
          const auto out =
              OwnOutputs(matrix, p, threads, &IntegerLinear::Run, BestKernels().rough_linear);
          EXPECT_LE(RelativeError(out, p), 0.015)
              << rows << " x " << inputs << " to " << outputs << ", " << threads << " threads";
        }
      }
    }
  }
}

// All weights of a row as large as can be: sums would overflow but for coarser steps.
TEST(IntegerLinear, RoughlyDoesNotOverflow) {
  for (int8_t weight : {-128, -127, 127}) {
    Problem p = RandomProblem(7, 192, 20);
    for (size_t i = 0; i < p.in.size(); ++i) p.in[i] = i % 192 == 0 ? -1.0f : 1.0f;
    Int8Matrix matrix = {20, 192, std::vector<int8_t>(20 * 192, weight),
                         std::vector<float>(20, 0.01f)};
    p.expected = ExpectedOf(matrix, p);
    const auto out = OwnOutputs(matrix, p, 1, &IntegerLinear::Run, BestKernels().rough_linear);
    EXPECT_LE(RelativeError(out, p), 0.015) << int{weight};
  }
}

TEST(IntegerLinear, RunThenGeluIsRunAndThenGelu) {
  for (int rows : {1, 7, 50}) {
    const Problem p = RandomProblem(rows, 61, 75);
    const Int8Matrix matrix = QuantiseRows(p.weights, p.outputs, p.inputs);
    for (int threads : {1, 2}) {
      const std::vector<float> before = OwnOutputs(matrix, p, threads, &IntegerLinear::Run);
      const std::vector<float> out = OwnOutputs(matrix, p, threads, &IntegerLinear::RunThenGelu);
      for (size_t i = 0; i < out.size(); ++i) {
        EXPECT_NEAR(out[i], reference::Gelu(before[i]), 0x1p-22 * (1 + std::abs(before[i]))) << i;
      }
    }
  }
}

TEST(IntegerLinear, IsWhatFromInt8ExactlyRuns) {
  const Problem p = RandomProblem(50, 61, 75);
  const Int8Matrix matrix = QuantiseRows(p.weights, p.outputs, p.inputs);
  EXPECT_EQ(Outputs(Linear::FromInt8Exactly(matrix, p.bias), p, 2),
            OwnOutputs(matrix, p, 2, &IntegerLinear::Run));
}

}  // namespace
}  // namespace headlens
