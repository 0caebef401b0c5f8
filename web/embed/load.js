// The files of a figure, or one sentence about what is wrong with them.
import { readBaked } from './baked.js';

/** @typedef {{blob: Blob, picture: ImageBitmap}} Photo picture: upright */

const longest = 2048; // pixels of a photo that a figure draws

/** Upright, but with the colours as they are stored, as web/photo.js reads it. @type {ImageBitmapOptions} */
const asStored = { imageOrientation: 'from-image', colorSpaceConversion: 'none' };

/** @param {string} what @param {string} address @param {AbortSignal} signal */
async function fetched(what, address, signal) {
  const name = `${what} ${address.replace(/[?#].*|.*\//g, '') || address}`;
  let answer;
  try {
    answer = await fetch(address, { signal });
  } catch {
    // What a script may not read, a browser can fetch all the same.
    const there = await fetch(address, { signal, mode: 'no-cors' }).catch(() => null);
    throw new Error(there ? `${name} lies on another server, which does not let this page read it (CORS): put it beside the page.`
      : `${name} could not be fetched: check its address, and the network.`);
  }
  if (!answer.ok) throw new Error(`${name} is not there: its address answers ${answer.status}.`);
  return answer;
}

/** @param {Blob} blob @returns {Promise<Photo>} */
export async function decodePhoto(blob) {
  try {
    const picture = await createImageBitmap(blob, asStored);
    const shrink = longest / Math.max(picture.width, picture.height);
    if (shrink >= 1) return { blob, picture };
    const resizeWidth = Math.round(shrink * picture.width);
    return { blob, picture: await createImageBitmap(picture, { resizeWidth, resizeHeight: Math.round(shrink * picture.height), resizeQuality: 'high' }) };
  } catch {
    throw new Error('The photo cannot be read: it is damaged, or no picture that this browser knows.');
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
    maps ? fetched('The file of maps', maps, signal).then((answer) => answer.arrayBuffer()).then(readBaked) : null,
  ]);
  if (results?.photo) checkFit(photo.picture, results.photo);
  return { photo, results };
}

/** A photo may be shown in another size than it was baked in: then its sides are rounded. @param {ImageBitmap} photo @param {{width: number, height: number}} baked */
function checkFit({ width, height }, baked) {
  const off = Math.abs(width * baked.height - height * baked.width) / Math.max(baked.width, baked.height);
  if (off <= Math.max(1, width / baked.width)) return;
  throw new Error(`The maps do not fit the photo: it has ${width} x ${height} pixels, theirs ${baked.width} x ${baked.height}.`);
}
