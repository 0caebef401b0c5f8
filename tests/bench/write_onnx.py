#!/usr/bin/env python3
"""Writes the network of a weights file as an ONNX graph for one size of photo.

    write_onnx.py WEIGHTS.safetensors OUT.onnx --height 480 --width 480 --precision int8

Input: pixels (1, 3, height, width), normalised. Output: maps (layers, heads, tokens), the softmax
scores of [CLS]. The graph computes nothing that the maps do not need, has the positions and the
scale of the queries worked into its constants, and is otherwise what exporters write.
"""

import argparse
import json
import math
import struct
from typing import Callable, NamedTuple

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper

DTYPES = {"F32": numpy.float32, "I8": numpy.int8}


def read_weights(path):
    """Arrays by name, in f32, and the metadata."""
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        data = file.read()
    metadata = header.pop("__metadata__", {})
    arrays = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        values = numpy.frombuffer(data[begin:end], DTYPES[entry["dtype"]])
        arrays[name] = values.reshape(entry["shape"]).astype(numpy.float32)
    for name in [name for name in arrays if name.endswith(".scale")]:
        arrays[name.removesuffix(".scale")] *= arrays.pop(name)[:, None]
    return arrays, metadata


def cubic_matrix(count, grid_count):
    """(count, grid_count): src/vit/position.cc as a matrix for one axis."""
    a = -0.75
    matrix = numpy.zeros((count, grid_count))
    for line in range(count):
        source = (line + 0.5) * grid_count / (count + 0.1) - 0.5
        first = math.floor(source)
        for tap in range(first - 1, first + 3):
            t = abs(source - tap)
            near = ((a + 2) * t - (a + 3)) * t * t + 1
            far = ((a * t - 5 * a) * t + 8 * a) * t - 4 * a
            matrix[line, min(max(tap, 0), grid_count - 1)] += near if t <= 1 else far
    return matrix


def positions(embedding, rows, cols):
    """The [CLS] position, and those of the grid's patches: (width,), (rows * cols, width)."""
    of_cls, of_patches = embedding[0, 0], embedding[0, 1:]
    side = math.isqrt(len(of_patches))
    if (rows, cols) != (side, side):
        of_patches = numpy.einsum("ri,cj,ijw->rcw", cubic_matrix(rows, side), cubic_matrix(cols, side),
                                  of_patches.reshape(side, side, -1), optimize=True)
    return of_cls, of_patches.reshape(rows * cols, -1).astype(numpy.float32)


class Graph:
    """Nodes and constants, named by number."""

    def __init__(self):
        self.nodes, self.constants = [], []

    def add(self, operator, *inputs, outputs=1, domain="", **attributes):
        names = [f"{operator}_{len(self.nodes)}_{i}" for i in range(outputs)]
        inputs = [self.constant(x) if isinstance(x, numpy.ndarray) else x for x in inputs]
        self.nodes.append(helper.make_node(operator, inputs, names, domain=domain, **attributes))
        return names[0] if outputs == 1 else names

    def constant(self, array):
        name = f"constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(array, name))
        return name


def shape(*sides):
    return numpy.array(sides, numpy.int64)


def linear_f32(graph, x, weight, bias):
    return graph.add("Gemm", x, weight.T.copy(), bias)


def linear_int8(graph, x, weight, bias):
    """As onnxruntime's quantize_dynamic writes it, a scale per output channel."""
    scale = numpy.abs(weight).max(axis=1) / 127
    values = numpy.rint(weight / scale[:, None]).astype(numpy.int8)
    quantised, x_scale, x_zero = graph.add("DynamicQuantizeLinear", x, outputs=3)
    product = graph.add("MatMulInteger", quantised, values.T.copy(), x_zero)
    scales = graph.add("Mul", x_scale, scale.astype(numpy.float32))
    scaled = graph.add("Mul", graph.add("Cast", product, to=TensorProto.FLOAT), scales)
    return graph.add("Add", scaled, bias)


def split_heads(graph, x, tokens, heads, order):
    """(tokens, width) to an order of (tokens, heads, head size)."""
    return graph.add("Transpose", graph.add("Reshape", x, shape(tokens, heads, -1)), perm=order)


def cls_scores(graph, query, key, heads, tokens):
    """Softmax scores of [CLS], (heads, tokens), from its query, (1, width)."""
    scores = graph.add("MatMul", split_heads(graph, query, 1, heads, [1, 0, 2]),
                       split_heads(graph, key, tokens, heads, [1, 2, 0]))
    return graph.add("Reshape", graph.add("Softmax", scores, axis=-1), shape(heads, tokens))


def attention_plain(graph, query, key, value, tokens, heads):
    """The scores of [CLS], (heads, tokens), and the heads' outputs, (tokens, width)."""
    scores = graph.add("MatMul", split_heads(graph, query, tokens, heads, [1, 0, 2]),
                       split_heads(graph, key, tokens, heads, [1, 2, 0]))
    weights = graph.add("Softmax", scores, axis=-1)
    of_cls = graph.add("Gather", weights, numpy.array(0), axis=1)
    mixed = graph.add("MatMul", weights, split_heads(graph, value, tokens, heads, [1, 0, 2]))
    return of_cls, graph.add("Reshape", graph.add("Transpose", mixed, perm=[1, 0, 2]), shape(tokens, -1))


