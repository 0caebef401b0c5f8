// The file of a known model, from the first of its sources that has it: whole and right, or not at all.
// What came before the connection broke is kept for the next try.
import { chunksOf } from './download.js';
import { checkFile, failure, wrongLength } from './check-model.js';
import { sizeWords } from './known-models.js';

/**
 * @typedef {import('./known-models.js').KnownModel} KnownModel
 * @typedef {import('./known-models.js').Source} Source
 *
 * @typedef {object} Arrived
 * @property {Blob} blob
 * @property {string} address
 * @property {string} sha256 '' where this page has no means to compute it
 *
 * @typedef {object} Progress
 * @property {number} done bytes
 * @property {number} total bytes; about, where the server does not say
 * @property {number} rate bytes a second
 * @property {string} note which sources did not work
 *
 * @typedef {object} Kept what has come of a file
 * @property {string} address
 * @property {Blob[]} parts
 * @property {number} bytes
 * @property {number} total as the server said; 0: unknown
 * @property {string} version its ETag, else its Last-Modified; '' where neither can be seen
 * @property {boolean} resumable
 */

const partBytes = 4e6; // of a Blob, which the browser may put on disk

/** @param {string} address */
const hostOf = (address) => new URL(address, document.baseURI).host;

/** @param {KnownModel} model */
export function createDownload({ title, sources = [] }) {
  /** @type {Kept | null} */
  let kept = null;
  let at = 0;

  /**
   * @param {Source} source
   * @param {{signal: AbortSignal, onProgress: (progress: Progress) => void}} options
   * @param {string} note
   */
  async function receive({ address, bytes, sha256 }, { signal, onProgress }, note) {
    const { response, file } = await openAt(address, kept, signal);
    kept = file;
    const rate = rateMeter(file.bytes);
    const limit = sha256 ? bytes : Infinity;
    const cut = () => failure('cut', `The connection to ${hostOf(address)} was cut after ${sizeWords(file.bytes)}` +
      `${file.total ? ` of ${sizeWords(file.total)}` : ''}: ` +
      (file.resumable ? 'these are kept, and Retry fetches the rest.' : 'Retry begins again.'));
    const tell = () => onProgress({ done: file.bytes, total: file.total || bytes, rate: rate(file.bytes), note });
    const telling = setInterval(tell, 150); // also while nothing comes
    const body = /** @type {ReadableStream<Uint8Array>} */ (response.body);
    try {
      await store(file, chunksOf(body, signal, cut), () => {
        if (file.bytes > limit) throw wrongLength(hostOf(address), title, file.bytes, bytes, thrownAway());
        if (file.bytes > file.total) Object.assign(file, { total: 0, resumable: false }); // it came encoded
      });
    } finally {
      clearInterval(telling);
    }
    if (file.bytes < file.total) throw cut();
    return new Blob(file.parts);
  }

  const thrownAway = () => 'it was thrown away' + (sources.length > 1
    ? `, and Retry takes it from ${hostOf(sources[(at + 1) % sources.length].address)}.` : '. Try again later.');

  return {
    /**
     * @param {{signal: AbortSignal, onProgress: (progress: Progress) => void}} options
     * @returns {Promise<Arrived>}
     */
    async run(options) {
      /** @type {string[]} */
      const refused = [];
      for (let i = 0; i < sources.length; ++i) {
        const source = sources[at];
        try {
          const blob = await receive(source, options, refused.join('; '));
          options.onProgress({ done: blob.size, total: blob.size, rate: 0, note: 'checking it' });
          const sha256 = await checkFile(blob, source, title, thrownAway());
          return { blob, address: source.address, sha256 };
        } catch (error) {
          options.signal.throwIfAborted();
          const { kind, message } = /** @type {import('./check-model.js').Failure} */ (error);
          if (kind === 'wrong' || kind === 'changed') kept = null;
          if (kind === 'wrong' || kind === 'refused') at = (at + 1) % sources.length;
          if (kind !== 'refused') throw error;
          refused.push(message);
        }
      }
      throw failure('refused', navigator.onLine
        ? `${title} could not be downloaded (${refused.join('; ')}): check the connection, then press Retry.`
        : `${title} could not be downloaded, for this computer is offline: connect it, then press Retry.`);
    },
  };
}

