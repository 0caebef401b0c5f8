// The engine with its model, started behind what the page shows first.
import { progressWords } from './notices.js';

/**
 * @typedef {import('./engine.js').Engine} Engine
 * @typedef {import('./known-models.js').KnownModel} KnownModel
 *
 * @typedef {object} Choices what the reader says of a file, over what it says itself
 * @property {number} [heads]
 * @property {string} [network] of a checkpoint that holds several
 * @property {number[]} [mean] of the normalisation, three
 * @property {number[]} [std]
 * @property {'bilinear' | 'bicubic'} [filter] that photos are resized by
 * @property {import('./known-models.js').PositionRule} [position]
 *
 * @typedef {object} InUse
 * @property {File | KnownModel} source
 * @property {Choices} choices
 * @property {string} title
 * @property {import('./engine.js').ModelInfo} info
 *
 * @typedef {object} Parts
 * @property {() => Promise<KnownModel>} first the model to begin with
 * @property {(source: File | KnownModel) => Promise<string | Blob>} open its file, or the address of that
 * @property {(words: string, more?: string, assumed?: string) => void} say how far it is, then what is in use
 */

/** @param {Parts} parts */
export function createModel({ first, open, say }) {
  /** @type {() => void} */
  let begin = () => {};
  const begun = new Promise((resolve) => { begin = () => resolve(null); });
  const onProgress = (/** @type {import('./protocol.js').Progress} */ progress) => say(progressWords(progress));
  /** @type {InUse | null} */
  let inUse = null;

  const started = begun.then(async () => {
    say('Starting the engine');
    const { createEngine } = await import('./engine.js'); // not before the page shows something
    return createEngine();
  });
  let loaded = Promise.all([started, begun.then(first)]).then(([engine, model]) => load(engine, model, {}));
  loaded.catch(() => say('The model could not be loaded')); // why is said by whoever awaits it

  /**
   * @param {Engine} engine
   * @param {File | KnownModel} source
   * @param {Choices} choices
   */
  async function load(engine, source, choices) {
    try {
      await engine.load(await open(source), { onProgress, ...toldOf(source, choices) });
      const { model } = engine.info;
      if (model) inUse = { source, choices, title: titleOf(source), info: model };
    } finally {
      say(...describe(engine, inUse));
    }
    return engine;
  }

  return {
    begin: () => begin(),
    ready: () => loaded,
    inUse: () => inUse,
    name: () => inUse?.title ?? '',

    /**
     * Another model, or the same file otherwise; where it cannot be read, the one before stays.
     * @param {File | KnownModel} source
     * @param {Choices} [choices]
     */
    async use(source, choices = {}) {
      loaded = Promise.resolve(await load(await started, source, choices));
    },
  };
}

/**
 * The one place that knows what an engine is told of a model: of a known one what its list says, of a
 * file nothing but what the reader says.
 * @param {File | KnownModel} source
 * @param {Choices} [choices]
 * @returns {Choices}
 */
export function toldOf(source, choices = {}) {
  if (source instanceof File) return choices;
  const { heads, mean, std, filter, position } = source;
  return { heads, mean, std, filter, position, ...choices };
}

/** @param {File | KnownModel} source */
export const titleOf = (source) => (source instanceof File ? source.name.replace(/\.(safetensors|pth|pt|bin|ckpt)$/, '') : source.title);

/**
 * @param {Engine} engine
 * @param {InUse | null} inUse
 * @returns {[string, string, string]} what it is, how it runs, and what is only assumed
 */
function describe({ info: { relaxedSimd, threads } }, inUse) {
  const how = `${relaxedSimd ? 'relaxed SIMD' : 'SIMD'} \u00b7 ${threads === 1 ? '1 thread' : `${threads} threads`}`;
  if (!inUse) return [how, '', ''];
  const { title, info } = inUse;
  return [`${title} \u00b7 ${info.precision}`, ` \u00b7 ${how}`, assumedWords(info.assumed)];
}

/** @param {string[]} assumed */
function assumedWords(assumed) {
  /** @type {Record<string, string>} */
  const words = { mean: 'normalisation', filter: 'resizing', position: 'positions', heads: 'heads' };
  return assumed.map((name) => words[name]).join(', ');
}
