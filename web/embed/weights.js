// What a picture draws of each patch of each head: weights in [0, 1], and the scores that they stand
// for. The twin of src/maps/weights.h, ranges.h and heads.h, which define each.

/**
 * @typedef {{low: number, high: number}} Range the scores that weights of 0 and 1 stand for
 *
 * @typedef {object} Style
 * @property {'clip' | 'head' | 'heads' | 'layers' | 'log'} normalisation
 * @property {number} keep_mass
 * @property {'each' | 'union' | 'intersection'} combine
 * @property {number[]} on heads whose masks are combined, counted from 0
 *
 * @typedef {object} LayerScores
 * @property {Float32Array} all (layers, heads, patches)
 * @property {number} heads
 * @property {number} patches
 * @property {number} layer counted from 0
 */

const clipGamma = 0.8;

/** @param {LayerScores} scores (heads, patches) */
const ofLayer = ({ all, heads, patches, layer }) => all.subarray(layer * heads * patches, (layer + 1) * heads * patches);

/** @param {LayerScores} scores @param {number} head counted from 0 */
export const ofHead = (scores, head) => ofLayer(scores).subarray(head * scores.patches, (head + 1) * scores.patches);

const clamp = (/** @type {number} */ value) => Math.min(1, Math.max(0, value));

/** Linear between the two neighbours, as numpy.quantile does. @param {Float32Array} ascending @param {number} share */
function quantile(ascending, share) {
  const at = share * (ascending.length - 1);
  const low = Math.floor(at);
  const high = Math.min(low + 1, ascending.length - 1);
  return Math.fround(ascending[low] + (at - low) * (ascending[high] - ascending[low]));
}

/** @param {Float32Array} scores @returns {Range} of those that are finite */
function fullRange(scores) {
  let low = Infinity;
  let high = -Infinity;
  for (const score of scores) {
    if (score < low && score > -Infinity) low = score;
    if (score > high && score < Infinity) high = score;
  }
  return low <= high ? { low, high } : { low: 0, high: 0 };
}

/**
 * The scores that a head's weights of 0 and 1 stand for.
 * @param {LayerScores} scores
 * @param {number} head counted from 0
 * @param {Style['normalisation']} normalisation
 * @returns {Range}
 */
export function rangeOfHead(scores, head, normalisation) {
  if (normalisation === 'heads') return fullRange(ofLayer(scores));
  if (normalisation === 'layers') return fullRange(scores.all);
  const own = ofHead(scores, head);
  if (normalisation === 'head') return fullRange(own);
  const ascending = own.filter(normalisation === 'log' ? (score) => score > 0 && score < Infinity : Number.isFinite).sort();
  if (!ascending.length) return { low: 0, high: 0 };
  if (normalisation === 'log') return { low: quantile(ascending, 0.01), high: ascending[ascending.length - 1] };
  const clip = { low: quantile(ascending, 0.5), high: quantile(ascending, 0.995) };
  return clip.high > clip.low ? clip : fullRange(own);
}

/** @param {number} score @param {Range} range @param {Style['normalisation']} normalisation */
function weightOf(score, { low, high }, normalisation) {
  if (!(high > low) || !Number.isFinite(score)) return 0;
  if (normalisation === 'log') return low > 0 && score > 0 ? clamp(Math.log(score / low) / Math.log(high / low)) : 0;
  const weight = (score - low) / (high - low);
  return normalisation === 'clip' ? clamp(weight) ** clipGamma : weight;
}

/** The score that a weight stands for. @param {number} weight @param {Range} range @param {Style['normalisation']} normalisation */
export function scoreOfWeight(weight, { low, high }, normalisation) {
  if (normalisation === 'log') return low > 0 ? low * (high / low) ** weight : low;
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
  if (!(sum > 0 && sum < Infinity)) return kept;
  const dropped = Math.fround(1 - Math.fround(mass));
  let carried = 0;
  for (const patch of Array.from(scores.keys()).sort((a, b) => scores[a] - scores[b])) {
    carried += Math.fround(scores[patch] / sum);
    kept[patch] = Number(Math.fround(carried) > dropped);
  }
  return kept;
}

/**
 * Whether a patch of a head is drawn.
 * @param {LayerScores} scores
 * @param {Style} style
 * @returns {(head: number, patch: number) => boolean}
 */
function layerMask(scores, { keep_mass, combine, on }) {
  if (keep_mass >= 1) return () => true;
  const masks = Array.from({ length: scores.heads }, (_, head) => keepMass(ofHead(scores, head), keep_mass));
  if (combine === 'each') return (head, patch) => masks[head][patch] > 0;
  const those = on.map((head) => masks[head]);
  if (combine === 'union') return (_, patch) => those.some((mask) => mask[patch]);
  return (_, patch) => those.length > 0 && those.every((mask) => mask[patch]);
}

/**
 * (heads, patches) in [0, 1]; 0, never NaN, for a range without width.
 * @param {LayerScores} scores
 * @param {Style} style
 */
export function layerWeights(scores, style) {
  const { heads, patches } = scores;
  const weights = new Float32Array(heads * patches);
  const keeps = layerMask(scores, style);
  for (let head = 0; head < heads; ++head) {
    const own = ofHead(scores, head);
    const range = rangeOfHead(scores, head, style.normalisation);
    for (let patch = 0; patch < patches; ++patch) {
      if (keeps(head, patch)) weights[head * patches + patch] = weightOf(own[patch], range, style.normalisation);
    }
  }
  return weights;
}