/**
 * The rest of what is kept where the server gives just that, else the file from its beginning.
 * @param {string} address
 * @param {Kept | null} kept
 * @param {AbortSignal} signal
 */
async function openAt(address, kept, signal) {
  if (kept?.address === address && kept.resumable && kept.bytes) {
    const response = await ask(address, signal, { Range: `bytes=${kept.bytes}-` });
    if (response.status === 206 && continues(response, kept)) return { response, file: kept };
    if (response.status === 200) return { response, file: fileOf(address, response) };
    response.body?.cancel();
  }
  const response = await ask(address, signal);
  if (response.status === 200 && response.body) return { response, file: fileOf(address, response) };
  throw failure('refused', `${hostOf(address)} answered ${`${response.status} ${response.statusText}`.trim()}`);
}

/**
 * @param {string} address
 * @param {AbortSignal} signal
 * @param {HeadersInit} [headers]
 */
async function ask(address, signal, headers) {
  try {
    return await fetch(address, { signal, headers, cache: 'no-store' }); // it has its own place when it is whole
  } catch {
    signal.throwIfAborted();
    throw failure('refused', `${hostOf(address)} could not be reached`);
  }
}

/** @param {Response} response */
const versionOf = ({ headers }) => headers.get('etag') ?? headers.get('last-modified') ?? '';

/**
 * @param {string} address
 * @param {Response} response
 * @returns {Kept}
 */
function fileOf(address, response) {
  // What is compressed on its way has another length than the header says, and no parts to ask for.
  const encoded = response.headers.has('content-encoding');
  const total = encoded ? 0 : Number(response.headers.get('content-length') ?? 0);
  return { address, parts: [], bytes: 0, total, version: versionOf(response), resumable: total > 0 };
}

/**
 * Whether it is the rest of the same file. Other origins may hide the headers that say so, but not the
 * length.
 * @param {Response} response
 * @param {Kept} kept
 */
function continues(response, { bytes, total, version }) {
  const { headers } = response;
  if (headers.has('content-encoding') || versionOf(response) !== version) return false;
  const range = headers.get('content-range');
  if (range !== null) return range === `bytes ${bytes}-${total - 1}/${total}`;
  return Number(headers.get('content-length')) === total - bytes;
}

/**
 * @param {Kept} file
 * @param {AsyncIterable<Uint8Array>} chunks
 * @param {() => void} onBytes
 */
async function store(file, chunks, onBytes) {
  /** @type {BlobPart[]} */
  let fresh = [];
  let bytes = 0;
  const settle = () => {
    file.parts.push(new Blob(fresh));
    fresh = [];
    bytes = 0;
  };
  try {
    for await (const chunk of chunks) {
      fresh.push(/** @type {Uint8Array<ArrayBuffer>} */ (chunk));
      bytes += chunk.length;
      file.bytes += chunk.length;
      if (bytes >= partBytes) settle();
      onBytes();
    }
  } finally {
    settle();
  }
}

/** Over the last three seconds. @param {number} begin bytes that are there already */
function rateMeter(begin) {
  let seen = [{ at: performance.now(), bytes: begin }];
  return (/** @type {number} */ bytes) => {
    const now = performance.now();
    const last = seen[seen.length - 1];
    if (now - last.at > 100) seen = [...seen.filter(({ at }) => now - at < 3000), { at: now, bytes }];
    const [first] = seen;
    return now > first.at ? 1000 * (bytes - first.bytes) / (now - first.at) : 0;
  };
}
