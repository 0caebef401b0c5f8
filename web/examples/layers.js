// Step 11: two numbers of each head, over the layers.
import { entropy, headOf } from './measures.js';
import { twoDigits } from './words.js';

const [left, right, top, bottom] = [34, 292, 18, 88]; // of a curve, in its drawing

/** Of each curve: its least and largest value, and what it is. @type {Record<string, [number, number, string]>} */
const axes = { entropy: [0.8, 1, 'entropy'], prefix: [0, 0.5, 'on [CLS] and registers'] };

/** @param {import('./figure.js').Figure} figure */
export function startLayers(figure) {
  const curves = /** @type {NodeListOf<SVGElement>} */ (figure.root.querySelectorAll('.curve'));
  let drawnFor = /** @type {import('./figure.js').Results | null} */ (null);

  figure.onShown(({ results, layer }) => {
    const { layers, heads, prefix } = results;
    const values = {
      entropy: Array.from({ length: layers * heads }, (_, i) => entropy(headOf(results, Math.floor(i / heads) + 1, i % heads + 1))),
      prefix: [...prefix],
    };
    for (const curve of curves) {
      const name = /** @type {'entropy' | 'prefix'} */ (curve.dataset.curve);
      if (drawnFor !== results) drawCurve(curve, values[name], layers, heads, axes[name]);
      const x = placeOf(layer - 1, layers);
      curve.querySelector('.at')?.setAttribute('d', `M${x} ${top - 4}V${bottom + 4}`);
    }
    drawnFor = results;
    figure.say({ layer });
    for (let head = 0; head < heads; ++head) {
      figure.say({
        [`entropy${head + 1}`]: twoDigits(values.entropy[(layer - 1) * heads + head]),
        [`aside${head + 1}`]: twoDigits(prefix[(layer - 1) * heads + head]),
      });
    }
  });

  for (const curve of curves) {
    curve.addEventListener('pointerdown', (event) => {
      const layers = figure.element.results?.layers ?? 1;
      const x = event.offsetX / curve.getBoundingClientRect().width * 300;
      const layer = Math.round((x - left) / (right - left) * (layers - 1)) + 1;
      figure.element.setAttribute('layer', String(Math.min(layers, Math.max(1, layer))));
    });
  }
}

const placeOf = (/** @type {number} */ layer, /** @type {number} */ layers) => left + (right - left) * layer / Math.max(1, layers - 1);

/** @param {SVGElement} curve @param {number[]} values (layers, heads) @param {number} layers @param {number} heads @param {[number, number, string]} axis */
function drawCurve(curve, values, layers, heads, [least, largest, title]) {
  const add = (/** @type {string} */ name, /** @type {Record<string, string | number>} */ attributes, text = '') => {
    const node = document.createElementNS('http://www.w3.org/2000/svg', name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
    node.textContent = text;
    curve.append(node);
  };
  const height = (/** @type {number} */ value) => bottom - (bottom - top) * Math.min(1, Math.max(0, (value - least) / (largest - least)));
  curve.replaceChildren();
  add('text', { x: left, y: 10 }, title);
  for (const value of [least, largest]) {
    add('path', { class: 'grid', d: `M${left} ${height(value)}H${right}` });
    add('text', { x: 0, y: height(value) + 4 }, String(value));
  }
  add('path', { class: 'at' });
  for (let head = 0; head < heads; ++head) {
    const points = Array.from({ length: layers }, (_, layer) => `${placeOf(layer, layers)} ${height(values[layer * heads + head])}`);
    add('path', { class: `head-${head + 1}`, d: `M${points.join('L')}` });
  }
  add('text', { x: left, y: 106 }, '1');
  add('text', { x: right, y: 106, 'text-anchor': 'end' }, `layer ${layers}`);
}
