#!/usr/bin/env python3
"""Makes the odd photos of this folder from ../chelsea.jpg. Needs python3-pil.

make.py           writes all the small ones here, and tiny ones for ../../fuzz to start from
make.py large F   writes an 8000 x 6000 JPEG to F, which is too big to keep
"""

import struct
import sys
import zlib
from pathlib import Path

from PIL import Image, ImageOps

HERE = Path(__file__).parent
ORIENTATION = 0x0112


def png_chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width, height, depth, colour_type, scanlines):
    header = struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header)
            + png_chunk(b"IDAT", zlib.compress(scanlines, 9)) + png_chunk(b"IEND", b""))


def sixteen_bit(image):
    """PNG, RGB of 16 bits: the high byte is the picture's, the low byte its complement."""
    rows = []
    for y in range(image.height):
        line = image.crop((0, y, image.width, y + 1)).tobytes()
        rows.append(b"\0" + b"".join(bytes((v, 255 - v)) for v in line))
    return png(image.width, image.height, 16, 2, b"".join(rows))


def stored_for(upright, orientation):
    """The picture that a reader must turn by `orientation` to see `upright`."""
    back = {1: None, 2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180,
            4: Image.Transpose.FLIP_TOP_BOTTOM, 5: Image.Transpose.TRANSPOSE,
            6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
            8: Image.Transpose.ROTATE_270}[orientation]
    return upright.transpose(back) if back is not None else upright


def with_orientation(image, orientation):
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    stored = stored_for(image, orientation)
    stored.info["exif"] = exif.tobytes()
    assert ImageOps.exif_transpose(stored).tobytes() == image.tobytes()
    return stored, exif


def alpha_ramp(width, height):
    """Opaque at the left, clear at the right."""
    return Image.linear_gradient("L").rotate(-90).resize((width, height))


def save_small():
    photo = Image.open(HERE / "../chelsea.jpg").convert("RGB").resize((120, 80), Image.LANCZOS)
    photo.save(HERE / "upright.png")
    for orientation in range(1, 9):
        stored, exif = with_orientation(photo, orientation)
        stored.save(HERE / f"orientation{orientation}.png", exif=exif)
    stored, exif = with_orientation(photo, 6)
    stored.save(HERE / "orientation6.jpg", quality=90, exif=exif)

    alpha = alpha_ramp(*photo.size)
    rgba = photo.copy()
    rgba.putalpha(alpha)
    rgba.save(HERE / "rgba.png")
    grey = photo.convert("L")
    Image.merge("LA", (grey, alpha)).save(HERE / "grey_alpha.png")
    palette = photo.quantize(16)
    palette.save(HERE / "palette_alpha.png", transparency=0)
    (HERE / "sixteen_bit.png").write_bytes(sixteen_bit(photo))
    grey.save(HERE / "grey.jpg", quality=90)
    photo.save(HERE / "progressive.jpg", quality=90, progressive=True)
    photo.convert("CMYK").save(HERE / "cmyk.jpg", quality=90)
    photo.save(HERE / "photo.bmp")
    photo.save(HERE / "photo.gif")
    photo.save(HERE / "webp_inside.jpg", format="WEBP", quality=80)
    photo.save(HERE / "tiff_inside.jpg", format="TIFF", compression="tiff_deflate")

    frames = [photo, ImageOps.mirror(photo), ImageOps.flip(photo)]
    frames[0].save(HERE / "animated.gif", save_all=True, append_images=frames[1:], duration=100)
    Image.linear_gradient("L").resize((3000, 1)).convert("RGB").save(HERE / "strip.png")
    photo.resize((4, 5), Image.LANCZOS).save(HERE / "tiny.png")

    whole = (HERE / "../chelsea.jpg").read_bytes()
    (HERE / "truncated.jpg").write_bytes(whole[: len(whole) // 2])
    (HERE / "truncated.png").write_bytes((HERE / "upright.png").read_bytes()[:12000])
    (HERE / "empty.jpg").write_bytes(b"")
    (HERE / "not_a_picture.jpg").write_text("This is a text that somebody called a photo.\n")
    (HERE / "gigapixel.png").write_bytes(png(40000, 30000, 8, 2, b""))


def save_seeds(folder):
    folder.mkdir(parents=True, exist_ok=True)
    photo = Image.open(HERE / "upright.png").resize((18, 12), Image.LANCZOS)
    alpha = alpha_ramp(*photo.size)
    stored, exif = with_orientation(photo, 6)
    stored.save(folder / "exif.jpg", quality=50, exif=exif)
    photo.save(folder / "progressive.jpg", quality=50, progressive=True, restart_marker_blocks=1)
    photo.convert("L").save(folder / "grey.jpg", quality=50)
    photo.convert("CMYK").save(folder / "cmyk.jpg", quality=50)
    stored.save(folder / "exif.png", exif=exif)
    rgba = photo.copy()
    rgba.putalpha(alpha)
    rgba.save(folder / "rgba.png")
    photo.quantize(16).save(folder / "palette.png", transparency=0)
    (folder / "sixteen_bit.png").write_bytes(sixteen_bit(photo))
    photo.save(folder / "photo.bmp")
    photo.quantize(16).save(folder / "palette.bmp")
    photo.quantize(16).save(folder / "photo.gif", transparency=0)


def save_large(path):
    photo = Image.open(HERE / "../raccoon.jpg").convert("RGB")
    photo.resize((8000, 6000), Image.BILINEAR).save(path, quality=60)


if __name__ == "__main__":
    if sys.argv[1:2] == ["large"]:
        save_large(sys.argv[2])
    else:
        save_small()
        save_seeds(HERE / "../../fuzz/seeds/image_fuzz")
