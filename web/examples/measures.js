// What the article says of a head's weights: plain sums, beside those that web/embed/weights.js draws.
import { keepMass, ofHead } from '../embed/weights.js';

/** @typedef {import('../embed/weights.js').LayerScores} LayerScores */

/** @param {import('../embed/baked.js').Results} results @param {number} layer counted from 1 @returns {LayerScores} */
export const layerOf = ({ cls, heads, rows, cols }, layer) => ({ all: cls, heads, patches: rows * cols, layer });

/** @param {import('./figure.js').Shown} shown the weights of the head that is shown alone */
export const shownHead = ({ results, state, layer }) => ofHead(layerOf(results, layer), state.head);

/** @param {ArrayLike<number>} weights the index of the largest */
export function strongest(weights) {
  let best = 0;
  for (let i = 1; i < weights.length; ++i) if (weights[i] > weights[best]) best = i;
  return best;
}

/** The fewest patches that carry this share of the sum. @param {Float32Array} weights @param {number} share */
export const fewest = (weights, share) => keepMass(weights, share).reduce((count, kept) => count + kept, 0);

/**
 * softmax(s / tau) of the scores s behind the weights a: ln a is s less a constant, so it is a^(1 / tau), to the sum 1.
 * @param {Float32Array} weights
 * @param {number} tau
 */
export function tempered(weights, tau) {
  const largest = weights[strongest(weights)];
  const powers = weights.map((weight) => (weight / largest) ** (1 / tau));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

/** -sum p ln p, in nats, of the weights divided by their sum. @param {Float32Array} weights */
export function nats(weights) {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return -weights.reduce((total, weight) => (weight > 0 ? total + (weight / sum) * Math.log(weight / sum) : total), 0);
}

/** 0: all on one patch, 1: all patches alike; as src/maps/traits.h. @param {Float32Array} weights */
export const entropy = (weights) => nats(weights) / Math.log(weights.length);
