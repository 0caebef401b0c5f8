// Step 4: what a layer's heads keep for [CLS] and the registers.
import { twoDigits } from './words.js';

/** @param {import('./figure.js').Figure} figure */
export function startPrefix(figure) {
  const bars = /** @type {NodeListOf<HTMLElement>} */ (figure.root.querySelectorAll('.shares span'));
  figure.onShown(({ results: { heads, prefix }, layer }) => {
    const lost = [...prefix.subarray((layer - 1) * heads, layer * heads)];
    lost.forEach((share, head) => {
      figure.say({ [`sum${head + 1}`]: twoDigits(1 - share), [`lost${head + 1}`]: twoDigits(share) });
      if (bars[head]) bars[head].style.width = `${100 * (1 - share)}%`;
    });
    figure.say({ layer, worst: lost.indexOf(Math.max(...lost)) + 1 });
  });
}
