// Photo files of the kinds that go wrong elsewhere, made from plain ones.
import { readFile } from 'node:fs/promises';
import { PNG } from 'pngjs';

/** An APP1 segment with the one EXIF tag 0x0112, orientation: CIPA DC-008, 4.5.2 and 4.6.2. */
const orientationSegment = (/** @type {number} */ orientation) => Buffer.from([
  0xff, 0xe1, 0, 34, ...Buffer.from('Exif\0\0'),
  ...Buffer.from('MM'), 0, 42, 0, 0, 0, 8, // big endian; the first directory at 8
  0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, // one entry: a short
  0, 0, 0, 0, // no second directory
]);

/**
 * @param {Buffer} jpeg
 * @param {number} orientation
 */
const withOrientation = (jpeg, orientation) =>
  Buffer.concat([jpeg.subarray(0, 2), orientationSegment(orientation), jpeg.subarray(2)]);

/**
 * @param {number} width
 * @param {number} height
 * @param {(x: number, y: number) => number[]} colour RGBA
 */
function png(width, height, colour) {
  const picture = new PNG({ width, height });
  for (let y = 0; y < height; ++y) {
    for (let x = 0; x < width; ++x) picture.data.set(colour(x, y), 4 * (y * width + x));
  }
  return PNG.sync.write(picture);
}

/**
 * 16 bits a channel.
 * @param {number} width
 * @param {number} height
 * @param {(x: number, y: number) => number[]} colour the high bytes
 */
function png16(width, height, colour) {
  const data = new Uint16Array(4 * width * height);
  for (let y = 0; y < height; ++y) {
    for (let x = 0; x < width; ++x) {
      data.set(colour(x, y).map((high) => high * 257), 4 * (y * width + x));
    }
  }
  const bytes = Buffer.from(data.buffer);
  return PNG.sync.write(/** @type {any} */ ({ width, height, data: bytes }),
    { bitDepth: 16, colorType: 6, inputColorType: 6 });
}

const pattern = (/** @type {number} */ x, /** @type {number} */ y) =>
  [(x * 3) % 256, (y * 2) % 256, (x * y) % 251, 255];
const seeThrough = (/** @type {number} */ x, /** @type {number} */ y) =>
  [...pattern(x, y).slice(0, 3), (x + y) % 256];
const overWhite = (/** @type {number} */ x, /** @type {number} */ y) => {
  const [r, g, b, alpha] = seeThrough(x, y);
  return [...[r, g, b].map((value) => Math.round((value * alpha + 255 * (255 - alpha)) / 255)), 255];
};

/** @returns {Promise<Record<string, Uint8Array>>} */
export async function made() {
  const chelsea = await readFile(new URL('../photos/chelsea.jpg', import.meta.url));
  return {
    'orientation-6.jpg': withOrientation(chelsea, 6),
    'rgba.png': png(300, 200, seeThrough),
    'over-white.png': png(300, 200, overWhite),
    '16-bit.png': png16(300, 200, pattern),
    '8-bit.png': png(300, 200, pattern),
    'strip.png': png(3000, 1, pattern),
    'tiny.png': png(4, 4, pattern),
  };
}
