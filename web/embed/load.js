// The files of a figure, or one sentence about what is wrong with them.
import { readBaked } from './baked.js';

/** @typedef {{blob: Blob, picture: ImageBitmap}} Photo picture: upright */

const longest = 2048; // pixels of a photo that a figure draws

/** Upright, but with the colours as they are stored, as web/photo.js reads it. @type {ImageBitmapOptions} */
const asStored = { imageOrientation: 'from-image', colorSpaceConversion: 'none' };

/** @param {string} what @param {string} address @param {AbortSignal} signal */
async function fetched(what, address, signal) {
  const get = (/** @type {RequestMode} */ mode) => fetch(address, { signal, mode }).catch(() => null);
  const answer = await get('cors');
  if (answer?.ok) return answer;
  // What a script may not read, a browser can fetch all the same.
  const why = !answer && await get('no-cors') ? 'lies on a server that does not let this page read it (CORS): put it beside the page'
    : `could not be fetched${answer ? ` (${answer.status})` : ''}: check its address`;
  throw new Error(`${what} ${address.replace(/[?#].*/, '')} ${why}.`);
}

/** @param {Blob} blob @returns {Promise<Photo>} */
export async function decodePhoto(blob) {
  try {
    const picture = await createImageBitmap(blob, asStored);
    const { width, height } = picture;
    const shrink = longest / Math.max(width, height);
    if (shrink >= 1) return { blob, picture };
    const smaller = { resizeWidth: Math.round(shrink * width), resizeHeight: Math.round(shrink * height) };
    return { blob, picture: await createImageBitmap(picture, { ...smaller, resizeQuality: 'high' }) };
  } catch {
    throw new Error('The photo cannot be read: it is damaged, or no picture.');
  }
}

/**
 * The photo, and its maps where there are some.
 * @param {string} src
 * @param {string} maps
 * @param {AbortSignal} signal
 */
export async function loadFiles(src, maps, signal) {
  if (!src) throw new Error('The figure has no photo: say which, as in src="cat.jpg".');
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
  const off = Math.abs(width * baked.height - height * baked.width) / Math.max(baked.width, baked.height);
  if (off > Math.max(1, width / baked.width)) {
    throw new Error(`The maps do not fit the photo: it has ${width} x ${height} pixels, theirs ${baked.width} x ${baked.height}.`);
  }
}
