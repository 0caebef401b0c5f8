// Step 9: how many patches carry the share m.
import { fewest, headOf } from './measures.js';
import { twoDigits } from './words.js';

/** @param {import('./figure.js').Figure} figure */
export function startMass(figure) {
  figure.onShown(({ results, state, layer }) => {
    for (let head = 1; head <= results.heads; ++head) {
      figure.say({ [`kept${head}`]: fewest(headOf(results, layer, head), state.keep_mass) });
    }
    figure.say({ m: twoDigits(state.keep_mass), patches: results.rows * results.cols });
  });
}
