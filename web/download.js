// Weights files as chunks, from an address or from a Blob, with progress, and words for everything
// that can go wrong on the way.
import { fileUnreadable } from './photo.js';
import { breathe, engineError } from './protocol.js';

/**
 * @typedef {object} ReadOptions
 * @property {AbortSignal} signal
 * @property {(done: number, total: number) => void} onBytes called with what has arrived before it is
 *   handed out; total is 0 where it is not known
 * @property {RequestCache} [cache]
 */

const turn = 10; // ms, after which messages are let in: a stream that is ahead of us never waits

/** @param {number} bytes */
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;

/**
 * @param {string} url
 * @param {ReadOptions} options
 */
async function open(url, { signal, cache }) {
  /** @type {Response} */
  let response;
  try {
    response = await fetch(url, { signal, cache });
  } catch {
    signal.throwIfAborted();
    throw engineError(`${url} could not be reached: check the address and the connection.`);
  }
  if (response.ok && response.body) return response;
  const why = `${response.status} ${response.statusText}`.trim();
  throw engineError(`${url} could not be loaded: the server answered ${why}.`);
}

/**
 * @param {ReadableStream<Uint8Array>} stream
 * @param {AbortSignal} signal
 * @param {() => Error} broken what to say if it breaks
 */
export async function* chunksOf(stream, signal, broken) {
  const reader = stream.getReader();
  const read = () => reader.read().catch(() => {
    signal.throwIfAborted();
    throw broken();
  });
  try {
    let breathed = performance.now();
    for (let next = await read(); !next.done; next = await read()) {
      yield next.value;
      if (performance.now() - breathed > turn) {
        await breathe();
        breathed = performance.now();
      }
      signal.throwIfAborted();
    }
  } finally {
    reader.cancel().catch(() => {}); // where the rest is not wanted
  }
}

/**
 * @param {string} url
 * @param {ReadOptions} options
 */
export async function* download(url, options) {
  const { signal, onBytes } = options;
  const response = await open(url, options);
  // What is compressed on its way has another length than the header says; of another origin's
  // response the header that tells is hidden, and more arrives than was promised.
  const encoded = response.headers.has('content-encoding');
  const promised = encoded ? 0 : Number(response.headers.get('content-length') ?? 0);
  let received = 0;
  const total = () => (received > promised ? 0 : promised);
  const cutOff = () => engineError(
    `The download of ${url} was cut off after ${megabytes(received)}` +
    `${total() ? ` of ${megabytes(total())}` : ''}: check the connection and try again.`);
  const body = /** @type {ReadableStream<Uint8Array>} */ (response.body);
  for await (const chunk of chunksOf(body, signal, cutOff)) {
    received += chunk.length;
    onBytes(received, total());
    yield chunk;
  }
  if (received < total()) throw cutOff();
}

/**
 * @param {Blob} blob
 * @param {ReadOptions} options
 */
export async function* readBlob(blob, { signal, onBytes }) {
  let received = 0;
  for await (const chunk of chunksOf(blob.stream(), signal, fileUnreadable)) {
    received += chunk.length;
    onBytes(received, blob.size);
    yield chunk;
  }
}
