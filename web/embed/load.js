// The files of a figure, or one sentence about what is wrong with them.
import { readBaked } from './baked.js';
import { max } from './math.js';

/** @typedef {{blob: Blob, picture: ImageBitmap}} Photo picture: upright */

const widest = 2048; // pixels of a photo that a figure draws

/** Upright, but with the colours as they are stored, as web/photo.js reads it. @type {ImageBitmapOptions} */
const asStored = { imageOrientation: 'from-image', colorSpaceConversion: 'none' };

/** @param {string} what @param {string} address @param {AbortSignal} signal */
async function fetched(what, address, signal) {
  const get = (/** @type {RequestMode} */ mode) => fetch(address, { signal, mode }).catch(() => null);
  const answer = await get('cors');
  if (answer?.ok) return answer;
  // What a script may not read, a browser can fetch all the same.
  const why = !answer && await get('no-cors') ? 'is on a server that keeps it from this page (CORS)'
    : `cannot be fetched${answer ? ` (${answer.status})` : ''}`;
  throw new Error(`${what} ${address.replace(/[?#].*/, '')} ${why}.`);
}

/** @param {Blob} blob @returns {Promise<Photo>} */
export async function decodePhoto(blob) {
  try {
    const picture = await createImageBitmap(blob, asStored);
    return { blob, picture: picture.width > widest ? await createImageBitmap(picture, { resizeWidth: widest, resizeQuality: 'high' }) : picture };
  } catch {
    throw new Error('The photo is damaged, or no picture.');
  }
}

/**
 * The photo, and its maps where there are some.
 * @param {string} src
 * @param {string} maps
 * @param {AbortSignal} signal
 */
export async function loadFiles(src, maps, signal) {
  if (!src) throw new Error('The figure has no src, its photo.');
  const [photo, results] = await Promise.all([
    fetched('The photo', src, signal).then((answer) => answer.blob()).then(decodePhoto),
    maps ? fetched('The maps', maps, signal).then((answer) => answer.arrayBuffer()).then(readBaked) : null,
  ]);
  if (results?.photo) checkFit(photo.picture, results.photo);
  return { photo, results };
}

/** @typedef {{width: number, height: number}} Size pixels */

/** A photo may be shown in another size than it was baked in: then its sides are rounded. @param {Size} photo @param {Size} baked */
function checkFit({ width, height }, baked) {
  const off = Math.abs(width * baked.height - height * baked.width) / max(baked.width, baked.height);
  if (off > max(1, width / baked.width)) {
    throw new Error(`The maps do not fit the photo of ${width} x ${height} pixels: theirs has ${baked.width} x ${baked.height}.`);
  }
}
