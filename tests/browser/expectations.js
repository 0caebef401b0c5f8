// The bounds that maps must keep to, the same in every browser and build.
import assert from 'node:assert/strict';

/**
 * @typedef {object} Comparison of one fixture, as in-page.js finds it
 * @property {string} name
 * @property {number[]} shape
 * @property {number[]} expectedShape
 * @property {number} cls largest difference
 * @property {number} query
 * @property {number} sum
 * @property {{mean: number, worst: number}} clsR
 * @property {{mean: number, worst: number}} queryR
 */

/** @param {Comparison[]} results */
function checkShapes(results) {
  assert.ok(results.length > 0);
  for (const { name, shape, expectedShape, sum } of results) {
    assert.deepEqual(shape, expectedShape, name);
    assert.ok(sum <= 1e-5, `${name}: the scores sum to 1 but for ${sum}`);
  }
}

/**
 * f32 from the given pixels.
 * @param {Comparison[]} results
 */
export function checkMicro(results) {
  checkShapes(results);
  for (const { name, cls, query } of results) {
    assert.ok(cls <= 1e-5, `${name}: [CLS] maps differ by ${cls}`);
    assert.ok(query <= 1e-5, `${name}: query maps differ by ${query}`);
  }
}

/**
 * int8 from the photo files, against f32 in PyTorch.
 * @param {Comparison[]} results
 */
export function checkBundled(results) {
  checkShapes(results);
  const mean = results.reduce((sum, { clsR }) => sum + clsR.mean, 0) / results.length;
  assert.ok(mean >= 0.998, `mean r = ${mean}`);
  for (const { name, clsR } of results) assert.ok(clsR.worst >= 0.985, `${name}: worst r = ${clsR.worst}`);
}
