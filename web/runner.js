// A model at work on the page's photos: their maps, and where a patch of the last one looks.

/**
 * @typedef {import('./engine.js').Engine} Engine
 * @typedef {import('./engine.js').Maps} Maps
 * @typedef {import('./intake.js').Photo} Photo
 * @typedef {ReturnType<typeof createRunner>} Runner
 */

/**
 * @param {() => Promise<Engine>} engine with its model loaded
 * @param {() => string} name of the model
 */
export function createRunner(engine, name) {
  /** What the engine can answer queries about. @type {{photo: Photo, size: number} | null} */
  let known = null;
  /**
   * The run that makes a photo known whose maps came from elsewhere.
   * @type {{photo: Photo, size: number, done: Promise<unknown>} | null}
   */
  let learning = null;
  let runs = 0;

  /**
   * @param {Photo} photo
   * @param {number} size
   * @param {import('./engine.js').RunOptions} [options]
   */
  async function run(photo, size, options = {}) {
    const ready = await engine();
    options.signal?.throwIfAborted();
    const mine = ++runs;
    known = null;
    const maps = await ready.run(photo.file, { size, ...options });
    if (mine === runs) known = { photo, size };
    return maps;
  }

  /**
   * Makes the first query fast: runs the photo, if the engine does not know it.
   * @param {Photo} photo
   * @param {number} size
   * @param {import('./engine.js').RunOptions} [options]
   */
  async function learn(photo, size, options) {
    const isIt = (/** @type {typeof known} */ it) => it?.photo === photo && it.size === size;
    if (isIt(known)) return;
    if (!isIt(learning)) {
      learning = { photo, size, done: run(photo, size, options).finally(() => { learning = null; }) };
    }
    await learning?.done;
  }

  /**
   * @template T
   * @param {Photo} photo what the question is about
   * @param {number} size
   * @param {(engine: Engine) => Promise<T>} question
   * @param {import('./engine.js').RunOptions} [options] of the run that it may take first
   */
  async function ask(photo, size, question, options) {
    await learn(photo, size, options);
    return question(await engine());
  }

  return {
    name,
    run,
    learn,
    ask,

    /**
     * (layers, heads, rows, cols): where a patch of the photo looks.
     * @param {Photo} photo
     * @param {number} size
     * @param {[number, number]} patch row and column
     */
    query: (photo, size, patch) => ask(photo, size, (ready) => ready.query(...patch)),

    /**
     * The engine was at other work: this is what it did last, if any of it is a photo.
     * @param {{photo: Photo, size: number} | null} last
     */
    engineDid(last) {
      ++runs;
      known = last;
    },
  };
}
