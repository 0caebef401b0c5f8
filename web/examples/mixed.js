// Step 8: the heads mixed to one picture, and what becomes of one patch.
import { colourOfHead, cssColour } from '../embed/colours.js';
import { drawn } from './measures.js';
import { twoDigits } from './words.js';

/** @param {import('./figure.js').Figure} figure */
export function startMixed(figure) {
  const boxes = /** @type {NodeListOf<HTMLInputElement>} */ (figure.root.querySelectorAll('[data-head]'));
  let patch = { row: 12, col: 26 }; // an eye

  for (const box of boxes) {
    box.addEventListener('input', () => {
      const on = [...boxes].filter(({ checked }) => checked).map(({ dataset }) => dataset.head);
      figure.element.setAttribute('heads', on.join() || 'none');
    });
  }

  function draw(/** @type {import('./figure.js').Shown} */ { results, state, layer }) {
    const heads = Array.from({ length: results.heads }, (_, i) => i + 1);
    const on = heads.filter((head) => state.heads === 'all' || state.heads.includes(head));
    const weights = heads.map((head) => drawn(results, layer, head, state.normalisation)[patch.row * results.cols + patch.col]);
    const those = on.map((head) => weights[head - 1]);
    const max = Math.max(0, ...those);
    for (const head of heads) figure.say({ [`w${head}`]: twoDigits(weights[head - 1]) });
    for (const box of boxes) box.checked = on.includes(Number(box.dataset.head));
    figure.say({
      ...patch, on: on.length, max: twoDigits(max), cover: twoDigits(max),
      mean: twoDigits(those.reduce((sum, weight) => sum + weight, 0) / Math.max(1, on.length)),
    });
    figure.root.dataset.mode = state.mode;
    const shares = those.map((weight) => weight ** 4);
    const sum = shares.reduce((total, share) => total + share, 0) || 1;
    const colour = [0, 1, 2].map((channel) => on.reduce((total, head, i) => total + shares[i] / sum * colourOfHead(state, head)[channel], 0));
    figure.find('.swatch > span').style.background = cssColour(/** @type {any} */ (colour));
    figure.mark(patch.row, patch.col);
  }

  figure.onShown(draw);
  figure.onHover((row, col) => {
    patch = { row, col };
    figure.show();
  });
}
