// Step 3: the weights at another temperature.
import { drawHeat } from './heat.js';
import { fewest, headOf, nats, strongest, tempered } from './measures.js';
import { percent } from './words.js';

/** @param {import('./figure.js').Figure} figure */
export function startSoftmax(figure) {
  const canvas = /** @type {HTMLCanvasElement} */ (figure.find('canvas'));
  figure.onShown(({ results, state, layer }) => {
    const power = figure.number('tau');
    const tau = 2 ** power;
    const weights = tempered(headOf(results, layer, state.head), tau);
    const largest = weights[strongest(weights)];
    const least = weights.reduce((a, b) => Math.min(a, b));
    drawHeat(canvas, weights.map((weight) => (weight - least) / (largest - least)), results.cols);
    const words = power < 0 && Number.isInteger(power) ? `1/${1 / tau}` : String(Number(tau.toFixed(2)));
    /** @type {HTMLInputElement} */ (figure.find('[name="tau"]')).ariaValueText = words;
    figure.say({
      tau: words,
      largest: percent(largest), half: fewest(weights, 0.5), spread: Math.round(Math.exp(nats(weights))),
      patches: weights.length,
    });
  });
}
