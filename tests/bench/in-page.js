// What the benchmark does inside the page. Arguments and results are plain data; maps stay here.
import { maxDifference, pearson } from '../browser/numbers.js';

/**
 * @typedef {import('./contestants.js').Contestant & {threads: number, prefix: number, weights: string}} Entry
 *
 * @typedef {object} Run
 * @property {number} ms from the pixels to the maps, in the worker
 * @property {number} memory bytes of WebAssembly memory
 * @property {Record<string, number>} [stages] ms
 *
 * @typedef {{layers: number, heads: number, patches: number, scores: Float32Array}} Maps scores:
 *   (layers, heads, patches)
 * @typedef {{run: (input: import('../../web/engine.js').Pixels) => Promise<Run & {maps: Maps}>,
 *            close: () => void}} Opened
 */

/** @type {Map<string, Opened>} */
const opened = new Map();
/** What each contestant's last run gave. @type {Map<string, Maps>} */
const lastMaps = new Map();

/**
 * @param {Entry} entry
 * @returns {Promise<Opened>}
 */
async function openHeadlens({ simd, threads, weights, precision }) {
  const { createEngine } = await import(/** @type {any} */ ('/engine.js'));
  /** @type {import('../../web/engine.js').Engine} */
  const engine = await createEngine({ threads, build: `${simd}-${threads > 1 ? 'threads' : 'single'}` });
  if (engine.info.threads !== threads) throw new Error(`${engine.info.threads} threads started, not ${threads}`);
  await engine.load(weights);
  return {
    async run(pixels) {
      const { layers, heads, rows, cols, cls, timing } = await engine.run(pixels, { precision });
      return {
        ms: timing.preprocess + timing.network,
        memory: engine.info.memory,
        stages: timing.stages,
        maps: { layers, heads, patches: rows * cols, scores: cls },
      };
    },
    close: () => engine.terminate(),
  };
}

/** @param {string} script */
function openWorker(script) {
  const worker = new Worker(script, { type: 'module' });
  /** @param {object} message */
  const ask = (message) => new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => (data.error ? reject(new Error(data.error)) : resolve(data));
    worker.onerror = (event) => reject(new Error(event.message));
    worker.postMessage(message);
  });
  return { ask, close: () => worker.terminate() };
}

/**
 * @param {Entry} entry
 * @returns {Promise<Opened>}
 */
async function openOnnxruntime({ threads, prefix, weights }) {
  const { ask, close } = openWorker('ort-worker.js');
  const home = new URL('node_modules/onnxruntime-web/dist/', location.href).href;
  await ask({ open: { home, threads, graph: weights } });
  return {
    async run(input) {
      const { ms, memory, scores, shape: [layers, heads, tokens] } = await ask(input);
      const patches = tokens - prefix;
      return { ms, memory, maps: { layers, heads, patches, scores: withoutPrefix(scores, tokens, patches) } };
    },
    close,
  };
}

/**
 * (maps, tokens) to (maps, patches).
 * @param {Float32Array} scores
 * @param {number} tokens
 * @param {number} patches
 */
function withoutPrefix(scores, tokens, patches) {
  const maps = scores.length / tokens;
  const cut = new Float32Array(maps * patches);
  for (let i = 0; i < maps; ++i) {
    cut.set(scores.subarray((i + 1) * tokens - patches, (i + 1) * tokens), i * patches);
  }
  return cut;
}

/**
 * A photo squashed to exactly this size and normalised as ImageNet's are.
 * @param {{photo: string, height: number, width: number}} input
 */
async function readPixels({ photo, height, width }) {
  const bitmap = await createImageBitmap(await (await fetch(photo)).blob());
  const context = new OffscreenCanvas(width, height).getContext('2d');
  if (!context) throw new Error('This browser draws no photos.');
  context.drawImage(bitmap, 0, 0, width, height);
  const { data } = context.getImageData(0, 0, width, height);
  const [mean, std] = [[0.485, 0.456, 0.406], [0.229, 0.224, 0.225]];
  const pixels = Float32Array.from({ length: 3 * height * width }, (_, i) => {
    const channel = Math.floor(i / (height * width));
    return (data[4 * (i % (height * width)) + channel] / 255 - mean[channel]) / std[channel];
  });
  return { pixels, height, width };
}

const inPage = {
  /**
   * Opens a contestant; ms from nothing to ready.
   * @param {Entry} entry
   */
  async open(entry) {
    const began = performance.now();
    opened.set(entry.name, await (entry.maker === 'headlens' ? openHeadlens : openOnnxruntime)(entry));
    return performance.now() - began;
  },

  /**
   * @param {{name: string, photo: string, height: number, width: number}} what
   * @returns {Promise<Run>}
   */
  async run({ name, ...input }) {
    const { maps, ...run } = await /** @type {Opened} */ (opened.get(name)).run(await readPixels(input));
    lastMaps.set(name, maps);
    return run;
  },

  closeAll() {
    for (const { close } of opened.values()) close();
    opened.clear();
    lastMaps.clear();
  },

  /**
   * Of two contestants' last maps: the largest difference of a score, and Pearson's r of every map.
   * @param {[string, string]} names
   */
  compare([nameA, nameB]) {
    const a = /** @type {Maps} */ (lastMaps.get(nameA));
    const b = /** @type {Maps} */ (lastMaps.get(nameB));
    const { layers, heads, patches } = a;
    const map = (/** @type {Maps} */ { scores }, /** @type {number} */ i) =>
      scores.subarray(i * patches, (i + 1) * patches);
    const r = Array.from({ length: layers }, (_, layer) =>
      Array.from({ length: heads }, (_, head) => {
        const i = layer * heads + head;
        return pearson(map(a, i), map(b, i));
      }));
    return { difference: maxDifference(a.scores, b.scores), r };
  },

  /**
   * XNNPACK's own speed, FLOP/s.
   * @param {{name: string, threads: number, rows: number}} task
   */
  async peak(task) {
    const { ask, close } = openWorker('peak-worker.js');
    const { speed } = await ask({ program: '/program/bench-relaxed.js', ...task });
    close();
    return speed;
  },
};

/** @typedef {typeof inPage} InPage */
Object.assign(window, { inPage });
