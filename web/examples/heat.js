// Weights as a grid of cells on a canvas.
import { cssColour, scaleColour } from '../embed/colours.js';

const side = 12; // pixels of a cell

/**
 * @param {HTMLCanvasElement} canvas
 * @param {ArrayLike<number>} weights 0..1, row by row; the last row may be cut short
 * @param {number} cols
 * @param {number} [marked] an index
 */
export function drawHeat(canvas, weights, cols, marked = -1) {
  const rows = Math.ceil(weights.length / cols);
  canvas.width = cols * side;
  canvas.height = rows * side;
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  for (let i = 0; i < weights.length; ++i) {
    pen.fillStyle = cssColour(scaleColour(Math.min(1, Math.max(0, weights[i])), 'inferno'));
    pen.fillRect((i % cols) * side, Math.floor(i / cols) * side, side, side);
  }
  if (marked >= 0) drawMark(pen, (marked % cols) * side, Math.floor(marked / cols) * side, side);
}

/** @param {CanvasRenderingContext2D} pen @param {number} x @param {number} y @param {number} size */
export function drawMark(pen, x, y, size) {
  for (const [colour, width] of /** @type {const} */ ([['#000', 6], ['#fff', 3]])) {
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    pen.strokeRect(x, y, size, size);
  }
}

/**
 * The cell under the pointer, where there is one.
 * @param {HTMLCanvasElement} canvas whose content fills it, but for `object-fit: contain`
 * @param {PointerEvent} event
 * @param {number} rows
 * @param {number} cols
 */
export function cellAt(canvas, event, rows, cols) {
  const { width, height } = canvas.getBoundingClientRect();
  const scale = Math.min(width / canvas.width, height / canvas.height);
  const left = (width - canvas.width * scale) / 2;
  const col = Math.floor((event.offsetX - left) / (canvas.width * scale) * cols);
  const row = Math.floor(event.offsetY / (canvas.height * scale) * rows);
  return row >= 0 && row < rows && col >= 0 && col < cols ? { row, col } : null;
}
