// Step 7: between the centres of four patches.
import { cssColour, scaleColour } from '../embed/colours.js';
import { drawn, strongest } from './measures.js';
import { twoDigits } from './words.js';

/** @param {import('./figure.js').Figure} figure */
export function startUpsample(figure) {
  const canvas = /** @type {HTMLCanvasElement} */ (figure.find('canvas'));
  const [s, t] = ['s', 't'].map((name) => /** @type {HTMLInputElement} */ (figure.find(`[name="${name}"]`)));

  figure.onShown(({ results, state, layer }) => {
    const four = aroundStrongest(drawn(results, layer, state.head, state.normalisation), results);
    const at = [Number(s.value), Number(t.value)];
    drawFour(canvas, four, at, state.interpolation === 'smooth');
    const [w00, w01, w10, w11] = four.map(twoDigits);
    figure.say({ w00, w01, w10, w11, s: twoDigits(at[0]), t: twoDigits(at[1]), w: twoDigits(between(four, at)) });
  });

  canvas.addEventListener('pointermove', (event) => {
    const { width, height } = canvas.getBoundingClientRect();
    s.value = String(2 * event.offsetX / width - 0.5);
    t.value = String(2 * event.offsetY / height - 0.5);
    s.dispatchEvent(new Event('input', { bubbles: true }));
  });
}

/** @param {Float32Array} weights @param {{rows: number, cols: number}} grid @returns {number[]} of the strongest patch, right of it, and below both */
function aroundStrongest(weights, { rows, cols }) {
  const best = strongest(weights);
  const row = Math.min(Math.floor(best / cols), rows - 2);
  const col = Math.min(best % cols, cols - 2);
  return [0, 1, cols, cols + 1].map((step) => weights[row * cols + col + step]);
}

/** @param {number[]} four @param {number[]} at s and t */
function between([w00, w01, w10, w11], [s, t]) {
  return (1 - t) * ((1 - s) * w00 + s * w01) + t * ((1 - s) * w10 + s * w11);
}

/** The centres are a quarter from the sides. @param {HTMLCanvasElement} canvas @param {number[]} four @param {number[]} at @param {boolean} smooth */
function drawFour(canvas, four, at, smooth) {
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  const { width, height } = canvas;
  const step = 5;
  const clamp = (/** @type {number} */ value) => Math.min(1, Math.max(0, value));
  for (let y = 0; y < height; y += step) {
    for (let x = 0; x < width; x += step) {
      const place = [clamp(2 * (x + step / 2) / width - 0.5), clamp(2 * (y + step / 2) / height - 0.5)];
      pen.fillStyle = cssColour(scaleColour(between(four, smooth ? place : place.map(Math.round)), 'inferno'));
      pen.fillRect(x, y, step, step);
    }
  }
  pen.lineWidth = 2;
  for (const [x, y] of [[0, 0], [1, 0], [0, 1], [1, 1]]) ring(pen, (x + 0.5) / 2 * width, (y + 0.5) / 2 * height, 4);
  pen.lineWidth = 3;
  ring(pen, (at[0] + 0.5) / 2 * width, (at[1] + 0.5) / 2 * height, 9);
}

/** @param {CanvasRenderingContext2D} pen @param {number} x @param {number} y @param {number} radius */
function ring(pen, x, y, radius) {
  for (const [colour, size] of /** @type {const} */ ([['#000', radius + 2], ['#fff', radius]])) {
    pen.strokeStyle = colour;
    pen.beginPath();
    pen.arc(x, y, size, 0, 2 * Math.PI);
    pen.stroke();
  }
}
