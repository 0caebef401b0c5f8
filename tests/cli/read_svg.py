#!/usr/bin/env python3
"""Reads an SVG of contours with a real XML parser: read_svg.py FILE

Prints its size, what it links to, and for each group its id, colour, title and the area that its
path encloses, in pixels.
"""

import re
import sys
import xml.etree.ElementTree

SVG = "{http://www.w3.org/2000/svg}"
LINK = "{http://www.w3.org/1999/xlink}href"


def area(path):
    twice = 0
    for outline in path.split("Z")[:-1]:
        numbers = [float(n) for n in re.findall(r"[-0-9.]+", outline)]
        points = list(zip(numbers[::2], numbers[1::2]))
        for (ax, ay), (bx, by) in zip(points, points[1:] + points[:1]):
            twice += ax * by - bx * ay
    return twice / 2


def main():
    root = xml.etree.ElementTree.parse(sys.argv[1]).getroot()
    assert root.tag == SVG + "svg", root.tag
    print(root.attrib["viewBox"])
    images = root.findall(SVG + "image")
    print(images[0].attrib[LINK] if images else "no photo")
    for group in root.findall(SVG + "g"):
        title, path = group.find(SVG + "title").text, group.find(SVG + "path").attrib["d"]
        assert re.fullmatch(r"(M[-0-9.]+ [-0-9.]+(L[-0-9.]+ [-0-9.]+)*Z)*", path), path
        print(group.attrib["id"], group.attrib["stroke"], title, round(area(path)), sep="|")


if __name__ == "__main__":
    main()
