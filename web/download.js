// Fetching a weights file, with progress, and words for everything that can go wrong.
import { engineError } from './protocol.js';

/** @param {number} bytes */
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;

/**
 * @param {string} url
 * @param {AbortSignal} signal
 */
async function open(url, signal) {
  /** @type {Response} */
  let response;
  try {
    response = await fetch(url, { signal });
  } catch {
    signal.throwIfAborted();
    throw engineError(`${url} could not be reached: check the address and the connection.`);
  }
  if (response.ok && response.body) return response;
  const why = `${response.status} ${response.statusText}`.trim();
  throw engineError(`${url} could not be loaded: the server answered ${why}.`);
}

/**
 * @param {string} url
 * @param {AbortSignal} signal
 * @param {(done: number, total: number) => void} onBytes total is 0 where the server does not say
 * @returns {Promise<Blob>} the whole file, or nothing
 */
export async function download(url, signal, onBytes) {
  const response = await open(url, signal);
  // What is compressed on its way has another length than the header says.
  const encoded = response.headers.has('content-encoding');
  const total = encoded ? 0 : Number(response.headers.get('content-length') ?? 0);
  const reader = /** @type {ReadableStream<Uint8Array<ArrayBuffer>>} */ (response.body).getReader();
  /** @type {Uint8Array<ArrayBuffer>[]} */
  const chunks = [];
  let received = 0;
  const cutOff = () => engineError(
    `The download of ${url} was cut off after ${megabytes(received)}` +
    `${total ? ` of ${megabytes(total)}` : ''}: check the connection and try again.`);
  for (;;) {
    const { done, value } = await reader.read().catch(() => {
      signal.throwIfAborted();
      throw cutOff();
    });
    if (done) break;
    chunks.push(value);
    received += value.length;
    onBytes(received, total);
  }
  if (total && received < total) throw cutOff();
  return new Blob(chunks);
}
