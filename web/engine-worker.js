// The worker in which the engine lives: answers the requests of engine.js.
import { download, readBlob } from './download.js';
import { readFile, readPhoto } from './photo.js';
import { buildsToTry, defaultThreads } from './probe.js';
import { breathe, engineError, serve } from './protocol.js';
import { openSession } from './wasm.js';

/** @typedef {import('./wasm.js').Session} Session */
/** @typedef {import('./wasm.js').Precision} Precision */
/** @typedef {import('./protocol.js').HandlerOptions} HandlerOptions */
/** @typedef {import('./protocol.js').Handler} Handler */
/** @typedef {import('./protocol.js').Port} Port */

/**
 * @typedef {object} Model where a model comes from; no copy of its file is kept
 * @property {string | Blob} source
 * @property {import('./engine.js').ModelChoices} choices
 * @property {Precision} precision
 */

/** What a session is made of; a session that broke is made again of it. */
const recipe = {
  base: '',
  /** @type {import('./probe.js').Build[]} */
  builds: [],
  threads: 1,
  /** @type {Model | null} */
  model: null,
};

/** @type {Session | null} */
let current = null;

/**
 * @param {HandlerOptions} options
 * @returns {Promise<Session>}
 */
async function session(options) {
  if (current) return current;
  const opened = await openFirst();
  try {
    if (recipe.model) await loadAgain(opened, recipe.model, options);
  } catch (error) {
    opened.close();
    throw error;
  }
  current = opened;
  return opened;
}

/** The first build that starts. */
async function openFirst() {
  for (const [i, build] of recipe.builds.entries()) {
    try {
      return await openSession(recipe.base, build, build.endsWith('single') ? 1 : recipe.threads);
    } catch (error) {
      if (i + 1 === recipe.builds.length) throw error;
    }
  }
  throw engineError('There is no build of the engine for this browser.');
}

/** @param {Session} engine */
function describe({ build, threads, memory, model }) {
  const relaxedSimd = build.startsWith('relaxed');
  return { build, relaxedSimd, threads, memory: memory(), model: model() };
}

/**
 * @param {{base: string, build?: import('./probe.js').Build, threads?: number}} args
 * @param {HandlerOptions} options
 */
async function start({ base, build, threads = defaultThreads() }, options) {
  const { onProgress } = options;
  onProgress({ stage: 'engine', done: 0, total: 1 });
  Object.assign(recipe, { base, threads, builds: build ? [build] : buildsToTry(threads) });
  const engine = await session(options);
  onProgress({ stage: 'engine', done: 1, total: 1 });
  return { value: describe(engine) };
}

/**
 * The file goes into the engine as it arrives.
 * @param {Session} engine
 * @param {Model} model
 * @param {HandlerOptions} options
 * @param {RequestCache} [cache]
 */
async function loadModel(engine, { source, choices, precision }, { signal, onProgress }, cache) {
  const isFile = source instanceof Blob;
  const onBytes = (/** @type {number} */ done, /** @type {number} */ total) =>
    onProgress({ stage: isFile ? 'model' : 'download', done, total });
  const options = { signal, onBytes, cache };
  const chunks = isFile ? readBlob(source, options) : download(source, options);
  await engine.load(chunks, isFile ? source.size : 0, { precision, ...choices });
  onProgress({ stage: 'model', done: 1, total: 1 });
}

/**
 * From what the browser has kept of the first time, where it did.
 * @param {Session} engine
 * @param {Model} model
 * @param {HandlerOptions} options
 */
const loadAgain = (engine, model, options) => loadModel(engine, model, options, 'force-cache');

/**
 * @param {{source: string | Blob, choices: import('./engine.js').ModelChoices}} args
 * @param {HandlerOptions} options
 */
async function load({ source, choices }, options) {
  const engine = await session(options);
  const model = { source, choices, precision: /** @type {Precision} */ ('auto') };
  await loadModel(engine, model, options);
  recipe.model = model;
  return { value: describe(engine) };
}

/**
 * The browser's decoders know more formats than the engine's own, which is the fallback.
 * @param {Session} engine
 * @param {Blob | ImageBitmap | ImageData} source
 */
async function takePhoto(engine, source) {
  const file = source instanceof Blob ? await readFile(source) : null;
  if (file) engine.checkFile(file);
  const photo = await readPhoto(source);
  if (photo) return engine.takePhoto(photo);
  if (file) return engine.decode(file);
  throw engineError('This browser cannot read the pixels of a bitmap here: give the file instead.');
}

/**
 * The photo, or pixels, prepared for the network.
 * @param {Session} engine
 * @param {{source: any, size: number, resize?: {height: number, width: number}}} args
 * @returns {Promise<{decode: number, preprocess: number}>} ms
 */
