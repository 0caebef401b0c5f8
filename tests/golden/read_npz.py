#!/usr/bin/env python3
"""Reads an NPZ file with numpy and compares: read_npz.py FILE 'NAME DTYPE SHAPE VALUES..' .."""

import sys

import numpy


def main():
    arrays = numpy.load(sys.argv[1])
    expected = {}
    for description in sys.argv[2:]:
        name, dtype, shape, *values = description.split()
        shape = tuple(int(side) for side in shape.split(","))
        expected[name] = numpy.array(values, dtype).reshape(shape)
    assert sorted(arrays.files) == sorted(expected), arrays.files
    for name, array in expected.items():
        assert arrays[name].dtype == array.dtype, (name, arrays[name].dtype)
        assert numpy.array_equal(arrays[name], array), (name, arrays[name])


if __name__ == "__main__":
    main()
