// What a figure says of its numbers, and the text that stands for its picture.
import { headsOf, layerOf } from './tiles.js';
import { ofHead } from './weights.js';

/** With the digits that tell scores apart: 0.031 %, 1.42 %, 26.5 %. @param {number} share */
export const percent = (share) => `${(100 * share).toFixed(share >= 0.4 ? 0 : share >= 0.04 ? 1 : share >= 0.004 ? 2 : 3)} %`;

/** Who looks. @param {import('./state.js').ViewState} state */
export const asker = ({ query }) => (query ? `the patch in row ${query[0]}, column ${query[1]}` : '[CLS]');

const places = ['upper left', 'top', 'upper right', 'left', 'centre', 'right', 'lower left', 'bottom', 'lower right'];

/** Which ninth of the photo has the most of a map. @param {Float32Array} map @param {import('./baked.js').Results} grid */
function mostOf(map, { rows, cols }) {
  const masses = places.map(() => 0);
  map.forEach((score, patch) => {
    masses[3 * Math.floor((3 * Math.floor(patch / cols)) / rows) + Math.floor((3 * (patch % cols)) / cols)] += score;
  });
  const most = Math.max(...masses);
  return `most at the ${places[masses.indexOf(most)]}, ${Math.round((100 * most) / (masses.reduce((sum, mass) => sum + mass) || 1))} %`;
}

/**
 * @param {import('./state.js').ViewState} state
 * @param {import('./baked.js').Results} results
 * @param {Float32Array} scores (layers, heads, rows, cols)
 */
export function alternative(state, results, scores) {
  const { heads, rows, cols, layers, model } = results;
  const layer = layerOf(state, results);
  const where = headsOf(state, results).map((head) =>
    `head ${head}: ${mostOf(ofHead({ all: scores, heads, patches: rows * cols, layer }, head), results)}`);
  return `Attention in ${model || 'a Vision Transformer'}, layer ${layer} of ${layers}. Where ${asker(state)} looks: ${where.join('; ') || 'no head is shown'}.`;
}
