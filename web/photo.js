// Photos to RGBA by the browser's own decoders.
import { engineError } from './protocol.js';

/** Larger photos are shrunk to this while they are drawn, which bounds the memory. */
const maxPixels = 16e6;
const maxFileBytes = 256e6;

/**
 * Upright, but with the colours as they are stored: models are trained on photos read that way.
 * @type {ImageBitmapOptions}
 */
const asStored = { imageOrientation: 'from-image', colorSpaceConversion: 'none' };

export const fileUnreadable = () =>
  engineError('The file could not be read: was it moved or deleted? Choose it again.');

/** @param {Blob} file */
export async function readFile(file) {
  if (file.size > maxFileBytes) {
    throw engineError(`The file has ${Math.round(file.size / 1e6)} MB, too much for a photo: choose another one.`);
  }
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch {
    throw fileUnreadable();
  }
}

/**
 * @typedef {{rgba: Uint8ClampedArray, height: number, width: number}} Photo
 * @param {Blob | ImageBitmap | ImageData} source
 * @returns {Promise<Photo | null>} null: this browser cannot decode it
 */
export async function readPhoto(source) {
  if (source instanceof ImageData) {
    return { rgba: /** @type {Uint8ClampedArray} */ (source.data), height: source.height, width: source.width };
  }
  if (source instanceof ImageBitmap) return draw(source);
  try {
    const bitmap = await createImageBitmap(source, asStored);
    const photo = draw(bitmap);
    bitmap.close();
    return photo;
  } catch {
    return null;
  }
}

/**
 * Over white, at most maxPixels large.
 * @param {ImageBitmap} bitmap
 * @returns {Photo | null}
 */
function draw(bitmap) {
  const shrink = Math.min(1, Math.sqrt(maxPixels / (bitmap.width * bitmap.height)));
  const width = Math.max(1, Math.round(bitmap.width * shrink));
  const height = Math.max(1, Math.round(bitmap.height * shrink));
  const context = globalThis.OffscreenCanvas &&
    new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  if (!context) return null;
  context.fillStyle = 'white';
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, width, height);
  return { rgba: context.getImageData(0, 0, width, height).data, height, width };
}
