#!/usr/bin/env python3
"""The figure of the DINO paper by numpy, against a picture: figure.py FILE.npz

photo and picture (height, width, 3) of 0..255; maps (heads, rows, cols), colours (heads, 3);
smooth (1): 1 bilinear, 0 by repeating patches. The recipe is that of
github.com/facebookresearch/dino, issue 92: the maps of the heads one after another, each from its
least to its largest value, what is not above 0.2 left out, laid over the photo with half the square
root as alpha. Prints the largest difference in levels.
"""

import sys

import numpy


def repeated(values, height, width):
    rows, cols = values.shape
    return values.repeat(height // rows, 0).repeat(width // cols, 1)


def bilinear(values, height, width):
    rows, cols = values.shape
    down = (numpy.arange(height) + 0.5) / height * rows - 0.5
    across = (numpy.arange(width) + 0.5) / width * cols - 0.5
    wide = numpy.stack([numpy.interp(across, numpy.arange(cols), row) for row in values])
    return numpy.stack([numpy.interp(down, numpy.arange(rows), col) for col in wide.T], 1)


def main():
    given = numpy.load(sys.argv[1])
    height, width, _ = given["photo"].shape
    image = given["photo"].astype(numpy.float64)
    for values, colour in zip(given["maps"].astype(numpy.float64), given["colours"]):
        mask = (values - values.min()) / (values.max() - values.min())
        mask = (bilinear if given["smooth"][0] else repeated)(mask, height, width)
        alpha = numpy.where(mask > 0.2, 0.5 * numpy.sqrt(mask), 0.0)[:, :, None]
        image = image * (1 - alpha) + alpha * colour * 255
    print(numpy.abs(image - given["picture"]).max())


if __name__ == "__main__":
    main()
