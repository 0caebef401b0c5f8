// A model at work on the page's photos: their maps, and where a patch of the last one looks. Work for
// the screen comes first: what is done behind it ends, and waits.
import { abortError } from './protocol.js';

/**
 * @typedef {import('./engine.js').Engine} Engine
 * @typedef {import('./engine.js').Maps} Maps
 * @typedef {import('./engine.js').RunOptions} RunOptions
 * @typedef {import('./intake.js').Photo} Photo
 * @typedef {ReturnType<typeof createRunner>} Runner
 *
 * @typedef {object} Sizing how a photo is brought to size
 * @property {number} size
 * @property {'kept' | 'square'} aspect square: size x size, whatever the photo's sides
 *
 * @typedef {Sizing & {photo: Photo}} Input of the network
 */

/** What of a view, or an input, says it. @param {Sizing} from @returns {Sizing} */
export const sizingOf = ({ size, aspect }) => ({ size, aspect });

/** @param {Sizing} sizing @returns {RunOptions} */
export const sizeOptions = ({ size, aspect }) =>
  ({ size, resize: aspect === 'square' ? { height: size, width: size } : undefined });

/** @param {Input | null} a @param {Input} b */
export const isSameInput = (a, b) => a?.photo === b.photo && a.size === b.size && a.aspect === b.aspect;

/**
 * @param {() => Promise<Engine>} engine with its model loaded
 * @param {() => string} name of the model
 * @param {(engine: Engine, maps: Maps) => void} [onRun] another photo went through it
 */
export function createRunner(engine, name, onRun) {
  /** What the engine can answer queries about. @type {Input | null} */
  let known = null;
  /** The run that makes an input known whose maps came from elsewhere. @type {{input: Input, done: Promise<unknown>} | null} */
  let learning = null;
  let runs = 0;

  let busy = 0; // works under way
  let behind = new AbortController();
  /** @type {(() => void)[]} */
  let waiting = [];

  /** @param {Input} input @param {RunOptions} options */
  async function pass(input, options) {
    const ready = await engine();
    options.signal?.throwIfAborted();
    const mine = ++runs;
    known = null;
    const maps = await ready.run(input.photo.file, { ...sizeOptions(input), ...options });
    if (mine === runs) known = input;
    onRun?.(ready, maps);
    return maps;
  }

  const endBehind = () => behind.abort(abortError('The screen comes first.'));

  /**
   * The engine is the screen's until this is done.
   * @template T
   * @param {() => Promise<T>} work
   */
  async function forScreen(work) {
    ++busy;
    endBehind();
    try {
      return await work();
    } finally {
      if (--busy === 0) {
        for (const go of waiting) go();
        waiting = [];
      }
    }
  }

  /** Runs the input, if the engine does not know it. @param {Input} input @param {RunOptions} [options] */
  async function learn(input, options = {}) {
    if (isSameInput(known, input)) return;
    if (!learning || !isSameInput(learning.input, input)) {
      learning = { input, done: pass(input, options).finally(() => { learning = null; }) };
    }
    await learning.done;
  }

  return {
    name,
    forScreen,

    /** @param {Input} input @param {RunOptions} [options] */
    run: (input, options = {}) => forScreen(() => pass(input, options)),

    /** Makes the first query fast. @param {Input} input */
    learn: (input) => forScreen(() => learn(input)),

    /**
     * What the engine says of an input, which it runs again if it has seen another since.
     * @template T
     * @param {Input} input
     * @param {(engine: Engine) => Promise<T>} question
     * @param {RunOptions} [options] of the run that it may take first
     */
    ask: (input, question, options) => forScreen(async () => {
      await learn(input, options);
      return question(await engine());
    }),

    /**
     * (layers, heads, rows, cols): where a patch of the photo looks.
     * @param {Input} input
     * @param {[number, number]} patch row and column
     */
    query(input, patch) {
      return this.ask(input, (ready) => ready.query(...patch));
    },

    /** Until the screen needs nothing. */
    async free() {
      while (busy > 0) await new Promise((resolve) => { waiting.push(() => resolve(null)); });
    },

    /**
     * Rejects with an AbortError where the screen came between.
     * @param {Input} input
     * @param {RunOptions & {signal: AbortSignal}} options
     */
    async runBehind(input, { signal, ...options }) {
      await this.free();
      signal.throwIfAborted();
      const mine = new AbortController();
      behind = mine;
      const stop = () => mine.abort(signal.reason);
      signal.addEventListener('abort', stop);
      try {
        return await pass(input, { ...options, signal: mine.signal });
      } finally {
        signal.removeEventListener('abort', stop);
      }
    },

    /**
     * The engine was at other work: this is what it did last, if any of it is a photo.
     * @param {Input | null} last
     */
    engineDid(last) {
      ++runs;
      known = last;
      endBehind();
    },
  };
}