def attention_fused(graph, query, key, value, tokens, heads):
    """The same with onnxruntime's own operator, which needs a sixth of the memory."""
    of_cls = cls_scores(graph, first_row(graph, query), key, heads, tokens)
    batches = [graph.add("Unsqueeze", x, shape(0)) for x in (query, key, value)]
    mixed = graph.add("MultiHeadAttention", *batches, domain="com.microsoft", num_heads=heads, scale=1.0)
    return of_cls, graph.add("Squeeze", mixed, shape(0))


def first_row(graph, x):
    return graph.add("Slice", x, shape(0), shape(1), shape(0))


class Kind(NamedTuple):
    linear: Callable
    attention: Callable


# The fastest of those tried in onnxruntime-web 1.30. DynamicQuantizeMatMul and unsigned weights are
# as fast as int8 here, 8-bit MatMulNBits is slower than f32. Fused attention is as fast for f32, and
# slower for int8.
KINDS = {"f32": Kind(linear_f32, attention_fused), "int8": Kind(linear_int8, attention_plain)}


def add_block(graph, x, block, tokens, heads, kind, last):
    """Dosovitskiy et al. 2021, eq. 2 and 3. Gives the [CLS] maps and, unless it is the last, x."""
    def norm(name, x):
        return graph.add("LayerNormalization", x, block[f"{name}.weight"], block[f"{name}.bias"],
                         epsilon=1e-6, axis=-1)

    def apply(name, x):
        scale = block.get({"attn.proj": "ls1", "mlp.fc2": "ls2"}.get(name, "") + ".gamma", numpy.float32(1))
        return kind.linear(graph, x, block[f"{name}.weight"] * scale.reshape(-1, 1), block[f"{name}.bias"] * scale)

    width = len(block["norm1.bias"])
    weight, bias = block["attn.qkv.weight"].copy(), block["attn.qkv.bias"].copy()
    weight[:width] /= math.sqrt(width // heads)
    bias[:width] /= math.sqrt(width // heads)
    y = norm("norm1", x)
    if last:
        query = linear_f32(graph, first_row(graph, y), weight[:width], bias[:width])
        key = kind.linear(graph, y, weight[width:2 * width], bias[width:2 * width])
        return cls_scores(graph, query, key, heads, tokens), None
    query, key, value = graph.add("Split", kind.linear(graph, y, weight, bias), outputs=3, axis=1, num_outputs=3)
    maps, mixed = kind.attention(graph, query, key, value, tokens, heads)
    x = graph.add("Add", x, apply("attn.proj", mixed))
    inside = graph.add("Gelu", apply("mlp.fc1", norm("norm2", x)))
    return maps, graph.add("Add", x, apply("mlp.fc2", inside))


def embed(graph, weights, rows, cols):
    """Dosovitskiy et al. 2021, eq. 1: [CLS], registers, projected patches; positions added."""
    kernel = weights["patch_embed.proj.weight"]
    patch = kernel.shape[-1]
    of_cls, of_patches = positions(weights["pos_embed"], rows, cols)
    patches = graph.add("Conv", "pixels", kernel, weights["patch_embed.proj.bias"],
                        kernel_shape=[patch, patch], strides=[patch, patch])
    flat = graph.add("Reshape", patches, shape(len(kernel), rows * cols))
    placed = graph.add("Add", graph.add("Transpose", flat, perm=[1, 0]), of_patches)
    registers = weights.get("register_tokens", numpy.zeros((1, 0, len(kernel)), numpy.float32))
    prefix = numpy.concatenate([weights["cls_token"][0] + of_cls, registers[0]])
    return graph.add("Concat", prefix, placed, axis=0), len(prefix) + rows * cols


def build(weights, metadata, height, width, kind):
    graph = Graph()
    patch = weights["patch_embed.proj.weight"].shape[-1]
    x, tokens = embed(graph, weights, height // patch, width // patch)
    heads = int(metadata.get("heads", weights["cls_token"].shape[-1] // 64))
    depth = 1 + max(int(name.split(".")[1]) for name in weights if name.startswith("blocks."))
    maps = []
    for i in range(depth):
        at = f"blocks.{i}."
        block = {name.removeprefix(at): array for name, array in weights.items() if name.startswith(at)}
        of_cls, x = add_block(graph, x, block, tokens, heads, kind, i == depth - 1)
        maps.append(graph.add("Unsqueeze", of_cls, shape(0)))
    graph.nodes.append(helper.make_node("Concat", maps, ["maps"], axis=0))
    return helper.make_graph(
        graph.nodes, "vit",
        [helper.make_tensor_value_info("pixels", TensorProto.FLOAT, [1, 3, height, width])],
        [helper.make_tensor_value_info("maps", TensorProto.FLOAT, [depth, heads, tokens])],
        graph.constants)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("weights")
    parser.add_argument("out")
    parser.add_argument("--height", type=int, required=True)
    parser.add_argument("--width", type=int, required=True)
    parser.add_argument("--precision", choices=KINDS, required=True)
    arguments = parser.parse_args()
    weights, metadata = read_weights(arguments.weights)
    graph = build(weights, metadata, arguments.height, arguments.width, KINDS[arguments.precision])
    operators = [helper.make_opsetid("", 20), helper.make_opsetid("com.microsoft", 1)]
    model = helper.make_model(graph, opset_imports=operators, ir_version=9)
    onnx.checker.check_model(model)
    onnx.save(model, arguments.out)


if __name__ == "__main__":
    main()
