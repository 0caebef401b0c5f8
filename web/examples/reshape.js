// Step 5: the list of weights, folded at a number of columns that the reader looks for.
import { cellAt, drawHeat } from './heat.js';
import { drawn } from './measures.js';

/** @param {import('./figure.js').Figure} figure */
export function startReshape(figure) {
  const canvas = /** @type {HTMLCanvasElement} */ (figure.find('canvas'));
  const patch = /** @type {HTMLInputElement} */ (figure.find('[name="i"]'));

  const choose = (/** @type {number} */ i) => {
    patch.value = String(i);
    patch.dispatchEvent(new Event('input', { bubbles: true }));
  };

  figure.onShown(({ results, state, layer }) => {
    const weights = drawn(results, layer, state.head, state.normalisation);
    const patches = weights.length;
    const cols = figure.number('cols');
    const i = figure.number('i');
    patch.max = String(patches - 1);
    drawHeat(canvas, weights, cols, i);
    const row = Math.floor(i / cols);
    const rows = Math.floor(patches / cols);
    const left = patches - rows * cols;
    figure.say({
      cols, i, row, col: i - row * cols,
      says: cols === results.cols ? `${rows} rows of ${cols}, and nothing left over: the raccoon is back.`
        : left ? `${rows} full rows, and ${left} left over.` : `${rows} full rows and nothing left over, but no raccoon.`,
    });
    figure.mark(Math.floor(i / results.cols), i % results.cols);
  });

  figure.onHover((row, col) => choose(row * (figure.element.results?.cols ?? 0) + col));
  canvas.addEventListener('pointermove', (event) => {
    const cols = figure.number('cols');
    const cell = cellAt(canvas, event, Math.ceil((Number(patch.max) + 1) / cols), cols);
    if (cell) choose(Math.min(Number(patch.max), cell.row * cols + cell.col));
  });
}
