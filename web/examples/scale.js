// Step 6: which weights are drawn as nothing and as full.
import { colourOfHead, cssColour } from '../embed/colours.js';
import { drawn, headOf, rangeOf, strongest } from './measures.js';
import { percent } from './words.js';

/** @param {import('./figure.js').Figure} figure */
export function startScale(figure) {
  const canvas = /** @type {HTMLCanvasElement} */ (figure.find('canvas'));
  figure.onShown(({ results, state, layer }) => {
    for (let head = 1; head <= results.heads; ++head) {
      const { low, high } = rangeOf(results, layer, head, state.normalisation);
      const weights = headOf(results, layer, head);
      figure.say({
        [`low${head}`]: percent(low), [`high${head}`]: percent(high),
        [`largest${head}`]: percent(weights[strongest(weights)]),
      });
    }
    figure.root.dataset.scale = state.normalisation === 'log' ? 'log' : 'linear';
    figure.say({ gamma: state.normalisation === 'clip' ? 0.8 : 1 });
    drawTicks(canvas, { results, state, layer });
  });
}

/**
 * A line a head, and on it, by the logarithm of its weight, a tick a patch; under it the colour that it is drawn in.
 * @param {HTMLCanvasElement} canvas
 * @param {import('./figure.js').Shown} shown
 */
function drawTicks(canvas, { results, state, layer }) {
  const { width, height } = canvas;
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  pen.clearRect(0, 0, width, height);
  const least = Math.log(1e-5); // of the weights of this photo, all layers
  const largest = Math.log(0.05);
  for (let head = 1; head <= results.heads; ++head) {
    const top = (head - 1) * height / results.heads + 8;
    const colour = cssColour(colourOfHead(state, head));
    const alphas = drawn(results, layer, head, state.normalisation);
    headOf(results, layer, head).forEach((weight, patch) => {
      const x = Math.round((Math.log(weight) - least) / (largest - least) * width);
      pen.fillStyle = colour;
      pen.globalAlpha = 0.35;
      pen.fillRect(x, top, 2, 44);
      pen.globalAlpha = 1;
      pen.fillStyle = '#000';
      pen.fillRect(x, top + 50, 4, 40);
      pen.globalAlpha = alphas[patch];
      pen.fillStyle = colour;
      pen.fillRect(x, top + 50, 4, 40);
    });
  }
  pen.globalAlpha = 1;
}
