// The engine with its model, started behind what the page shows first.
import { progressWords } from './notices.js';

/** @typedef {import('./engine.js').Engine} Engine */

/**
 * @param {string} url of the model that comes with the page
 * @param {(words: string, more?: string) => void} say how far it is, then what is in use
 */
export function createModel(url, say) {
  /** @type {() => void} */
  let begin = () => {};
  const begun = new Promise((resolve) => { begin = () => resolve(null); });
  const onProgress = (/** @type {import('./protocol.js').Progress} */ progress) => say(progressWords(progress));

  let name = '';

  const started = begun.then(async () => {
    say('Starting the engine');
    const { createEngine } = await import('./engine.js'); // not before the page shows something
    return createEngine();
  });
  let loaded = started.then((engine) => load(engine, url));
  loaded.catch(() => say('The model could not be loaded')); // why is said by whoever awaits it

  /**
   * @param {Engine} engine
   * @param {string | File} source
   */
  async function load(engine, source) {
    try {
      await engine.load(source, { onProgress });
      name = nameOf(source);
    } finally {
      say(...describe(engine, name));
    }
    return engine;
  }

  return {
    begin: () => begin(),
    ready: () => loaded,
    name: () => name,

    /**
     * Another model; where it cannot be read, the one before stays.
     * @param {File} file
     */
    async use(file) {
      loaded = Promise.resolve(await load(await started, file));
    },
  };
}

/** @param {string | File} source */
const nameOf = (source) => (typeof source === 'string' ? source : source.name).replace(/^.*\/|\.safetensors$/g, '');

/**
 * @param {Engine} engine
 * @param {string} name of its model
 * @returns {[string, string]} what it is, and how it runs
 */
function describe({ info: { model, relaxedSimd, threads } }, name) {
  const how = `${relaxedSimd ? 'relaxed SIMD' : 'SIMD'} \u00b7 ${threads === 1 ? '1 thread' : `${threads} threads`}`;
  return model ? [`${name} \u00b7 ${model.precision}`, ` \u00b7 ${how}`] : [how, ''];
}
