// What a picture draws of each patch of each head: weights in [0, 1], and the scores that they stand
// for. The twin of src/maps/weights.h, ranges.h and heads.h, which define each.
import { ceil, floor, fround, max, min } from './math.js';

/**
 * @typedef {import('./view.js').View} View
 * @typedef {{low: number, high: number}} Range the scores that weights of 0 and 1 stand for
 */

const clipGamma = 0.8;

/** Linear between the two neighbours, as numpy.quantile does. @param {Float32Array} ascending @param {number} share */
function quantile(ascending, share) {
  const at = share * (ascending.length - 1);
  const low = floor(at);
  return fround(ascending[low] + (at - low) * (ascending[ceil(at)] - ascending[low]));
}

/** @param {View} view @param {number} layer @param {number} head @returns {Range} */
function rangeOf({ normalisation, scores, map, all }, layer, head) {
  const own = normalisation === 'layers' ? scores : normalisation === 'heads' ? map(layer, 1, all.length) : map(layer, head);
  const ascending = own.filter((score) => normalisation !== 'log' || score > 0).sort();
  const [low, high] = [ascending[0], ascending[ascending.length - 1]];
  if (normalisation === 'log') return { low: quantile(ascending, 0.01), high };
  const clip = { low: quantile(ascending, 0.5), high: quantile(ascending, 0.995) };
  return normalisation === 'clip' && clip.high > clip.low ? clip : { low, high };
}

/** 0, never NaN, for a range without width. @param {View} view @param {number} score @param {Range} range */
function weightOf({ normalisation }, score, { low, high }) {
  if (!(high > low)) return 0;
  const weight = normalisation === 'log' ? Math.log(score / low) / Math.log(high / low) : (score - low) / (high - low);
  return min(1, max(0, weight)) ** (normalisation === 'clip' ? clipGamma : 1);
}

/**
 * The patches that, highest first, carry `mass` of the head's sum; the rounding is PyTorch's (src/maps/heads.cc).
 * @param {Float32Array} scores
 * @param {number} mass
 */
function keepMass(scores, mass) {
  const sum = fround(scores.reduce((total, score) => total + score, 0));
  let carried = 0;
  return new Set([...scores.keys()].sort((a, b) => scores[a] - scores[b]).filter((patch) => {
    carried += fround(scores[patch] / sum);
    return fround(carried) > fround(1 - fround(mass));
  }));
}

/** (heads, patches) in [0, 1] of a layer. @param {View} view @param {number} layer */
export function layerWeights(view, layer) {
  const { keep_mass, combine } = view.state;
  const masks = keep_mass < 1 ? view.all.map((head) => keepMass(view.map(layer, head), keep_mass)) : [];
  /** @param {number} head @param {number} patch */
  function keeps(head, patch) {
    const kept = (/** @type {number} */ one) => masks[one - 1].has(patch);
    if (keep_mass === 1 || combine === 'each') return keep_mass === 1 || kept(head);
    return combine === 'union' ? view.heads.some(kept) : view.heads[0] && view.heads.every(kept);
  }
  return Float32Array.from(view.all.flatMap((head) => {
    const range = rangeOf(view, layer, head);
    return Array.from(view.map(layer, head), (score, patch) => (keeps(head, patch) ? weightOf(view, score, range) : 0));
  }));
}
