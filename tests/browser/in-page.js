// What the engine's tests do inside the page, the same in every browser. Arguments and results are
// plain data: they cross from node into the browser and back.
import { correlations, maxDifference } from './numbers.js';
import { randomVit, vitSmall8 } from './random-vit.js';
import { readSafetensors } from './safetensors.js';

/** @typedef {import('../../web/engine.js').Engine} Engine */
/** @typedef {import('./fixtures.js').Fixture} Fixture */

/** @returns {Promise<typeof import('../../web/engine.js')>} */
export const engineModule = () => import(/** @type {any} */ ('/engine.js'));

const fetchBlob = async (/** @type {string} */ url) => (await fetch(url)).blob();

/** @param {string} url */
async function readFixture(url) {
  const { metadata, tensors } = readSafetensors(await (await fetch(url)).arrayBuffer());
  const floats = (/** @type {string} */ name) => /** @type {Float32Array} */ (tensors[name].data);
  return {
    photo: `/tests/photos/${metadata.photo}`,
    height: Number(metadata.height),
    width: Number(metadata.width),
    query: [Number(metadata.query_row), Number(metadata.query_col)],
    pixels: floats('pixels'),
    cls: floats('cls_attention'),
    queryScores: floats('query_attention'),
    shape: tensors.cls_attention.shape,
  };
}

/**
 * Runs the fixtures from their pixels, and from their photos where `photos` says so.
 * @param {{fixtures: Fixture[], build?: import('../../web/probe.js').Build, threads?: number,
 *          photos?: boolean, asFiles?: boolean}} options asFiles: the weights as a File, not by address
 */
export async function compareFixtures({ fixtures, build, threads, photos = false, asFiles = false }) {
  const { createEngine } = await engineModule();
  const engine = await createEngine({ build, threads });
  const results = [];
  for (const fixture of fixtures) {
    const weights = asFiles ? new File([await fetchBlob(fixture.weights)], 'weights') : fixture.weights;
    await engine.load(weights, fixture.choices);
    const expected = await readFixture(fixture.expected);
    const { height, width } = expected;
    const maps = photos
      ? await engine.run(await fetchBlob(expected.photo), { resize: { height, width } })
      : await engine.run({ pixels: expected.pixels, height, width });
    const query = await engine.query(expected.query[0], expected.query[1]);
    const size = maps.rows * maps.cols;
    results.push({
      name: fixture.name,
      shape: [maps.layers, maps.heads, maps.rows, maps.cols],
      expectedShape: expected.shape,
      cls: maxDifference(maps.cls, expected.cls),
      query: maxDifference(query, expected.queryScores),
      clsR: correlations(maps.cls, expected.cls, size),
      queryR: correlations(query, expected.queryScores, size),
      // [CLS], registers and patches together are a softmax.
      sum: maxDifference(rowSums(maps), new Array(maps.layers * maps.heads).fill(1)),
      timing: maps.timing,
    });
  }
  const { info } = engine;
  engine.terminate();
  return { info, results };
}

/** @param {import('../../web/engine.js').Maps} maps */
function rowSums({ layers, heads, rows, cols, registers, cls, prefix }) {
  const total = (/** @type {Float32Array} */ scores) => scores.reduce((sum, score) => sum + score, 0);
  return Array.from({ length: layers * heads }, (_, i) =>
    total(cls.subarray(i * rows * cols, (i + 1) * rows * cols)) +
    total(prefix.subarray(i * (1 + registers), (i + 1) * (1 + registers))));
}

/** What the page and its worker may use. */
export async function environment() {
  const { createEngine } = await engineModule();
  const engine = await createEngine();
  const { info } = engine;
  engine.terminate();
  return { info, isolated: globalThis.crossOriginIsolated, processors: navigator.hardwareConcurrency };
}

/**
 * How a promise ends, in words.
 * @param {Promise<unknown>} promise
 */
