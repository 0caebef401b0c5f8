// What the tests of questions after a pass do inside the page: see in-page.js.
import { engineModule, outcome } from './in-page.js';
import { maxDifference } from './numbers.js';
import { randomVit, vitSmall8 } from './random-vit.js';
import { readSafetensors } from './safetensors.js';

/** @typedef {import('./fixtures.js').Fixture} Fixture */

/** @param {{weights: string | Blob, choices?: object, expected?: string, size?: number}} what */
async function seen({ weights, choices, expected, size = 0 }) {
  const { createEngine } = await engineModule();
  const engine = await createEngine();
  await engine.load(weights, choices);
  if (!expected) {
    const pixels = Float32Array.from({ length: 3 * size * size }, (_, i) => ((i * 7919) % 1009) / 504 - 1);
    return { engine, tensors: null, maps: await engine.run({ pixels, height: size, width: size }) };
  }
  const { metadata, tensors } = readSafetensors(await (await fetch(expected)).arrayBuffer());
  const pixels = /** @type {Float32Array} */ (tensors.pixels.data);
  const maps = await engine.run({ pixels, height: Number(metadata.height), width: Number(metadata.width) });
  return { engine, tensors, maps };
}

/** Largest differences from what must come out. @param {Fixture} fixture */
export async function askAfterwards({ weights, choices, expected }) {
  const { engine, tensors, maps } = await seen({ weights, choices, expected });
  const { layers, heads, rows, cols, cls } = maps;
  const size = rows * cols;
  /** @type {[number, number]} */
  const patch = [rows - 1, 1];
  const place = patch[0] * cols + patch[1];
  const rollout = await engine.rollout();
  const same = await engine.similarity(patch);
  const colours = await engine.pca({ layer: layers, facet: 'tokens' });
  const { dot, max, sum, prefix } = await engine.explain(null, patch);
  engine.terminate();
  const scores = Array.from(dot, (value, i) => Math.exp(value - max[i]) / sum[i]);
  const all = Array.from(scores, (_, i) =>
    cls.slice(i * size, (i + 1) * size).reduce((a, b) => a + b, prefix[2 * i] + prefix[2 * i + 1]));
  return {
    rollout: maxDifference(rollout.slice(-size), /** @type {Float32Array} */ (tensors?.rollout.data)),
    counts: [rollout.length === layers * size, same.length === layers * size, colours.length === 3 * size],
    ownKey: Math.max(...Array.from({ length: layers }, (_, layer) => Math.abs(1 - same[layer * size + place]))),
    colours: [Math.min(...colours), Math.max(...colours)],
    score: maxDifference(scores, Array.from(scores, (_, i) => cls[i * size + place])),
    sums: maxDifference(all, new Array(layers * heads).fill(1)),
  };
}

/** What becomes of a rollout that is cancelled, and of one that a run comes after. */
export async function endRollouts() {
  const { engine, maps } = await seen({ weights: randomVit(vitSmall8, 'int8'), size: 224 });
  const controller = new AbortController();
  /** @type {number[]} */
  const layers = [];
  const cancelled = outcome(engine.rollout({
    discard: 0.5,
    signal: controller.signal,
    onProgress: ({ done }) => {
      layers.push(done);
      if (done === 3) controller.abort();
    },
  }));
  const first = await cancelled;
  const overtaken = outcome(engine.rollout({ discard: 0.5 }));
  const pixels = new Float32Array(3 * 64 * 64);
  const run = outcome(engine.run({ pixels, height: 64, width: 64 }));
  const result = { first, layers, overtaken: await overtaken, run: await run, after: (await engine.rollout()).length };
  engine.terminate();
  return { ...result, rows: maps.rows, layerCount: maps.layers };
}

/** @param {string} weights */
export async function askNonsense(weights) {
  const { engine } = await seen({ weights, size: 64 });
  const { layers } = /** @type {import('../../web/engine.js').ModelInfo} */ (engine.info.model);
  const asked = {
    patch: await outcome(engine.similarity([99, 0])),
    layer: await outcome(engine.pca({ layer: layers + 1 })),
    facet: await outcome(engine.pca({ layer: 1, facet: /** @type {any} */ ('values') })),
    discard: await outcome(engine.rollout({ discard: 2 })),
    fusion: await outcome(engine.rollout({ fusion: /** @type {any} */ ('sum') })),
    explained: await outcome(engine.explain(null, [0, -2])),
  };
  const after = (await engine.rollout()).length;
  engine.terminate();
  return { asked, after };
}

/** Milliseconds of each question about a photo of ViT-S/8, and the memory after all. @param {number} size */
export async function timeQuestions(size) {
  const { engine, maps } = await seen({ weights: randomVit(vitSmall8, 'int8'), size });
  /** @param {() => Promise<unknown>} work */
  const time = async (work) => {
    const began = performance.now();
    await work();
    return Math.round(performance.now() - began);
  };
  const times = {
    run: Math.round(maps.timing.network),
    kept: maps.timing.stages.maps,
    rollout: await time(() => engine.rollout()),
    discard: await time(() => engine.rollout({ discard: 0.9 })),
    similarity: await time(() => engine.similarity([1, 1])),
    pca: await time(() => engine.pca({ layer: 12 })),
    explain: await time(() => engine.explain(null, [1, 1])),
  };
  const pixels = new Float32Array(3 * 64 * 64);
  await engine.run({ pixels, height: 64, width: 64 });
  const { memory, threads } = engine.info;
  engine.terminate();
  return { ...times, memory, threads };
}
