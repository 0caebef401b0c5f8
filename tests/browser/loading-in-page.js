// What the tests of loading do inside the page: see in-page.js.
import { engineModule, outcome, readyEngine } from './in-page.js';
import { maxDifference } from './numbers.js';

/**
 * How long a file takes to arrive when nothing is done with it.
 * @param {string} url
 */
async function timeDownload(url) {
  const began = performance.now();
  const reader = /** @type {ReadableStream<Uint8Array>} */ ((await fetch(url)).body).getReader();
  let bytes = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) bytes += next.value.length;
  return { bytes, download: performance.now() - began };
}

/**
 * How long after the last byte of a weights file has come the model is ready, and how far the memory
 * has grown by then: it never shrinks, so that this is what loading takes at most.
 * @param {{url: string, build: import('../../web/probe.js').Build}} options
 */
export async function timeLoading({ url, build }) {
  const { createEngine } = await engineModule();
  const engine = await createEngine({ build });
  const { bytes, download } = await timeDownload(url);
  const began = performance.now();
  let lastByte = NaN;
  await engine.load(url, {
    onProgress: ({ stage, done }) => {
      if (stage === 'download' && done === bytes) lastByte = performance.now();
    },
  });
  const ended = performance.now();
  const { memory, model } = engine.info;
  engine.terminate();
  return { bytes, download, load: ended - began, ready: ended - lastByte, memory, precision: model?.precision };
}

/**
 * Loads a file, and hears how many bytes come of how many.
 * @param {{url: string}} options
 */
export async function loadCounting({ url }) {
  const { createEngine } = await engineModule();
  const engine = await createEngine();
  let last = { done: 0, total: 0 };
  const message = await outcome(engine.load(url, {
    onProgress: ({ stage, done, total }) => {
      if (stage === 'download') last = { done, total };
    },
  }));
  const { model } = engine.info;
  engine.terminate();
  return { message, model, ...last };
}

/**
 * Cancels loads after more than half of the file; in between, asks the engine for what it had before.
 * @param {{url: string, times: number}} options
 */
export async function cancelLoads({ url, times }) {
  const { engine, photo, before } = await readyEngine();
  const { model } = engine.info;
  const messages = [];
  let changed = 0;
  /** Each time, until the engine answers again. @type {number[]} */
  const waits = [];
  for (let i = 0; i < times; ++i) {
    const controller = new AbortController();
    let abortedAt = NaN;
    messages.push(await outcome(engine.load(url, {
      signal: controller.signal,
      onProgress: ({ stage, done, total }) => {
        if (stage !== 'download' || done < total / 2 || controller.signal.aborted) return;
        abortedAt = performance.now();
        controller.abort();
      },
    })));
    changed = Math.max(changed, maxDifference(await engine.query(1, 2), before));
    waits.push(performance.now() - abortedAt);
  }
  const next = await outcome(engine.run(photo, { size: 64 })); // brings news of the memory
  const { memory, model: modelAfter } = engine.info;
  engine.terminate();
  return { messages, changed, waits, next, memory, sameModel: modelAfter?.description === model?.description };
}

/**
 * Other precisions than the file's, one after the other.
 * @param {{url: string}} options
 */
export async function switchPrecisions({ url }) {
  const { engine, photo } = await readyEngine();
  await engine.load(url);
  const precisions = [];
  for (const precision of /** @type {const} */ (['int8', 'f32', 'int8'])) {
    precisions.push(await outcome(engine.run(photo, { size: 64, precision })), engine.info.model?.precision);
  }
  engine.terminate();
  return precisions;
}