async function prepare(engine, { source, size, resize }) {
  const began = performance.now();
  if ('pixels' in source) {
    engine.preparePixels(source);
    return { decode: 0, preprocess: performance.now() - began };
  }
  await takePhoto(engine, source);
  const decoded = performance.now();
  engine.preparePhoto(size, resize);
  return { decode: decoded - began, preprocess: performance.now() - decoded };
}

/**
 * The weights are packed for one precision: another one packs them again.
 * @param {Session} engine
 * @param {Precision} precision
 * @param {HandlerOptions} options
 */
async function switchPrecision(engine, precision, options) {
  const { model } = recipe;
  if (!model || model.precision === precision || engine.model()?.precision === precision) return;
  const switched = { ...model, precision };
  await loadAgain(engine, switched, options);
  recipe.model = switched;
}

/**
 * Work of many layers in steps, between which it ends if it is cancelled.
 * @param {'network' | 'rollout'} stage
 * @param {number} total layers
 * @param {() => {done: boolean, layer: number}} step
 * @param {HandlerOptions} options
 */
async function stepThrough(stage, total, step, { signal, onProgress }) {
  onProgress({ stage, done: 0, total });
  for (let at = { done: false, layer: 0 }; !at.done;) {
    await breathe();
    signal.throwIfAborted();
    const before = at.layer;
    at = step();
    if (at.layer > before) onProgress({ stage, done: at.layer, total });
  }
}

/**
 * @param {{source: any, size: number, resize?: {height: number, width: number},
 *          precision: Precision}} args
 * @param {HandlerOptions} options
 */
async function run(args, options) {
  const { signal, onProgress } = options;
  const began = performance.now();
  onProgress({ stage: 'photo', done: 0, total: 1 });
  const engine = await session(options);
  const prepared = await prepare(engine, args);
  signal.throwIfAborted();
  await switchPrecision(engine, args.precision, options);

  const beganNetwork = performance.now();
  const { resizedHeight, resizedWidth, ...pass } = engine.begin();
  await stepThrough('network', pass.layers, () => engine.step(), options);
  const maps = {
    ...pass,
    ...engine.maps(),
    resized: { height: resizedHeight, width: resizedWidth },
  };
  const ended = performance.now();
  const timing = { ...prepared, network: ended - beganNetwork, total: ended - began, stages: engine.stages() };
  return {
    value: { maps: { ...maps, timing }, info: describe(engine) },
    transfer: [maps.cls.buffer, maps.prefix.buffer],
  };
}

/** @param {Float32Array} value */
const floats = (value) => ({ value, transfer: [value.buffer] });

/**
 * @param {{row: number, col: number}} args
 * @param {HandlerOptions} options
 */
async function query({ row, col }, options) {
  return floats((await session(options)).query(row, col));
}

/**
 * @param {{query: import('./engine.js').Patch | null}} args
 * @param {HandlerOptions} options
 */
async function similarity({ query }, options) {
  return floats((await session(options)).similarity(query));
}

/**
 * @param {{layer: number, facet: string}} args
 * @param {HandlerOptions} options
 */
async function pca({ layer, facet }, options) {
  return floats((await session(options)).pca(layer, facet));
}

/**
 * @param {{query: import('./engine.js').Patch | null, patch: import('./engine.js').Patch}} args
 * @param {HandlerOptions} options
 */
async function explain({ query, patch }, options) {
  return { value: (await session(options)).explain(query, patch) };
}

/**
 * @param {{fusion: string, discard: number}} args
 * @param {HandlerOptions} options
 */
async function rollout({ fusion, discard }, options) {
  const engine = await session(options);
  const total = engine.beginRollout(fusion, discard);
  try {
    await stepThrough('rollout', total, () => engine.stepRollout(), options);
  } catch (error) {
    if (!(error instanceof WebAssembly.RuntimeError)) engine.endRollout(); // else it is given up
    throw error;
  }
  return floats(/** @type {Float32Array} */ (engine.endRollout()));
}

/**
 * A module that trapped, as it does when memory cannot grow, is given up; the next request finds a
 * new one with the same model.
 * @param {Handler} handler
 * @returns {Handler}
 */
function surviving(handler) {
  return async (args, options) => {
    try {
      return await handler(args, options);
    } catch (error) {
      if (!(error instanceof WebAssembly.RuntimeError)) throw error;
      current?.close();
      current = null;
      throw engineError('The engine ran out of memory: choose a smaller size or a smaller model.');
    }
  };
}

serve(/** @type {Port} */ (/** @type {unknown} */ (globalThis)), {
  start: surviving(start),
  load: surviving(load),
  run: surviving(run),
  query: surviving(query),
  similarity: surviving(similarity),
  pca: surviving(pca),
  explain: surviving(explain),
  rollout: surviving(rollout),
}, { run: ['run', 'rollout'], rollout: ['rollout'], load: ['load', 'run', 'rollout'] });
