// What is shown of what a network saw: a state and results, brought together. Layers and heads count from 1.
import { min } from './math.js';

/**
 * @typedef {import('./state.js').ViewState} ViewState
 * @typedef {import('./baked.js').Results} Results
 * @typedef {ReturnType<typeof viewOf>} View
 */

/** @param {ViewState} state @param {Results} results */
export function viewOf(state, results) {
  const { layers, heads, rows, cols, queries, cls } = results;
  const { view, mode, query } = state;
  const all = Array.from({ length: heads }, (_, i) => i + 1);
  const one = view === 'overlay' || view === 'slider';
  const layer = min(state.layer || layers, layers);
  const scores = queries.get(`${query}`) ?? cls;
  return {
    state,
    results,
    layer,
    all,
    /** One picture fills the figure. */
    one,
    /** Those that are drawn. */
    heads: one && mode === 'single' ? [min(state.head, heads)] : all.filter((head) => state.heads === 'all' || state.heads.includes(head)),
    /** A colour for each head, not a scale for all. */
    coloured: view !== 'atlas' && (mode === 'heads' || mode === 'figure'),
    normalisation: mode === 'figure' ? 'head' : state.normalisation,
    /** Of the query: (layers, heads, rows, cols). */
    scores,
    /** (heads, rows, cols) of a layer, or (rows, cols) of one of its heads. @param {number} [head] */
    map(at = layer, head = 1, count = 1) {
      const begin = ((at - 1) * heads + head - 1) * rows * cols;
      return scores.subarray(begin, begin + count * rows * cols);
    },
  };
}
