// Step 6: which weights are drawn as nothing and as full.
import { colourOfHead, cssColour } from '../embed/colours.js';
import { layerWeights, ofHead, rangeOfHead } from '../embed/weights.js';
import { layerOf, strongest } from './measures.js';
import { percent } from './words.js';

/** @param {import('./figure.js').Figure} figure */
export function startScale(figure) {
  const canvas = /** @type {HTMLCanvasElement} */ (figure.find('canvas'));
  figure.onShown(({ results, state, layer }) => {
    const scores = layerOf(results, layer);
    for (let head = 1; head <= results.heads; ++head) {
      const { low, high } = rangeOfHead(scores, head, state.normalisation);
      const weights = ofHead(scores, head);
      figure.say({
        [`low${head}`]: percent(low), [`high${head}`]: percent(high),
        [`largest${head}`]: percent(weights[strongest(weights)]),
      });
    }
    figure.root.dataset.scale = state.normalisation === 'log' ? 'log' : 'linear';
    figure.say({ gamma: state.normalisation === 'clip' ? 0.8 : 1 });
    drawTicks(canvas, scores, state);
  });
}

/**
 * A line a head, and on it, by the logarithm of its weight, a tick a patch; under it the colour that it is drawn in.
 * @param {HTMLCanvasElement} canvas
 * @param {import('./measures.js').LayerScores} scores
 * @param {import('./figure.js').ViewState} state
 */
function drawTicks(canvas, scores, state) {
  const { width, height } = canvas;
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  pen.clearRect(0, 0, width, height);
  const drawn = layerWeights(scores, { ...state, on: [] });
  const least = Math.log(1e-5); // of the weights of this photo, all layers
  const largest = Math.log(0.05);
  for (let head = 1; head <= scores.heads; ++head) {
    const top = (head - 1) * height / scores.heads + 8;
    const colour = cssColour(colourOfHead(state, head));
    ofHead(scores, head).forEach((score, patch) => {
      const x = Math.round((Math.log(score) - least) / (largest - least) * width);
      pen.fillStyle = colour;
      pen.globalAlpha = 0.35;
      pen.fillRect(x, top, 2, 44);
      pen.globalAlpha = 1;
      pen.fillStyle = '#000';
      pen.fillRect(x, top + 50, 4, 40);
      pen.globalAlpha = drawn[(head - 1) * scores.patches + patch];
      pen.fillStyle = colour;
      pen.fillRect(x, top + 50, 4, 40);
    });
  }
  pen.globalAlpha = 1;
}
