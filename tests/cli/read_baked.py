"""Compares a baked figure's maps with what `headlens maps --format safetensors` writes: read_baked.py MAPS RUN

Prints the metadata, a line each; then, for cls and query_maps, the shape and by how many 255ths of a map's range its
worst score is off; and by how much the shares of [CLS] and the registers are.
"""
import sys

import numpy as np
from safetensors import safe_open


def decoded(baked, name):
    low, high = (baked.get_tensor(f"{name}.{end}").astype(np.float64)[..., None, None] for end in ("low", "high"))
    return low + (high - low) * (baked.get_tensor(name) / 255.0) ** 2, high - low


def main():
    baked, run = safe_open(sys.argv[1], "np"), safe_open(sys.argv[2], "np")
    for fact in sorted(baked.metadata().items()):
        print(*fact)
    cls = run.get_tensor("cls_attention").astype(np.float64)
    scores, span = decoded(baked, "cls")
    print("cls", *scores.shape, f"{255 * (abs(scores - cls) / span).max():.6f}")
    if "query_attention" in run.keys():
        scores, span = decoded(baked, "query_maps")
        worst = 255 * (abs(scores[0] - run.get_tensor("query_attention")) / span[0]).max()
        print("query_maps", *scores.shape, f"{worst:.6f}")
        print("queries", *baked.get_tensor("queries").flatten())
    print("prefix", f"{abs(1 - cls.sum((2, 3)) - baked.get_tensor('prefix')).max():.6f}")


main()
