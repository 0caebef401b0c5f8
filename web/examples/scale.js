// Step 6: which weights are drawn as nothing and as full.
import { ofHead, rangeOfHead } from '../embed/weights.js';
import { layerOf, strongest } from './measures.js';
import { percent } from './words.js';

/** @param {import('./figure.js').Figure} figure */
export function startScale(figure) {
  figure.onShown(({ results, state, layer }) => {
    const scores = layerOf(results, layer);
    for (let head = 0; head < results.heads; ++head) {
      const { low, high } = rangeOfHead(scores, head, state.normalisation);
      const weights = ofHead(scores, head);
      figure.say({
        [`low${head + 1}`]: percent(low), [`high${head + 1}`]: percent(high),
        [`largest${head + 1}`]: percent(weights[strongest(weights)]),
      });
    }
    figure.root.dataset.normalisation = state.normalisation;
  });
}
