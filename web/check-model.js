// Whether a model's file is the one that it should be: by the hash that the page knows, or by that of
// the first time that the file was of use here.
import { beginsAsWeights } from './file-kind.js';
import { engineError } from './protocol.js';

/**
 * @typedef {import('./known-models.js').Source} Source
 *
 * @typedef {Error & {kind: 'refused' | 'cut' | 'wrong' | 'changed', address?: string}} Failure of a download:
 *   the source gives nothing; it gave a part; the file is not the right one; it is not the one of before
 */

/**
 * @param {Failure['kind']} kind
 * @param {string} message
 * @returns {Failure}
 */
export const failure = (kind, message) => Object.assign(engineError(message), { kind });

/**
 * @param {string} host
 * @param {string} title
 * @param {number} has
 * @param {number} wants
 * @param {string} thrownAway what becomes of it
 */
export const wrongLength = (host, title, has, wants, thrownAway) => failure('wrong',
  `The file from ${host} has ${has.toLocaleString('en')} bytes where ${title} has ${wants.toLocaleString('en')}: ${thrownAway}`);

/** @param {string} address */
const pinKey = (address) => `headlens sha256 ${address}`;

/** Browsers can refuse to keep anything. @template T @param {() => T} act @returns {T | null} */
function trying(act) {
  try {
    return act();
  } catch {
    return null;
  }
}

/** The file was of use: the next from this address must be the same. @param {string} address @param {string} sha256 */
export function pin(address, sha256) {
  if (sha256) trying(() => localStorage.setItem(pinKey(address), sha256));
}

/** Its authors may have changed it. @param {string} address */
export function forgetPin(address) {
  trying(() => localStorage.removeItem(pinKey(address)));
}

/** @param {Blob} blob @returns {Promise<string>} '' where the page is no secure one, which cannot compute it */
async function sha256Of(blob) {
  if (!globalThis.crypto?.subtle) return '';
  const bytes = await blob.arrayBuffer().catch(() => {
    throw engineError('There is not enough memory to check the file: close other pages, then press Retry.');
  });
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * @param {Blob} blob
 * @param {Source} source
 * @param {string} title
 * @param {string} thrownAway what becomes of a wrong one
 * @returns {Promise<string>} its SHA-256, as far as that can be known here
 */
export async function checkFile(blob, { address, bytes, sha256: known, sha256_prefix: prefix = known ?? '' }, title, thrownAway) {
  const { host } = new URL(address, document.baseURI);
  if (known && blob.size !== bytes) throw wrongLength(host, title, blob.size, bytes, thrownAway);
  if (!await beginsAsWeights(blob)) {
    throw failure('wrong', `What ${host} sent is no file of weights, but perhaps a page that asks to log in: ${thrownAway}`);
  }
  const sha256 = await sha256Of(blob);
  if (!sha256) return '';
  if (!sha256.startsWith(prefix)) {
    throw failure('wrong', `The file from ${host} is damaged or another one, for its SHA-256 is not that of ${title}: ${thrownAway}`);
  }
  const before = known ? null : trying(() => localStorage.getItem(pinKey(address)));
  if (before && sha256 !== before) {
    const sentence = `The file at ${host} has changed since it was first used here, and was thrown away: ` +
      'take the new one only if you expect a change.';
    throw Object.assign(failure('changed', sentence), { address });
  }
  return sha256;
}
