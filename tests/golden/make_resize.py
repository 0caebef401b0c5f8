#!/usr/bin/env python3
"""Makes resize/: pictures of noise, and what Pillow's resize makes of them.

NAME.png is resized to each NAME-HxW.png by BILINEAR, to NAME-HxW-cubic.png by BICUBIC. Needs python3-pil; made with Pillow 11.1.
"""

import random
from pathlib import Path

from PIL import Image

HERE = Path(__file__).parent / "resize"
CASES = {  # (height, width): sizes
    (37, 53): [(37, 53), (18, 26), (11, 53), (37, 7), (5, 9), (1, 1), (74, 106), (50, 31)],
    (3, 100): [(11, 9), (2, 64), (1, 3)],
    (64, 64): [(56, 56), (63, 65), (9, 60)],
}


def main():
    HERE.mkdir(exist_ok=True)
    noise = random.Random(1)
    for (height, width), sizes in CASES.items():
        image = Image.frombytes("RGB", (width, height), noise.randbytes(3 * height * width))
        name = f"noise{height}x{width}"
        image.save(HERE / f"{name}.png")
        for out_height, out_width in sizes:
            for ending, resample in [("", Image.BILINEAR), ("-cubic", Image.BICUBIC)]:
                resized = image.resize((out_width, out_height), resample)
                resized.save(HERE / f"{name}-{out_height}x{out_width}{ending}.png")


if __name__ == "__main__":
    main()
