// One engine for all figures of a page (web/embed): it starts when the first of them needs it, holds one model
// and one photo at a time, and does their work in turn.
//
// A page has one module of an address, and so one of these queues, whatever number of embed.js import it.
import { createEngine } from './engine.js';
import { bundledName, fetchKnownModels, packedAddress, sizeWords } from './known-models.js';
import { toldOf } from './model.js';
import { progressWords } from './notices.js';
import { abortError, engineError, unlessAborted } from './protocol.js';
import { sizeOptions } from './runner.js';

/**
 * @typedef {import('./engine.js').Engine} Engine
 * @typedef {import('./runner.js').Sizing} Sizing
 * @typedef {import('./protocol.js').CallOptions} CallOptions
 * @typedef {import('./embed/baked.js').Results} Results
 *
 * @typedef {object} Source
 * @property {string} address of a weights file
 * @property {string} title
 * @property {number} bytes 0: not known
 * @property {import('./engine.js').ModelChoices} told over what the file says
 *
 * @typedef {Sizing & {photo: Blob}} Input of a run; each is another, even of the same photo
 */

/** @type {Promise<Engine> | null} */
let started = null;

/** The address that the engine's model is of. */
let loaded = '';

/** The run that the engine can answer queries about. @type {Input | null} */
let seen = null;

/** @type {Promise<unknown>} */
let turn = Promise.resolve();
let queue = 0; // works, the one under way among them

/**
 * @template T
 * @param {() => Promise<T>} work
 * @param {AbortSignal} signal
 * @param {() => void} onWait others come first
 * @returns {Promise<T>}
 */
function inTurn(work, signal, onWait) {
  if (queue++ > 0) onWait();
  const done = turn.then(() => {
    signal.throwIfAborted();
    return work();
  }).finally(() => { --queue; });
  turn = done.catch(() => {});
  return unlessAborted(done, signal);
}

/** Where a page's Content-Security-Policy forbids it, the engine's worker could not say so. */
function checkLeave() {
  try {
    new WebAssembly.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0)); // an empty one
  } catch {
    throw engineError("This page's Content-Security-Policy lets no WebAssembly run: add 'wasm-unsafe-eval' to its script-src.");
  }
}

/**
 * What a page's policy blocks meanwhile is why it fails.
 * @template T
 * @param {Promise<T>} work
 * @returns {Promise<T>}
 */
async function explained(work) {
  let blocked = '';
  const note = (/** @type {SecurityPolicyViolationEvent} */ event) => {
    if (event.disposition === 'enforce') blocked ||= `${event.effectiveDirective} blocks ${event.blockedURI}`;
  };
  document.addEventListener('securitypolicyviolation', note);
  try {
    return await work;
  } catch (error) {
    // The event comes after the worker's.
    await new Promise((resolve) => setTimeout(resolve, 50));
    if (blocked) throw engineError(`This page's Content-Security-Policy keeps the engine from starting: its ${blocked}.`);
    // What it blocks in the worker is not heard of here.
    const { origin } = new URL(import.meta.url);
    const hint = `where this page has a Content-Security-Policy, its worker-src must allow blob: and ${origin}`;
    throw origin === location.origin || !(error instanceof Error) ? error : engineError(error.message.replace(/\.?$/, `; ${hint}.`));
  } finally {
    document.removeEventListener('securitypolicyviolation', note);
  }
}

/** @param {import('./protocol.js').OnProgress} onProgress */
function start(onProgress) {
  if (!started) {
    checkLeave();
    onProgress({ stage: 'engine', done: 0, total: 1 });
    started = explained(createEngine());
    started.catch(() => { started = null; }); // the next may have more luck
  }
  return started;
}

/** @type {Promise<import('./known-models.js').KnownModel[]> | null} */
let known = null;

/**
 * @param {string} model the address of a weights file, the name of a known model that lies beside the page,
 *   or '': the one that comes with it
 * @returns {Promise<Source>}
 */
async function sourceOf(model) {
  if (/[./]/.test(model)) {
    const address = new URL(model, document.baseURI);
    const file = address.pathname.split('/').pop() ?? '';
    return { address: address.href, title: file.replace(/\.\w+$/, ''), bytes: 0, told: {} };
  }
  known ??= fetchKnownModels();
  known.catch(() => { known = null; });
  const here = (await known).filter(({ packed }) => packed);
  const found = here.find(({ name }) => name === (model || bundledName));
  if (!found?.packed) {
    const names = here.map(({ name }) => name).join(', ');
    throw engineError(`The model ${model || bundledName} does not lie beside the engine: ` +
      `take the address of a weights file${names && `, or one of ${names}`}.`);
  }
  return { address: packedAddress(found.packed), title: found.title, bytes: found.packed.bytes, told: toldOf(found) };
}