export const outcome = (promise) => promise.then(
  () => 'done', (error) => `${error.name}: ${error.message}`);

export const microWeights = '/tests/fixtures/dino-micro.safetensors';

/**
 * An engine with the smallest model and a photo run, to see what stays when something fails.
 * @param {Parameters<typeof import('../../web/engine.js').createEngine>[0]} [options]
 */
export async function readyEngine(options) {
  const { createEngine } = await engineModule();
  const engine = await createEngine(options);
  await engine.load(microWeights);
  const photo = await fetchBlob('/tests/photos/chelsea.jpg');
  const maps = await engine.run(photo, { size: 96 });
  return { engine, photo, maps, before: await engine.query(1, 2) };
}

/**
 * Gives bad input, then looks whether the last maps can still be asked and the next photo works.
 * @param {{kind: 'photo' | 'weights', url?: string, text?: string, share?: number, size?: number}} input
 *   url: a file of which `share` is given; text: a file of this text
 */
export async function badInput({ kind, url, text, share = 1, size }) {
  const { engine, photo, before } = await readyEngine();
  const whole = url ? await fetchBlob(url) : new Blob([text ?? '']);
  const blob = whole.slice(0, Math.floor(whole.size * share));
  const message = await outcome(kind === 'photo' ? engine.run(blob, { size }) : engine.load(blob));
  const changed = message === 'done' ? NaN : maxDifference(await engine.query(1, 2), before);
  const next = await outcome(engine.run(photo, { size: 64 }));
  engine.terminate();
  return { message, changed, next };
}

/**
 * Weights from an address that fails.
 * @param {string} url
 */
export async function badDownload(url) {
  const { engine, before } = await readyEngine();
  const message = await outcome(engine.load(url));
  const changed = maxDifference(await engine.query(1, 2), before);
  engine.terminate();
  return { message, changed };
}

/**
 * The pixels of a photo, a quarter turn clockwise where asked.
 * @param {string} url
 * @param {boolean} turned
 */
async function pixelsOf(url, turned) {
  const bitmap = await createImageBitmap(await fetchBlob(url), { imageOrientation: 'none' });
  const [width, height] = turned ? [bitmap.height, bitmap.width] : [bitmap.width, bitmap.height];
  const canvas = new OffscreenCanvas(width, height);
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext('2d'));
  if (turned) context.setTransform(0, 1, -1, 0, width, 0);
  context.drawImage(bitmap, 0, 0);
  return context.getImageData(0, 0, width, height);
}

/**
 * A photo file of a special kind, next to the plain pixels that it should decode to.
 * @param {{url: string, plain: string, turned?: boolean}} options
 */
export async function compareDecoded({ url, plain, turned = false }) {
  const { engine } = await readyEngine();
  const maps = await engine.run(await fetchBlob(url), { size: 96 });
  const expected = await engine.run(await pixelsOf(plain, turned), { size: 96 });
  engine.terminate();
  return { difference: maxDifference(maps.cls, expected.cls), shape: [maps.rows, maps.cols] };
}

/**
 * The browser's decoder and canvas, next to the engine's own decoder.
 * @param {{weights: string, photo: string}} options
 */
export async function compareDecoders({ weights, photo }) {
  const { createEngine } = await engineModule();
  const clsOf = async (/** @type {string | undefined} */ base) => {
    const engine = await createEngine({ base });
    await engine.load(weights);
    const maps = await engine.run(await fetchBlob(photo), { size: 160 });
    engine.terminate();
    return maps;
  };
  const { cls, rows, cols } = await clsOf(undefined);
  const own = await clsOf('/no-canvas/');
  return { ...correlations(cls, own.cls, rows * cols), difference: maxDifference(cls, own.cls) };
}

