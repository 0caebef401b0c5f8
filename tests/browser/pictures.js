// Pictures, and what they must look like: the native tool's overlay, or a file of references/.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pixelmatch from 'pixelmatch';
import { PNG } from 'pngjs';

/**
 * @typedef {{data: Uint8Array, height: number, width: number}} Picture RGBA
 * @typedef {{x: number, y: number, height: number, width: number}} Box
 */

const root = fileURLToPath(new URL('../..', import.meta.url));

/** @param {string} name in tests/photos */
export const photoPath = (name) => join(root, 'tests', 'photos', name);

/** Of the model that the page ships. */
export const weightsPath = join(root, 'weights', 'dino-vitt8-reg4.safetensors');

/** @param {string[]} args */
const nativeTool = (args) => promisify(execFile)(join(root, 'build', 'native', 'headlens'), args);

/** The same model in f32, which all machines compute alike. @param {string} folder for the file */
export async function packExactWeights(folder) {
  const path = join(folder, 'exact.safetensors');
  await nativeTool(['pack', weightsPath, path, '--precision', 'f32']);
  return path;
}

/**
 * A photo without loss, which all decoders read alike.
 * @param {import('playwright-core').Page} page whose decoder makes it
 * @param {string} photo in tests/photos
 * @param {string} folder for the file
 */
export async function losslessPhoto(page, photo, folder) {
  const base64 = (await readFile(photoPath(photo))).toString('base64');
  const png = await page.evaluate(async (jpeg) => {
    const picture = await createImageBitmap(new Blob([Uint8Array.from(atob(jpeg), (byte) => byte.charCodeAt(0))]));
    const canvas = new OffscreenCanvas(picture.width, picture.height);
    canvas.getContext('2d')?.drawImage(picture, 0, 0);
    return [...new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer())];
  }, base64);
  const path = join(folder, photo.replace(/\.\w+$/, '.png'));
  await writeFile(path, Buffer.from(png));
  return path;
}

/**
 * The overlay that `headlens maps` draws with it.
 * @param {string} photo in tests/photos, or a path
 * @param {string[]} [options]
 * @param {string} [weights]
 * @returns {Promise<Picture>}
 */
export async function nativeOverlay(photo, options = [], weights = weightsPath) {
  const out = await mkdtemp(join(tmpdir(), 'headlens-'));
  try {
    await nativeTool([
      'maps', isAbsolute(photo) ? photo : photoPath(photo), '--model', weights,
      ...(options.includes('--resize') ? [] : ['--size', '224']), '--out', out, '--format', 'png', ...options,
    ]);
    return PNG.sync.read(await readFile(join(out, basename(photo).replace(/\.\w+$/, '.png'))));
  } finally {
    await rm(out, { recursive: true });
  }
}

/**
 * How far two pictures are apart, in levels of 255.
 * @param {Picture} a
 * @param {Picture} b
 */
export function difference(a, b) {
  if (a.height !== b.height || a.width !== b.width) {
    throw new Error(`${a.width} x ${a.height} pixels against ${b.width} x ${b.height}`);
  }
  let max = 0;
  let sum = 0;
  for (let i = 0; i < a.data.length; ++i) {
    if (i % 4 === 3) continue; // alpha
    const apart = Math.abs(a.data[i] - b.data[i]);
    max = Math.max(max, apart);
    sum += apart;
  }
  return { max, mean: sum / (a.height * a.width * 3) };
}

/** @param {Buffer} bytes @returns {Picture} */
export const readPng = (bytes) => PNG.sync.read(bytes);

/**
 * @param {Picture} picture
 * @param {Box} box
 * @returns {Picture}
 */
export function cut(picture, box) {
  const [left, top, width, height] = [box.x, box.y, box.width, box.height].map(Math.round);
  const part = new PNG({ height, width });
  PNG.bitblt(asPng(picture), part, left, top, width, height, 0, 0);
  return part;
}

/**
 * Grey where the boxes are.
 * @param {Picture} picture
 * @param {Box[]} boxes
 * @returns {Picture}
 */
export function covered(picture, boxes) {
  const copy = { ...picture, data: Uint8Array.from(picture.data) };
  for (const box of boxes) {
    const left = Math.floor(box.x);
    const right = Math.ceil(box.x + box.width);
    for (let y = Math.floor(box.y); y < Math.ceil(box.y + box.height); ++y) {
      for (let x = left; x < right; ++x) copy.data.set([128, 128, 128, 255], 4 * (y * picture.width + x));
    }
  }
  return copy;
}

/**
 * The share of pixels that a person would see to differ from those of references/NAME.png. With
 * UPDATE_REFERENCES=1 the picture becomes the reference.
 * @param {Picture} picture
 * @param {string} name
 */
export async function differsFromReference(picture, name) {
  const folder = fileURLToPath(new URL('references/', import.meta.url));
  const path = join(folder, `${name}.png`);
  if (process.env.UPDATE_REFERENCES) {
    await mkdir(folder, { recursive: true });
    await writeFile(path, PNG.sync.write(asPng(picture), { colorType: 2 }));
  }
  const { data, height, width } = readPng(await readFile(path));
  if (height !== picture.height || width !== picture.width) return 1;
  return pixelmatch(data, picture.data, undefined, width, height, { threshold: 0.1 }) / (height * width);
}

/** @param {Picture} picture */
const asPng = (picture) => Object.assign(new PNG({ height: picture.height, width: picture.width }), { data: Buffer.from(picture.data) });