/** How much comes here before the first run, as '6.4 MB'; '': nobody says. @param {string} model */
export async function downloadWords(model) {
  const { address, bytes } = await sourceOf(model);
  if (address === loaded) return '';
  const head = bytes ? null : await fetch(address, { method: 'HEAD' }).catch(() => null);
  const length = bytes || (head?.ok ? Number(head.headers.get('content-length')) : 0);
  return length ? sizeWords(length) : '';
}

/**
 * The engine with a model.
 * @param {Source} source
 * @param {Required<CallOptions>} options
 */
async function engineWith({ address, told }, options) {
  const engine = await start(options.onProgress);
  options.signal.throwIfAborted();
  if (loaded !== address) {
    await engine.load(address, { ...told, ...options });
    loaded = address;
    seen = null;
  }
  return engine;
}

/**
 * @param {Engine} engine
 * @param {Input} input
 * @param {CallOptions} options
 */
async function pass(engine, input, options) {
  seen = null;
  const maps = await engine.run(input.photo, { ...sizeOptions(input), ...options });
  seen = input;
  return maps;
}

/**
 * A figure's hold of the engine. A new run ends all that it asked for before, a new query its last query.
 * @param {{model: string, say: (words: string) => void}} figure model: as sourceOf takes it; say: how far it
 *   is, '' when it is done
 */
export function openFigure({ model, say }) {
  /** @type {Input | null} */
  let current = null;
  let running = new AbortController();
  let asking = new AbortController();

  /**
   * @template T
   * @param {AbortSignal} signal
   * @param {(engine: Engine, options: Required<CallOptions>, source: Source) => Promise<T>} work
   * @returns {Promise<T>}
   */
  async function withEngine(signal, work) {
    const tell = (/** @type {string} */ words) => { if (!signal.aborted) say(words); };
    const options = { signal, onProgress: (/** @type {import('./protocol.js').Progress} */ progress) => tell(progressWords(progress)) };
    try {
      return await inTurn(async () => {
        const source = await sourceOf(model);
        return work(await engineWith(source, options), options, source);
      }, signal, () => tell('Waiting for another figure'));
    } finally {
      tell('');
    }
  }

  /** @param {string} why */
  function endQuery(why) {
    asking.abort(abortError(why));
    asking = new AbortController();
  }

  /** @param {string} why */
  function end(why) {
    endQuery(why);
    running.abort(abortError(why));
    running = new AbortController();
  }

  return {
    /** @param {Blob} photo @param {Sizing} sizing @returns {Promise<Results>} */
    async run(photo, { size, aspect }) {
      end('Another run took its place.');
      const input = { photo, size, aspect };
      return withEngine(running.signal, async (engine, options, { title }) => {
        const maps = await pass(engine, input, options);
        current = input;
        return resultsOf(maps, title, engine.info.model?.precision ?? '');
      });
    },

    /** @param {number} row @param {number} col @returns {Promise<Float32Array>} (layers, heads, rows, cols) */
    async query(row, col) {
      endQuery('Another query took its place.');
      return withEngine(asking.signal, async (engine, options) => {
        if (!current) throw engineError('There are no maps to ask: run a photo first.');
        if (seen !== current) await pass(engine, current, options);
        try {
          return await engine.query(row, col);
        } catch (error) {
          seen = null; // the engine may have begun anew
          throw error;
        }
      });
    },

    cancel: () => end('The work was cancelled.'),
  };
}

/**
 * In the form of a file of maps.
 * @param {import('./engine.js').Maps} maps
 * @param {string} model
 * @param {string} precision
 * @returns {Results}
 */
function resultsOf({ layers, heads, rows, cols, registers, cls, prefix, height, width, resized }, model, precision) {
  const columns = 1 + registers;
  const shares = Float32Array.from({ length: layers * heads }, (_, i) =>
    prefix.subarray(i * columns, (i + 1) * columns).reduce((sum, share) => sum + share, 0));
  return {
    model, precision, layers, heads, rows, cols, registers, cls,
    covered: { width: width / resized.width, height: height / resized.height },
    prefix: shares,
    queries: new Map(),
  };
}
