// Step 8: the heads mixed to one picture, and what becomes of one patch.
import { colourOfHead, cssColour } from '../embed/colours.js';
import { layerWeights } from '../embed/weights.js';
import { layerOf } from './measures.js';
import { twoDigits } from './words.js';

/** @param {import('./figure.js').Figure} figure */
export function startMixed(figure) {
  const boxes = /** @type {NodeListOf<HTMLInputElement>} */ (figure.root.querySelectorAll('[data-head]'));
  let patch = { row: 11, col: 18 };

  for (const box of boxes) {
    box.addEventListener('input', () => {
      const on = [...boxes].filter(({ checked }) => checked).map(({ dataset }) => dataset.head);
      figure.element.setAttribute('heads', on.join() || 'none');
    });
  }

  function draw(/** @type {import('./figure.js').Shown} */ { results, state, layer }) {
    const on = [...Array(results.heads).keys()].filter((head) => state.heads === 'all' || state.heads.includes(head + 1));
    const scores = layerOf(results, layer);
    const all = layerWeights(scores, { ...state, on });
    const weights = [...Array(results.heads).keys()].map((head) => all[head * scores.patches + patch.row * results.cols + patch.col]);
    const drawn = on.map((head) => weights[head]);
    const max = Math.max(0, ...drawn);
    weights.forEach((weight, head) => figure.say({ [`w${head + 1}`]: twoDigits(weight) }));
    for (const box of boxes) box.checked = on.includes(Number(box.dataset.head) - 1);
    figure.say({
      ...patch, on: on.length, max: twoDigits(max), cover: twoDigits(max),
      mean: twoDigits(drawn.reduce((sum, weight) => sum + weight, 0) / Math.max(1, on.length)),
    });
    figure.root.dataset.mode = state.mode;
    const shares = on.map((head) => weights[head] ** 4);
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
