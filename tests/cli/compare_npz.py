"""Compares the arrays of an NPZ file with the tensors of a fixture: compare_npz.py NPZ FIXTURE

Prints, for each array that the fixture has, its name, type and shape and the greatest difference from the tensor.
"""
import json
import sys

import numpy as np

TENSOR_OF = {"keep_mass": "keep_mass_0.6"}  # of the last layer, as is the array
TYPES = {"F32": "<f4", "U8": "u1"}


def read_safetensors(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        data = file.read()
    header.pop("__metadata__", None)
    return {
        name: np.frombuffer(data[slice(*entry["data_offsets"])], TYPES[entry["dtype"]])
        .reshape(entry["shape"]).astype(np.float64)
        for name, entry in header.items()
    }


def main():
    arrays = np.load(sys.argv[1])
    tensors = read_safetensors(sys.argv[2])
    for name in arrays.files:
        array = arrays[name]
        tensor = tensors.get(TENSOR_OF.get(name, name))
        if tensor is None:
            continue
        if array.shape != tensor.shape:
            sys.exit(f"{name}: {array.shape} is not {tensor.shape}")
        difference = np.abs(array.astype(np.float64) - tensor).max()
        print(name, array.dtype, *array.shape, f"{difference:.3g}")


main()
