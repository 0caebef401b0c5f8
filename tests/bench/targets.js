// What was promised about the speed of a ViT-S/8, and whether the measured run keeps it.

/** @typedef {import('./measure.js').Cell} Cell */
/** @typedef {{claim: string, wanted: number, measured: number, reached: boolean}} Verdict */

const model = 'vit-s8';
/** [size, slower, faster, at least how many times] @type {[string, string, string, number][]} */
const ratios = [
  ['224x224', 'onnxruntime-web f32', 'headlens int8', 3],
  ['224x224', 'onnxruntime-web f32', 'headlens f32', 1.6],
  ['224x224', 'onnxruntime-web int8', 'headlens int8', 2],
  ['480x480', 'onnxruntime-web f32', 'headlens int8', 5],
  ['480x480', 'onnxruntime-web f32', 'headlens f32', 1.6],
  ['480x480', 'onnxruntime-web int8', 'headlens int8', 4],
];
const threadsGain = 1.8; // two threads over one

/**
 * @param {Cell[]} cells
 * @param {string} size
 * @param {number} threads
 */
const find = (cells, size, threads) => cells.find((cell) =>
  cell.model === model && cell.size === size && cell.threads === threads);

/**
 * Only of what was measured: a run of fewer sizes or threads has fewer verdicts.
 * @param {Cell[]} cells
 * @returns {Verdict[]}
 */
export function judge(cells) {
  /** @type {Verdict[]} */
  const verdicts = [];
  const add = (/** @type {string} */ claim, /** @type {number} */ wanted, /** @type {number} */ measured) =>
    verdicts.push({ claim, wanted, measured, reached: measured >= wanted });
  for (const [size, slower, faster, wanted] of ratios) {
    for (const threads of [1, 2]) {
      const results = find(cells, size, threads)?.results;
      if (!results) continue;
      add(`${size}, threads: ${threads}: ${slower} takes longer than ${faster}`, wanted,
        results[slower].ms.median / results[faster].ms.median);
    }
  }
  for (const size of ['224x224', '480x480']) {
    const [one, two] = [1, 2].map((threads) => find(cells, size, threads)?.results);
    if (!one || !two) continue;
    for (const name of ['headlens int8', 'headlens f32']) {
      add(`${size}: ${name} on one thread takes longer than on two`, threadsGain, one[name].ms.median / two[name].ms.median);
    }
  }
  return verdicts;
}