/** The kinds of source, which must all give the same maps; png is lossless. */
export async function compareSources() {
  const { engine } = await readyEngine();
  const bitmap = await createImageBitmap(await fetchBlob('/tests/photos/coffee.jpg'));
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext('2d'));
  context.drawImage(bitmap, 0, 0);
  const sources = {
    png: await canvas.convertToBlob({ type: 'image/png' }),
    bitmap,
    data: context.getImageData(0, 0, bitmap.width, bitmap.height),
  };
  const { cls: expected, resized } = await engine.run(sources.png, { size: 96 });
  const fromBitmap = await engine.run(sources.bitmap, { size: 96 });
  const fromData = await engine.run(sources.data, { size: 96 });
  engine.terminate();
  return {
    resized,
    bitmap: maxDifference(fromBitmap.cls, expected),
    data: maxDifference(fromData.cls, expected),
    bitmapStaysUsable: bitmap.width > 0,
  };
}

/** A large photo, made here. */
export async function hugePhoto() {
  const { engine, photo, maps: before } = await readyEngine();
  const canvas = new OffscreenCanvas(8000, 6000);
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext('2d'));
  context.drawImage(await createImageBitmap(photo), 0, 0, 8000, 6000);
  const huge = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.9 });
  const maps = await engine.run(huge, { resize: before.resized });
  const { memory } = engine.info;
  engine.terminate();
  const size = maps.rows * maps.cols;
  return { r: correlations(maps.cls, before.cls, size), memory, timing: maps.timing };
}

/** Cancels a run between layers, and lets a run take another's place. */
export async function cancelRuns() {
  const { engine, photo, maps } = await readyEngine();
  const controller = new AbortController();
  /** @type {number[]} */
  const layers = [];
  let abortedAt = 0;
  const cancelled = await outcome(engine.run(photo, {
    size: 480,
    signal: controller.signal,
    onProgress: ({ stage, done }) => {
      if (stage !== 'network') return;
      layers.push(done);
      if (done === 1) {
        abortedAt = performance.now();
        controller.abort();
      }
    },
  }));
  const waited = performance.now() - abortedAt;
  const early = await outcome(engine.run(photo, { signal: AbortSignal.abort() }));
  const older = outcome(engine.run(photo, { size: 480 }));
  const newer = await engine.run(photo, { size: 96 });
  const result = {
    cancelled, waited, layers, early, older: await older,
    newerDiffers: maxDifference(newer.cls, maps.cls),
  };
  engine.terminate();
  return { ...result, afterEnd: await outcome(engine.run(photo)) };
}

/** What the callbacks hear while weights are loaded and a photo runs. */
export async function progress() {
  const { createEngine } = await engineModule();
  /** @type {import('../../web/engine.js').Progress[]} */
  const events = [];
  const engine = await createEngine({ onProgress: (event) => events.push(event) });
  await engine.load(microWeights);
  await engine.run(await fetchBlob('/tests/photos/chelsea.jpg'), { size: 64 });
  engine.terminate();
  return events;
}

/** The same weights in f32, in int8, and again in f32. */
export async function switchPrecision() {
  const { engine, photo, maps } = await readyEngine();
  const int8 = await engine.run(photo, { size: 96, precision: 'int8' });
  const saysInt8 = engine.info.model?.precision;
  const f32 = await engine.run(photo, { size: 96, precision: 'f32' });
  const saysF32 = engine.info.model?.precision;
  engine.terminate();
  return {
    saysInt8, saysF32,
    int8: maxDifference(int8.cls, maps.cls),
    f32: maxDifference(f32.cls, maps.cls),
  };
}

