#!/usr/bin/env python3
"""Writes a ViT-S/8, the shape of DINO's, filled with random numbers that are the same every time.

    write_random_vit.py OUT.safetensors

Names, shapes and the sizes of the numbers are those of RandomVit in tests/random_vit.h: attention
is neither uniform nor saturated.
"""

import json
import struct
import sys

import numpy

PATCH, WIDTH, DEPTH, HEADS, MLP, GRID = 8, 384, 12, 6, 1536, 28


def tensors():
    """(name, shape, mean, deviation) of each."""
    gain = 2 / WIDTH**0.5
    yield "cls_token", (1, 1, WIDTH), 0, 0.5
    yield "pos_embed", (1, 1 + GRID * GRID, WIDTH), 0, 0.5
    yield "patch_embed.proj.weight", (WIDTH, 3, PATCH, PATCH), 0, 1 / PATCH
    yield "patch_embed.proj.bias", (WIDTH,), 0, 0.1
    for block in range(DEPTH):
        at = f"blocks.{block}."
        for norm in ("norm1", "norm2"):
            yield at + norm + ".weight", (WIDTH,), 1, 0.2
            yield at + norm + ".bias", (WIDTH,), 0, 0.2
        yield at + "attn.qkv.weight", (3 * WIDTH, WIDTH), 0, gain
        yield at + "attn.qkv.bias", (3 * WIDTH,), 0, 0.1
        yield at + "attn.proj.weight", (WIDTH, WIDTH), 0, gain / 2
        yield at + "attn.proj.bias", (WIDTH,), 0, 0.1
        yield at + "mlp.fc1.weight", (MLP, WIDTH), 0, gain / 2
        yield at + "mlp.fc1.bias", (MLP,), 0, 0.1
        yield at + "mlp.fc2.weight", (WIDTH, MLP), 0, gain / 2
        yield at + "mlp.fc2.bias", (WIDTH,), 0, 0.1


def main():
    random = numpy.random.default_rng(1)
    header, parts, end = {"__metadata__": {"heads": str(HEADS)}}, [], 0
    for name, shape, mean, deviation in tensors():
        values = mean + deviation * random.uniform(-(3**0.5), 3**0.5, shape)
        parts.append(values.astype("<f4").tobytes())
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [end, end + len(parts[-1])]}
        end += len(parts[-1])
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(sys.argv[1], "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(parts))


if __name__ == "__main__":
    main()
