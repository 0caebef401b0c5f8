// Step 10: who asks, and where it looks the most.
import { strongest } from './measures.js';
import { percent } from './words.js';

/** @param {import('./figure.js').Figure} figure */
export function startQuery(figure) {
  figure.onShown(({ results, state, layer }) => {
    const asked = state.query && results.queries.get(state.query.join());
    if (state.query && !asked) return; // the element says so
    const patches = results.rows * results.cols;
    const size = results.heads * patches;
    const weights = (asked || results.cls).subarray((layer - 1) * size, layer * size);
    const best = strongest(weights);
    const patch = best % patches;
    figure.say({
      asks: state.query ? state.query[0] * results.cols + state.query[1] : '[CLS]', layer,
      head: Math.floor(best / patches) + 1, row: Math.floor(patch / results.cols), col: patch % results.cols,
      largest: percent(weights[best]),
    });
  });
}
