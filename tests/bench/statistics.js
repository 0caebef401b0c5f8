// Numbers about numbers.

/** @param {number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/**
 * @typedef {{median: number, low: number, high: number, runs: number}} Summary
 * @param {number[]} values
 * @returns {Summary} low, high: the extremes
 */
export function summarise(values) {
  return { median: median(values), low: Math.min(...values), high: Math.max(...values), runs: values.length };
}

/**
 * The median of each member.
 * @param {Record<string, number>[]} records of the same members
 * @returns {Record<string, number>}
 */
export function medians(records) {
  return Object.fromEntries(Object.keys(records[0]).map((name) => [name, median(records.map((one) => one[name]))]));
}

/**
 * Floating-point operations of each stage of a pass, named as in src/vit/stages.h; a multiplication
 * and an addition are two. The last block ends with its queries and keys.
 * @param {import('./contestants.js').Model} model
 * @param {import('./contestants.js').Size} size
 * @returns {Record<string, number>}
 */
export function operations({ patch, width, depth, mlp, prefix }, size) {
  const patches = Math.floor(size.height / patch) * Math.floor(size.width / patch);
  const tokens = patches + prefix;
  const whole = depth - 1; // blocks
  return {
    embedding: 2 * patches * 3 * patch * patch * width,
    qkv: 2 * tokens * width * width * (3 * whole + 2),
    attention: 4 * tokens * tokens * width * whole,
    projection: 2 * tokens * width * width * whole,
    mlp: 4 * tokens * width * mlp * whole,
  };
}

/** @param {Record<string, number>} record */
export const total = (record) => Object.values(record).reduce((sum, value) => sum + value, 0);