/** What the engine says of a model, without choices, with them, and after its session was made again. */
export async function modelChoices() {
  const { createEngine } = await engineModule();
  const engine = await createEngine();
  const weights = '/tests/fixtures/dino-micro-huggingface.safetensors';
  const photo = await fetchBlob('/tests/photos/chelsea.jpg');
  await engine.load(weights, { heads: 3 });
  const plain = { model: engine.info.model, cls: (await engine.run(photo, { size: 96 })).cls };

  await engine.load(weights, { heads: 3, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5], filter: 'bicubic', position: 'dino' });
  const chosen = { model: engine.info.model, cls: (await engine.run(photo, { size: 96 })).cls };
  await engine.run(photo, { size: 64, precision: 'int8' });
  const { cls: clsAgain } = await engine.run(photo, { size: 96, precision: 'f32' });
  const again = engine.info.model;
  const wrong = [];
  for (const choices of [{ heads: 5 }, { heads: NaN }, { mean: [1, 2] }, { std: [1, 1, 0] },
    { position: /** @type {any} */ ('best') }, { network: 'teacher' }]) {
    wrong.push(await outcome(engine.load(weights, { heads: 3, ...choices })));
  }
  const after = engine.info.model;
  engine.terminate();
  return {
    plain: plain.model, chosen: chosen.model, again, after, wrong,
    differs: maxDifference(chosen.cls, plain.cls),
    keeps: maxDifference(clsAgain, chosen.cls),
  };
}

/** The smallest model as the second network of a file, which is to be asked for. */
export async function nestedCheckpoint() {
  const file = await (await fetch(microWeights)).arrayBuffer();
  const begin = 8 + Number(new DataView(file).getBigUint64(0, true));
  const { __metadata__, ...entries } = JSON.parse(new TextDecoder().decode(new Uint8Array(file, 8, begin - 8)));
  const end = file.byteLength - begin;
  const header = new TextEncoder().encode(JSON.stringify({
    __metadata__,
    ...Object.fromEntries(Object.entries(entries).map(([name, entry]) => [`model_ema.${name}`, entry])),
    'model.cls_token': { dtype: 'F32', shape: [1], data_offsets: [end, end + 4] },
  }));
  const length = new DataView(new ArrayBuffer(8));
  length.setBigUint64(0, BigInt(header.length), true);
  const nested = new Blob([length.buffer, header, file.slice(begin), new Uint8Array(4)]);

  const { engine, photo, maps } = await readyEngine();
  const choices = await engine.load(nested).catch((error) => error.choices);
  const unknown = await engine.load(nested, { network: 'teacher' }).catch((error) => error.choices);
  await engine.load(nested, { network: 'model_ema' });
  const { model } = engine.info;
  const { cls } = await engine.run(photo, { size: 96 });
  engine.terminate();
  return { choices, unknown, model, difference: maxDifference(cls, maps.cls) };
}

/**
 * An engine whose threads cannot start.
 * @param {string} base
 */
export async function withoutThreads(base) {
  const { engine } = await readyEngine({ base, threads: 2 });
  const { info } = engine;
  engine.terminate();
  return info;
}

/** Photos of growing size, in a browser that gives no more memory; after each a small one. */
export async function lackOfMemory() {
  const { engine, photo } = await readyEngine({ base: '/no-memory/' });
  const messages = [];
  const afterwards = [];
  for (let side = 500; side <= 3500; side += 500) {
    messages.push(await outcome(engine.run(new ImageData(side, side), { size: 1000 })));
    afterwards.push(await outcome(engine.run(photo, { size: 64 })));
  }
  const { memory } = engine.info;
  engine.terminate();
  return { messages, afterwards, memory };
}

/**
 * What a ViT-S/8 takes, from its f32 file, at 480 x 480 pixels.
 * @param {{precision: 'f32' | 'int8'}} options
 */
export async function memoryOfVitSmall8({ precision }) {
  const { createEngine } = await engineModule();
  const engine = await createEngine();
  await engine.load(randomVit(vitSmall8));
  const loaded = engine.info.memory;
  const photo = await fetchBlob('/tests/photos/astronaut.jpg');
  const { cls, rows, cols, timing } = await engine.run(photo, { size: 480, precision });
  const { memory, model } = engine.info;
  engine.terminate();
  return { loaded, memory, timing, precision: model?.precision, grid: [rows, cols], finite: cls.every(Number.isFinite) };
}
