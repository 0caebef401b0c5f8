// Step 2: a query and keys in the plane. Made up, for what has 64 dimensions cannot be drawn.
import { twoDigits } from './words.js';

/** @type {[string, number, number][]} */
const keys = [['A', 1.7, 0.9], ['B', 0.3, 1.8], ['C', -1.5, 1.0], ['D', -1.0, -1.4], ['E', 1.3, -1.3]];
const unit = 60; // of the drawing

const svg = (/** @type {string} */ name, /** @type {Record<string, string | number>} */ attributes) => {
  const node = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
  return node;
};

/** @param {import('./figure.js').Figure} figure */
export function startKeys(figure) {
  const drawing = /** @type {SVGSVGElement} */ (figure.find('svg'));
  const group = figure.find('.keys');
  const bars = figure.find('.bars');
  const [angle, length] = ['angle', 'length'].map((name) => /** @type {HTMLInputElement} */ (figure.find(`[name="${name}"]`)));

  const arrows = keys.map(([name, x, y]) => {
    const arrow = svg('g', {});
    const label = svg('text', { x: x * unit * 1.13, y: -y * unit * 1.13 });
    label.textContent = name;
    arrow.append(svg('path', { d: `M0 0 ${x * unit} ${-y * unit}` }), label);
    group.append(arrow);
    return arrow;
  });
  const rows = keys.map(([name]) => {
    const row = document.createElement('li');
    row.append(...[name, '', '', ''].map((text) => Object.assign(document.createElement('span'), { textContent: text })));
    row.lastElementChild?.append(Object.assign(document.createElement('span'), { className: 'fill' }));
    bars.append(row);
    return /** @type {HTMLElement[]} */ ([...row.children]);
  });

  function draw() {
    const turn = Number(angle.value) * Math.PI / 180;
    const size = Number(length.value);
    const [q1, q2] = [size * Math.cos(turn), size * Math.sin(turn)];
    const scores = keys.map(([, k1, k2]) => (q1 * k1 + q2 * k2) / Math.SQRT2);
    const powers = scores.map(Math.exp);
    const sum = powers.reduce((total, power) => total + power);
    const best = scores.indexOf(Math.max(...scores));
    const [name, k1, k2] = keys[best];
    figure.say({
      angle: `${angle.value}°`, length: size.toFixed(1), best: name, score: twoDigits(scores[best]),
      q1: twoDigits(q1), q2: twoDigits(q2), k1: twoDigits(k1), k2: twoDigits(k2),
    });
    rows.forEach(([, score, share, bar], i) => {
      score.textContent = `s = ${twoDigits(scores[i])}`;
      share.textContent = `${Math.round(100 * powers[i] / sum)}%`;
      /** @type {HTMLElement} */ (bar.firstElementChild).style.width = `${100 * powers[i] / sum}%`;
      arrows[i].setAttribute('opacity', String(0.25 + 0.75 * powers[i] / Math.max(...powers)));
    });
    figure.find('.query path').setAttribute('d', `M0 0 ${q1 * unit} ${-q2 * unit}`);
    figure.find('.query circle').setAttribute('cx', String(q1 * unit));
    figure.find('.query circle').setAttribute('cy', String(-q2 * unit));
  }

  /** The query's tip comes to the pointer. @param {PointerEvent} event */
  function drag({ clientX, clientY }) {
    const { x, y } = new DOMPoint(clientX, clientY).matrixTransform(drawing.getScreenCTM()?.inverse());
    angle.value = String(Math.round(Math.atan2(-y, x) * 180 / Math.PI));
    length.value = String(Math.hypot(x, y) / unit);
    draw();
  }
  drawing.addEventListener('pointerdown', (event) => {
    drawing.setPointerCapture(event.pointerId);
    drag(event);
  });
  drawing.addEventListener('pointermove', (event) => {
    if (drawing.hasPointerCapture(event.pointerId)) drag(event);
  });
  figure.onInput(draw);
  draw();
}
