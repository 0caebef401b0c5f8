// Models that were downloaded, kept by the browser for this site: whole files, one a name.

/**
 * @typedef {object} Entry
 * @property {number} bytes
 * @property {string} sha256
 * @property {string} address where it came from
 */

const cacheName = 'headlens-models';

/** Of this page: others on the same host have their own. @param {string} name */
const keyOf = (name) => new URL(`weights/kept/${encodeURIComponent(name)}`, document.baseURI).href;

/** Pages that are no secure ones have none. @returns {Promise<Cache | null>} */
const openCache = () => (globalThis.caches ? caches.open(cacheName).catch(() => null) : Promise.resolve(null));

/** @param {Response} response @returns {Entry} */
const entryOf = ({ headers }) => ({
  bytes: Number(headers.get('content-length')),
  sha256: headers.get('x-sha256') ?? '',
  address: headers.get('x-address') ?? '',
});

/** @param {string} name */
export async function find(name) {
  const response = await (await openCache())?.match(keyOf(name));
  return response ? { ...entryOf(response), open: () => response.blob() } : null;
}

/**
 * All of it or, where there is no room, nothing.
 * @param {string} name
 * @param {Blob} blob
 * @param {{sha256: string, address: string}} facts
 * @returns {Promise<string>} why it could not be kept; '' if it is
 */
export async function put(name, blob, { sha256, address }) {
  const cache = await openCache();
  if (!cache) {
    return isSecureContext
      ? 'This browser keeps no files for pages: the model is used now, and gone when the page closes.'
      : 'Only a page that is opened by https can keep a model and check it: this one is used unchecked, and gone when the page closes.';
  }
  const headers = { 'Content-Length': String(blob.size), 'X-SHA256': sha256, 'X-Address': address };
  try {
    await cache.put(keyOf(name), new Response(blob, { headers }));
    return '';
  } catch (error) {
    return error instanceof DOMException && error.name === 'QuotaExceededError'
      ? 'There is no room to keep it: the model is used now, and gone when the page closes. Delete another to make room.'
      : 'The browser could not keep it: the model is used now, and gone when the page closes.';
  }
}

/** Who has it open can go on. @param {string} name */
export async function remove(name) {
  await (await openCache())?.delete(keyOf(name));
}

/** Bytes that the browser would still keep for this site; null where it does not say. */
export async function room() {
  const { quota, usage } = await navigator.storage?.estimate?.().catch(() => null) ?? {};
  return quota === undefined || usage === undefined ? null : Math.max(0, quota - usage);
}

/** The browser may clear what it keeps when it needs the room, unless it promises not to. */
export const askToPersist = () => navigator.storage?.persist?.().catch(() => false);

/**
 * One page of this browser at a time.
 * @template T
 * @param {string} name of a model
 * @param {{signal: AbortSignal, onWait: () => void}} options onWait: another page has the turn
 * @param {() => Promise<T>} act
 * @returns {Promise<T>}
 */
export async function inTurn(name, { signal, onWait }, act) {
  const { locks } = navigator;
  if (!locks) return act();
  const lock = keyOf(name);
  const first = await locks.request(lock, { ifAvailable: true }, async (turn) => (turn ? { value: await act() } : null));
  if (first) return first.value;
  onWait();
  return locks.request(lock, { signal }, act);
}
