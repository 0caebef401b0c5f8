// The arithmetic of the article, as it stands there. Layers and heads count from 1; weights are those of the .maps file.

/**
 * @typedef {import('../embed/baked.js').Results} Results
 * @typedef {import('../embed/state.js').ViewState} ViewState
 * @typedef {ArrayLike<number>} Weights of a head, patch by patch
 */

/** @param {Results} results @param {number} layer @param {number} head */
export function headOf({ heads, rows, cols, cls }, layer, head) {
  const begin = ((layer - 1) * heads + head - 1) * rows * cols;
  return cls.subarray(begin, begin + rows * cols);
}

/** @param {Weights} weights the index of the largest */
export function strongest(weights) {
  let best = 0;
  for (let i = 1; i < weights.length; ++i) if (weights[i] > weights[best]) best = i;
  return best;
}

/** The fewest patches that carry this share of the sum. @param {Float32Array} weights @param {number} share */
export function fewest(weights, share) {
  const ascending = weights.slice().sort();
  let left = share * weights.reduce((total, weight) => total + weight, 0);
  let count = 0;
  while (left > 0 && count < ascending.length) left -= ascending[ascending.length - ++count];
  return count;
}

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

/** Linear between neighbours. @param {Float32Array} ascending @param {number} share */
function quantile(ascending, share) {
  const at = share * (ascending.length - 1);
  const below = Math.floor(at);
  return ascending[below] + (at - below) * (ascending[Math.ceil(at)] - ascending[below]);
}

/**
 * The weights that are drawn as 0 and as 1; as src/maps/weights.h.
 * @param {Results} results
 * @param {number} layer
 * @param {number} head
 * @param {ViewState['normalisation']} normalisation
 */
export function rangeOf(results, layer, head, normalisation) {
  const { cls, layers } = results;
  const size = cls.length / layers;
  const all = { layers: cls, heads: cls.subarray((layer - 1) * size, layer * size) }[String(normalisation)];
  const ascending = (all ?? headOf(results, layer, head)).slice().sort();
  const shares = { clip: [0.5, 0.995], log: [0.01, 1] }[String(normalisation)] ?? [0, 1];
  const [low, high] = shares.map((share) => quantile(ascending, share));
  return { low, high };
}

/**
 * A head's weights as they are drawn, from 0 to 1.
 * @param {Results} results
 * @param {number} layer
 * @param {number} head
 * @param {ViewState['normalisation']} normalisation
 */
export function drawn(results, layer, head, normalisation) {
  const { low, high } = rangeOf(results, layer, head, normalisation);
  const place = normalisation === 'log' ? Math.log : (/** @type {number} */ weight) => weight;
  return headOf(results, layer, head).map((weight) => {
    const share = (place(weight) - place(low)) / (place(high) - place(low));
    return Math.min(1, Math.max(0, share)) ** (normalisation === 'clip' ? 0.8 : 1);
  });
}
