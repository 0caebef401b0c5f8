// What a figure says: numbers, and the text that stands for its picture.
import { describeMap, queryWords, shownHeads } from '../describe.js';
import { headsOn, layerOf } from './tiles.js';
import { ofHead } from './weights.js';

/**
 * @typedef {import('../viewer.js').ViewState} ViewState
 * @typedef {import('./baked.js').Results} Results
 */

/** With the digits that tell scores apart: 0.031 %, 1.42 %, 26.5 %. @param {number} share */
export function percent(share) {
  const value = 100 * share;
  return `${value.toFixed(value >= 40 ? 0 : value >= 4 ? 1 : value >= 0.4 ? 2 : 3)} %`;
}

const views = {
  overlay: 'Attention over the photo',
  heads: 'Each head over the photo',
  atlas: 'Every head of every layer',
  slider: 'Two pictures of the photo with a divider between them',
};

/**
 * @param {ViewState} state
 * @param {Results} results
 * @param {Float32Array} scores (layers, heads, rows, cols)
 */
export function alternative(state, results, scores) {
  const layer = layerOf(state, results);
  const { heads, rows, cols } = results;
  const shown = state.view === 'overlay' || state.view === 'slider' ? shownHeads(state, heads) : headsOn(state, results);
  const where = shown.map((head) => {
    const map = ofHead({ all: scores, heads, patches: rows * cols, layer: layer - 1 }, head - 1);
    return `head ${head}: ${describeMap(map, results)}`;
  });
  return `${Reflect.get(views, state.view)}: ${results.model ? `${results.model}, ` : ''}layer ${layer} of ${results.layers}. ` +
    `Where ${queryWords(state)} looks: ${where.join('; ') || 'no head is shown'}.`;
}
