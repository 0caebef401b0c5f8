// Runs the contestants in turn, and weighs what they need.
import { join } from 'node:path';
import { contestants, sizeName, weightsFile } from './contestants.js';
import { gzippedSize, weightsAddress } from './site.js';
import { medians, summarise } from './statistics.js';

/**
 * @typedef {import('./contestants.js').Contestant} Contestant
 * @typedef {import('./contestants.js').Model} Model
 * @typedef {import('./contestants.js').Size} Size
 * @typedef {import('./statistics.js').Summary} Summary
 * @typedef {import('../browser/browsers.js').TestPage} TestPage
 *
 * @typedef {object} Result of one contestant in a cell
 * @property {Summary} ms
 * @property {number} load ms
 * @property {number} memory bytes
 * @property {Record<string, number>} [stages] ms
 *
 * @typedef {object} Cell everyone on one model, one size, one number of threads
 * @property {string} model
 * @property {string} size
 * @property {number} threads
 * @property {number} difference of a score between onnxruntime-web's f32 maps and ours, the largest
 * @property {Record<string, Result>} results by the contestant's name
 *
 * @typedef {{model: string, mean: number, worst: number, r: number[][]}} Fidelity r: (layers,
 *   heads), the worst of the photos
 */

const photoAddress = (/** @type {string} */ name) => `/tests/photos/${name}.jpg`;

/**
 * @param {Contestant} contestant
 * @param {Model} model
 * @param {Size} size
 * @param {number} threads
 */
function entryOf(contestant, model, size, threads) {
  const weights = weightsAddress + weightsFile(contestant, model, size);
  return { ...contestant, threads, prefix: model.prefix, weights };
}

/** What sums in another order move scores by, with room to spare; 5e-6 was seen. */
const tolerance = { difference: 5e-5, r: 0.99999 };

/**
 * Refuses to compare the speed of networks that differ.
 * @param {TestPage} page
 * @returns {Promise<number>} the largest difference of a score
 */
async function checkAgreement(page) {
  const ours = contestants.filter(({ maker, precision }) => maker === 'headlens' && precision === 'f32');
  let largest = 0;
  for (const { name } of ours) {
    const { difference, r } = await page.call('compare', [name, 'onnxruntime-web f32']);
    const worst = Math.min(...r.flat());
    if (!(difference <= tolerance.difference && worst >= tolerance.r)) {
      throw new Error(`${name} and onnxruntime-web do not give the same maps: scores differ by up to ` +
        `${difference.toExponential(1)}, the worst map correlates by ${worst.toFixed(6)}. Nothing was measured.`);
    }
    largest = Math.max(largest, difference);
  }
  return largest;
}

/**
 * @param {TestPage} page
 * @param {{model: Model, size: Size, threads: number, runs: number}} what
 * @returns {Promise<Cell>}
 */
export async function measureCell(page, { model, size, threads, runs }) {
  const input = { photo: photoAddress('chelsea'), ...size };
  /** @type {Record<string, number>} */
  const load = {};
  /** @type {Record<string, any[]>} */
  const measured = {};
  for (const contestant of contestants) {
    const { name } = contestant;
    load[name] = await page.call('open', entryOf(contestant, model, size, threads));
    await page.call('run', { name, ...input }); // warms up, and leaves maps to compare
    measured[name] = [];
  }
  const difference = await checkAgreement(page);
  for (let round = 0; round < runs; ++round) {
    for (let i = 0; i < contestants.length; ++i) { // each round starts with another one
      const { name } = contestants[(i + round) % contestants.length];
      measured[name].push(await page.call('run', { name, ...input }));
    }
  }
  await page.call('closeAll');
  const results = Object.fromEntries(Object.entries(measured).map(([name, all]) => [name, {
    ms: summarise(all.map(({ ms }) => ms)),
    load: load[name],
    memory: Math.max(...all.map(({ memory }) => memory)),
    ...(all[0].stages && { stages: medians(all.map(({ stages }) => stages)) }),
  }]));
  return { model: model.name, size: sizeName(size), threads, difference, results };
}

/**
 * XNNPACK's speed in this browser on as many rows as 224 x 224 pixels have tokens, FLOP/s.
 * @param {TestPage} page
 * @param {number} threads
 * @returns {Promise<{f32: number, int8: number}>}
 */
export async function measurePeak(page, threads) {
  const of = (/** @type {string} */ name) => page.call('peak', { name, threads, rows: 785 });
  return { f32: await of('bench_xnnpack_f32'), int8: await of('bench_xnnpack_int8') };
}

/**
 * Our int8 maps against our f32 maps of the same photos.
 * @param {TestPage} page
 * @param {{name: string, weights: Record<'f32' | 'int8', string>, photos: string[], size: Size}} what
 * @returns {Promise<Fidelity>}
 */
export async function measureFidelity(page, { name, weights, photos, size }) {
  for (const precision of /** @type {const} */ (['f32', 'int8'])) {
    await page.call('open', { name: precision, maker: 'headlens', simd: 'relaxed', precision, threads: 2, weights: weights[precision] });
  }
  /** @type {number[][][]} */
  const all = [];
  for (const photo of photos) {
    for (const precision of ['f32', 'int8']) {
      await page.call('run', { name: precision, photo: photoAddress(photo), ...size });
    }
    all.push((await page.call('compare', ['f32', 'int8'])).r);
  }
  await page.call('closeAll');
  const flat = all.flat(2);
  return {
    model: name,
    mean: flat.reduce((sum, r) => sum + r, 0) / flat.length,
    worst: Math.min(...flat),
    r: all[0].map((heads, layer) => heads.map((_, head) => Math.min(...all.map((r) => r[layer][head])))),
  };
}

/**
 * Bytes of program, gzipped, that one who opens nothing else must fetch.
 * @param {import('../browser/browsers.js').TestBrowser} browser
 * @param {Awaited<ReturnType<typeof import('./site.js').startSite>>} site
 * @param {Model} model
 * @param {Size} size
 * @returns {Promise<Record<string, number>>} by maker
 */
export async function measureTransfer(browser, site, model, size) {
  /** @type {Record<string, number>} */
  const transfer = {};
  const ownFiles = join(import.meta.dirname, '/');
  for (const contestant of contestants) {
    if (contestant.precision !== 'int8' || contestant.simd === 'simd') continue;
    const page = await browser.open(`${site.url}/tests/bench/bench.html`);
    await page.call('closeAll'); // it is there
    site.asked.clear();
    await page.call('open', entryOf(contestant, model, size, 2));
    await page.close();
    const files = [...site.asked].filter((file) => file.includes('node_modules') || !file.startsWith(ownFiles));
    transfer[contestant.maker] = await gzippedSize(files);
  }
  return transfer;
}
