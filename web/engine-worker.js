// The worker in which the engine lives: answers the requests of engine.js.
import { download } from './download.js';
import { readFile, readPhoto } from './photo.js';
import { buildsToTry, defaultThreads } from './probe.js';
import { breathe, engineError, serve } from './protocol.js';
import { openSession } from './wasm.js';

/** @typedef {import('./wasm.js').Session} Session */
/** @typedef {import('./wasm.js').Precision} Precision */
/** @typedef {import('./protocol.js').HandlerOptions} HandlerOptions */
/** @typedef {import('./protocol.js').Handler} Handler */
/** @typedef {import('./protocol.js').Port} Port */

/** What a session is made of; a session that broke is made again of it. */
const recipe = {
  base: '',
  /** @type {import('./probe.js').Build[]} */
  builds: [],
  threads: 1,
  /** @type {{file: Blob, heads: number, precision: Precision} | null} */
  model: null,
};

/** @type {Session | null} */
let current = null;

/** @returns {Promise<Session>} */
async function session() {
  if (current) return current;
  const opened = await openFirst();
  const { model } = recipe;
  if (model) await opened.load(model.file, model.precision, model.heads);
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
async function start({ base, build, threads = defaultThreads() }, { onProgress }) {
  onProgress({ stage: 'engine', done: 0, total: 1 });
  Object.assign(recipe, { base, threads, builds: build ? [build] : buildsToTry(threads) });
  const engine = await session();
  onProgress({ stage: 'engine', done: 1, total: 1 });
  return { value: describe(engine) };
}

/**
 * @param {{source: string | Blob, heads: number}} args
 * @param {HandlerOptions} options
 */
async function load({ source, heads }, { signal, onProgress }) {
  const file = source instanceof Blob ? source : await download(
    source, signal, (done, total) => onProgress({ stage: 'download', done, total }));
  signal.throwIfAborted();
  onProgress({ stage: 'model', done: 0, total: 1 });
  const engine = await session();
  await engine.load(file, 'auto', heads);
  recipe.model = { file, heads, precision: 'auto' };
  onProgress({ stage: 'model', done: 1, total: 1 });
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
 */
async function switchPrecision(engine, precision) {
  const { model } = recipe;
  if (!model || model.precision === precision || engine.model()?.precision === precision) return;
  await engine.load(model.file, precision, model.heads);
  model.precision = precision;
}

/**
 * The network's steps, between which a cancelled run ends.
 * @param {Session} engine
 * @param {number} layers
 * @param {HandlerOptions} options
 */
async function passThrough(engine, layers, { signal, onProgress }) {
  onProgress({ stage: 'network', done: 0, total: layers });
  for (let at = { done: false, layer: 0 }; !at.done;) {
    await breathe();
    signal.throwIfAborted();
    const before = at.layer;
    at = engine.step();
    if (at.layer > before) onProgress({ stage: 'network', done: at.layer, total: layers });
  }
}

/**
 * @param {{source: any, size: number, resize?: {height: number, width: number},
 *          precision: Precision}} args
 * @param {HandlerOptions} options
 */
async function run(args, { signal, onProgress }) {
  const began = performance.now();
  onProgress({ stage: 'photo', done: 0, total: 1 });
  const engine = await session();
  const prepared = await prepare(engine, args);
  signal.throwIfAborted();
  await switchPrecision(engine, args.precision);

  const beganNetwork = performance.now();
  const { resizedHeight, resizedWidth, ...pass } = engine.begin();
  await passThrough(engine, pass.layers, { signal, onProgress });
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

/** @param {{row: number, col: number}} args */
async function query({ row, col }) {
  const scores = (await session()).query(row, col);
  return { value: scores, transfer: [scores.buffer] };
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
}, { run: ['run'], load: ['load', 'run'] });
