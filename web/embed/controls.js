// The quiet row under the picture, and what lies behind Options.
import { button, element } from '../element.js';
import { colourOfHead, cssColour, cssScale } from './colours.js';
import { fields } from './state.js';

/**
 * @typedef {import('./view.js').View} View
 *
 * @typedef {object} Actions
 * @property {(partial: Partial<import('./state.js').ViewState>) => void} change
 * @property {(file: File) => void} takePhoto of the reader's own
 * @property {() => void} restore shows the author's photo again
 */

/** Fields behind Options. */
const options = ['view', 'mode', 'colormap', 'normalisation', 'interpolation', 'keep_mass', 'opacity', 'divider'];

/** @param {Actions} actions */
export function createControls({ change, takePhoto, restore }) {
  const word = { className: 'word' };
  const layer = element('input', { type: 'range', min: '1', oninput: () => change({ layer: layer.valueAsNumber }) });
  const layerNumber = element('output');
  const layers = element('label', { className: 'layer' }, 'Layer', layer, layerNumber);
  const heads = element('div', { className: 'heads', role: 'group', ariaLabel: 'Heads' });
  const query = button('', () => change({ query: null }), word);
  const ramp = element('i');
  const bar = element('div', { className: 'bar' }, 'least', ramp, 'most');
  const file = element('input', { type: 'file', accept: 'image/*', hidden: true, oninput: () => file.files?.[0] && takePhoto(file.files[0]) });
  const own = button('', () => (isOwn ? restore() : file.click()), word);
  const more = button('Options', () => open(panel.hidden), word);
  const row = element('div', { className: 'row' }, layers, heads, query, bar, element('div', { className: 'end' }, more, own, file));
  const inputs = options.map(control);
  const panel = element('div', { className: 'row panel' }, ...inputs.map((input) =>
    element('label', {}, element('span', {}, input.name.replace('_', ' ')), input)));
  /** @type {View | undefined} */
  let shown;
  let isOwn = false;
  open(false);

  /** @param {boolean} wanted */
  function open(wanted) {
    panel.hidden = !wanted;
    more.ariaExpanded = `${wanted}`;
  }

  /** @param {string} name of a field */
  function control(name) {
    const [first, takes] = fields[name];
    const share = first > 0;
    const input = share ? element('input', { name, type: 'range', max: '1', step: '0.01' }) : element('select', { name }, ...takes.split(', ').map((value) => element('option', {}, value)));
    input.oninput = () => change({ [name]: share ? Number(input.value) : input.value });
    return input;
  }

  /** @param {number} head */
  function toggle(head) {
    if (!shown) return;
    const { heads: on, all, one, state } = shown;
    if (one && state.mode === 'single') change({ head });
    else {
      const next = all.filter((each) => on.includes(each) !== (each === head));
      change({ heads: next.length < all.length ? next : 'all' });
    }
  }

  return {
    nodes: [row, panel],

    /** @param {View | undefined} view @param {'full' | 'layers' | 'none'} which @param {boolean} ofReader the photo is */
    show(view, which, ofReader) {
      shown = view;
      isOwn = ofReader;
      row.hidden = which === 'none';
      row.classList.toggle('few', which !== 'full');
      if (which !== 'full') open(false);
      for (const part of [layers, heads, more]) part.hidden = !view;
      own.textContent = ofReader ? 'Back to the first photo' : 'Try your photo';
      query.hidden = !view?.state.query;
      bar.hidden = !view || view.coloured;
      if (!view) return;
      const { state, results, all, coloured } = view;
      query.textContent = `Patch ${state.query} \u00d7`;
      layer.max = `${results.layers}`;
      layer.value = layerNumber.textContent = `${view.layer}`;
      if (heads.children.length !== all.length) heads.replaceChildren(...all.map((head) => button(`${head}`, () => toggle(head), { ariaLabel: `Head ${head}` })));
      for (const head of all) {
        const chip = /** @type {HTMLElement} */ (heads.children[head - 1]);
        chip.ariaPressed = `${view.heads.includes(head)}`;
        chip.style.setProperty('--head', coloured ? cssColour(colourOfHead(state, head)) : 'currentColor');
      }
      ramp.style.background = cssScale(state.colormap);
      for (const input of inputs) {
        input.value = `${Reflect.get(state, input.name)}`;
        /** @type {HTMLElement} */ (input.parentElement).hidden = input.name === 'divider' ? state.view !== 'slider' : input.name === 'colormap' && coloured;
      }
    },
  };
}
