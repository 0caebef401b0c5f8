// What the article must say, from the .maps file itself: none of this is the page's own code.
import { readFile } from 'node:fs/promises';
import { readSafetensors } from './safetensors.js';

/** @param {string} path */
export async function readMapsFile(path) {
  const bytes = await readFile(path);
  const { tensors, metadata } = readSafetensors(/** @type {ArrayBuffer} */ (bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)));
  const [, heads, rows, cols] = tensors.cls.shape;
  const patches = rows * cols;

  /** The weights of map number `map` of a tensor. @param {string} name @param {number} map */
  function weights(name, map) {
    const [low, high] = [tensors[`${name}.low`].data[map], tensors[`${name}.high`].data[map]];
    return Array.from(tensors[name].data.subarray(map * patches, (map + 1) * patches), (level) => low + (high - low) * (level / 255) ** 2);
  }
  const queries = tensors.queries && new Int32Array(tensors.queries.data.buffer);
  return {
    layers: tensors.cls.shape[0], heads, rows, cols, patches, metadata,

    /** Layers and heads from 1. @param {number} layer @param {number} head */
    head: (layer, head) => weights('cls', (layer - 1) * heads + head - 1),

    /** @param {string} patch "row,col" @param {number} layer @param {number} head */
    query(patch, layer, head) {
      const which = Array.from({ length: queries.length / 2 }, (_, i) => `${queries[2 * i]},${queries[2 * i + 1]}`).indexOf(patch);
      return weights('query_maps', (which * tensors.cls.shape[0] + layer - 1) * heads + head - 1);
    },

    /** @param {number} layer @param {number} head */
    prefix: (layer, head) => tensors.prefix.data[(layer - 1) * heads + head - 1],

    /** Half of the widest step that 8 bits leave between two scores, as a share of the weight. @param {number} layer @param {number} head */
    doubt(layer, head) {
      const [low, high] = ['low', 'high'].map((end) => tensors[`cls.${end}`].data[(layer - 1) * heads + head - 1]);
      const weight = (/** @type {number} */ level) => low + (high - low) * (level / 255) ** 2;
      return Math.max(...Array.from({ length: 255 }, (_, level) => Math.log(weight(level + 1) / weight(level)) / 2));
    },
  };
}

/** @param {number[]} values */
export const sum = (values) => values.reduce((total, value) => total + value, 0);

/** @param {number[]} weights */
export function entropy(weights) {
  const total = sum(weights);
  return -sum(weights.map((weight) => weight / total * Math.log(weight / total)));
}

/** softmax(s / tau), from the logarithms. @param {number[]} weights @param {number} tau */
export function tempered(weights, tau) {
  const scores = weights.map((weight) => Math.log(weight) / tau);
  const most = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - most));
  return powers.map((power) => power / sum(powers));
}

/** How many of the largest add up to this share. @param {number[]} weights @param {number} share */
export function fewest(weights, share) {
  let left = share * sum(weights);
  return [...weights].sort((a, b) => b - a).findIndex((weight) => (left -= weight) <= 0) + 1;
}

/** Linear between neighbours. @param {number[]} weights @param {number} share */
export function quantile(weights, share) {
  const ascending = [...weights].sort((a, b) => a - b);
  const at = share * (weights.length - 1);
  const below = Math.floor(at);
  return ascending[below] + (at - below) * ((ascending[below + 1] ?? 0) - ascending[below]);
}

/** As drawn: from the median to the 99.5th percentile, to the power of 0.8. @param {number[]} weights */
export function clipped(weights) {
  const [low, high] = [quantile(weights, 0.5), quantile(weights, 0.995)];
  return weights.map((weight) => Math.min(1, Math.max(0, (weight - low) / (high - low))) ** 0.8);
}
