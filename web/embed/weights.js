// What a picture draws of each patch of each head: weights in [0, 1], and the scores that they stand
// for. The twin of src/maps/weights.h, ranges.h and heads.h, which define each.

/**
 * @typedef {{low: number, high: number}} Range the scores that weights of 0 and 1 stand for
 * @typedef {'clip' | 'head' | 'heads' | 'layers' | 'log'} Normalisation
 *
 * @typedef {object} Style
 * @property {Normalisation} normalisation
 * @property {number} keep_mass
 * @property {'each' | 'union' | 'intersection'} combine
 * @property {number[]} on heads whose masks are combined, counted from 1
 *
 * @typedef {object} LayerScores
 * @property {Float32Array} all (layers, heads, patches)
 * @property {number} heads
 * @property {number} patches
 * @property {number} layer counted from 1
 */

const clipGamma = 0.8;

/** @param {LayerScores} scores @param {number} head counted from 1 */
export function ofHead({ all, heads, patches, layer }, head) {
  const at = ((layer - 1) * heads + head - 1) * patches;
  return all.subarray(at, at + patches);
}

/** Linear between the two neighbours, as numpy.quantile does. @param {Float32Array} ascending @param {number} share */
function quantile(ascending, share) {
  const at = share * (ascending.length - 1);
  const low = Math.floor(at);
  return Math.fround(ascending[low] + (at - low) * (ascending[Math.min(low + 1, ascending.length - 1)] - ascending[low]));
}

/**
 * @param {LayerScores} scores
 * @param {number} head counted from 1
 * @param {Normalisation} normalisation
 * @returns {Range}
 */
export function rangeOfHead(scores, head, normalisation) {
  const { all, heads, patches, layer } = scores;
  const own = normalisation === 'layers' ? all : normalisation === 'heads' ? all.subarray((layer - 1) * heads * patches, layer * heads * patches) : ofHead(scores, head);
  const ascending = own.filter(normalisation === 'log' ? (score) => score > 0 : Number.isFinite).sort();
  const [low = 0, high = 0] = [ascending[0], ascending[ascending.length - 1]];
  if (normalisation === 'log') return { low: quantile(ascending, 0.01), high };
  const clip = { low: quantile(ascending, 0.5), high: quantile(ascending, 0.995) };
  return normalisation === 'clip' && clip.high > clip.low ? clip : { low, high };
}

const clamp = (/** @type {number} */ value) => Math.min(1, Math.max(0, value));

/** @param {number} score @param {Range} range @param {Normalisation} normalisation */
function weightOf(score, { low, high }, normalisation) {
  if (!(high > low)) return 0;
  if (normalisation === 'log') return score > 0 ? clamp(Math.log(score / low) / Math.log(high / low)) : 0;
  const weight = clamp((score - low) / (high - low));
  return normalisation === 'clip' ? weight ** clipGamma : weight;
}

/** @param {number} weight @param {Range} range @param {Normalisation} normalisation */
export function scoreOfWeight(weight, { low, high }, normalisation) {
  if (normalisation === 'log') return low * (high / low) ** weight;
  return low + (normalisation === 'clip' ? weight ** (1 / clipGamma) : weight) * (high - low);
}

/**
 * 1 for the patches that, highest first, carry `mass` of the head's sum; the rounding is PyTorch's (src/maps/heads.cc).
 * @param {Float32Array} scores
 * @param {number} mass
 */
function keepMass(scores, mass) {
  const kept = new Uint8Array(scores.length);
  const sum = Math.fround(scores.reduce((total, score) => total + score, 0));
  const dropped = Math.fround(1 - Math.fround(mass));
  let carried = 0;
  for (const patch of [...scores.keys()].sort((a, b) => scores[a] - scores[b])) {
    carried += Math.fround(scores[patch] / sum);
    kept[patch] = Number(Math.fround(carried) > dropped);
  }
  return kept;
}

/**
 * (heads, patches) in [0, 1]; 0, never NaN, for a range without width.
 * @param {LayerScores} scores
 * @param {Style} style
 */
export function layerWeights(scores, { normalisation, keep_mass, combine, on }) {
  const { heads, patches } = scores;
  const each = Array.from({ length: heads }, (_, i) => i + 1);
  const masks = each.map((head) => (keep_mass < 1 ? keepMass(ofHead(scores, head), keep_mass) : null));
  /** @param {number} head @param {number} patch */
  function keeps(head, patch) {
    if (keep_mass >= 1) return true;
    const kept = (/** @type {number} */ one) => masks[one - 1]?.[patch];
    if (combine === 'each') return kept(head);
    return combine === 'union' ? on.some(kept) : on.length && on.every(kept);
  }
  return Float32Array.from(each.flatMap((head) => {
    const range = rangeOfHead(scores, head, normalisation);
    return Array.from(ofHead(scores, head), (score, patch) => (keeps(head, patch) ? weightOf(score, range, normalisation) : 0));
  }));
}
