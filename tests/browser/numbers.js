// How far two sets of maps are from each other.

/**
 * @param {ArrayLike<number>} a
 * @param {ArrayLike<number>} b
 */
export function maxDifference(a, b) {
  if (a.length !== b.length) throw new Error(`${a.length} values against ${b.length}`);
  let worst = 0;
  for (let i = 0; i < a.length; ++i) {
    // Written so that NaN counts as the worst.
    if (!(Math.abs(a[i] - b[i]) <= worst)) worst = Math.abs(a[i] - b[i]);
  }
  return worst;
}

/**
 * Pearson's r of each map.
 * @param {Float32Array} a (maps, size)
 * @param {Float32Array} b
 * @param {number} size
 * @returns {{mean: number, worst: number}}
 */
export function correlations(a, b, size) {
  if (a.length !== b.length) throw new Error(`${a.length} values against ${b.length}`);
  let sum = 0;
  let worst = 1;
  for (let at = 0; at < a.length; at += size) {
    const r = pearson(a.subarray(at, at + size), b.subarray(at, at + size));
    sum += r;
    worst = Math.min(worst, r);
  }
  return { mean: (sum * size) / a.length, worst };
}

/**
 * @param {Float32Array} a
 * @param {Float32Array} b
 */
export function pearson(a, b) {
  const meanOf = (/** @type {Float32Array} */ x) => x.reduce((sum, value) => sum + value, 0) / x.length;
  const meanA = meanOf(a);
  const meanB = meanOf(b);
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let i = 0; i < a.length; ++i) {
    ab += (a[i] - meanA) * (b[i] - meanB);
    aa += (a[i] - meanA) ** 2;
    bb += (b[i] - meanB) ** 2;
  }
  return ab / Math.sqrt(aa * bb);
}
