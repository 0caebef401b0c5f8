// The files of a figure, or one sentence about what is wrong with them.
import { readBaked } from './baked.js';

/**
 * @typedef {object} Photo
 * @property {Blob} blob
 * @property {ImageBitmap} picture upright
 */

const longest = 2048; // pixels of a photo that a figure draws

/** Upright, but with the colours as they are stored, as web/photo.js reads it. @type {ImageBitmapOptions} */
const asStored = { imageOrientation: 'from-image', colorSpaceConversion: 'none' };

/** @param {string} address */
const named = (address) => address.split(/[?#]/)[0].split('/').pop() || address;

/**
 * @param {string} what
 * @param {string} address
 * @param {AbortSignal} signal
 */
async function fetched(what, address, signal) {
  let answer;
  try {
    answer = await fetch(new URL(address, document.baseURI), { signal });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new Error(await whyNot(what, address));
  }
  if (!answer.ok) throw new Error(`${what} ${named(address)} is not there: its address answers ${answer.status}.`);
  return answer;
}

/** A script may not read what a browser would show: then its server sends no leave (CORS). @param {string} what @param {string} address */
async function whyNot(what, address) {
  try {
    await fetch(new URL(address, document.baseURI), { mode: 'no-cors' });
    return `${what} ${named(address)} lies on another server, which does not let this page read it: put it beside the page, or have that server send Access-Control-Allow-Origin.`;
  } catch {
    return `${what} ${named(address)} could not be fetched: is its address right, and the network there?`;
  }
}

/** @param {Blob} blob @returns {Promise<Photo>} */
export async function decodePhoto(blob) {
  try {
    let picture = await createImageBitmap(blob, asStored);
    const shrink = longest / Math.max(picture.width, picture.height);
    if (shrink < 1) {
      const large = picture;
      picture = await createImageBitmap(large, { resizeWidth: Math.round(shrink * large.width), resizeHeight: Math.round(shrink * large.height), resizeQuality: 'high' });
      large.close();
    }
    return { blob, picture };
  } catch {
    throw new Error('The photo cannot be read: it is damaged, or no picture that this browser knows.');
  }
}

/** @param {string} address @param {AbortSignal} signal */
export async function loadPhoto(address, signal) {
  if (!address) throw new Error('The figure does not say of which photo it is: src="photo.jpg".');
  return decodePhoto(await (await fetched('The photo', address, signal)).blob());
}

/** @param {string} address @param {AbortSignal} signal */
export const loadMaps = async (address, signal) => readBaked(await (await fetched('The file of maps', address, signal)).arrayBuffer());

/**
 * A sentence where maps are of another photo; ''.
 * @param {Photo} photo
 * @param {import('./baked.js').Results} results
 */
export function misfit({ picture: { width, height } }, { photo }) {
  if (!photo) return '';
  // A photo may be shown smaller than it was baked: by so much rounding can move its sides.
  const off = Math.abs(width * photo.height - height * photo.width) / Math.max(photo.width, photo.height);
  if (off <= Math.max(1, width / photo.width)) return '';
  return `The maps are of a photo of ${photo.width} x ${photo.height} pixels, and this one has ${width} x ${height}: they do not belong together.`;
}
