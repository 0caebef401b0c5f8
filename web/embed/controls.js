// The quiet row under the picture: layer, heads, and what lies behind Options.
import { button, element } from '../element.js';
import { shownHeads } from '../describe.js';
import { colourOfHead, cssColour, cssScale } from './colours.js';
import { headsOn, layerOf } from './tiles.js';
import { percent } from './words.js';
import { rangeOfHead, scoreOfWeight } from './weights.js';

/**
 * @typedef {import('../viewer.js').ViewState} ViewState
 * @typedef {import('./baked.js').Results} Results
 *
 * @typedef {object} Actions
 * @property {(partial: Partial<ViewState>) => void} change
 * @property {(file: File) => void} takePhoto of the reader's own
 * @property {() => void} restore shows the author's photo again
 *
 * @typedef {object} Shown
 * @property {ViewState} state
 * @property {Results | null} results
 * @property {Float32Array | null} scores
 * @property {boolean} own the photo is the reader's
 */

/** A field, what it is called, and its values by name. @type {[string, string, Record<string, string>][]} */
const choices = [
  ['view', 'View', { overlay: 'Overlay', heads: 'Each head', atlas: 'All layers', slider: 'Compare' }],
  ['mode', 'Show', { heads: 'A colour a head', mean: 'Mean of heads', max: 'Most of heads', single: 'One head', figure: 'As DINO\u2019s figure' }],
  ['colormap', 'Scale', { inferno: 'Inferno', viridis: 'Viridis', turbo: 'Turbo', grey: 'Grey' }],
  ['normalisation', 'Normalise', { clip: 'Each head, clipped', head: 'Each head', heads: 'Over heads', layers: 'Over layers', log: 'Logarithm' }],
  ['interpolation', 'Patches', { smooth: 'Smooth', nearest: 'Square' }],
];
const shares = [['keep_mass', 'Keep mass'], ['opacity', 'Opacity']];

/** @param {ViewState} state colours of a scale, not of heads */
const hasScale = ({ mode, view }) => mode !== 'heads' && mode !== 'figure' || view === 'atlas';

/** @param {Actions} actions */
export function createControls({ change, takePhoto, restore }) {
  const layer = element('input', { type: 'range', min: '1' });
  const layerNumber = element('output');
  layer.addEventListener('input', () => change({ layer: layer.valueAsNumber }));
  const layers = element('label', { className: 'layer' }, 'Layer', layer, layerNumber);

  const heads = element('div', { className: 'heads', role: 'group', ariaLabel: 'Heads' });
  const query = button('', () => change({ query: null }), { className: 'query' });
  const ends = [element('span'), element('span')];
  const ramp = element('i');
  const bar = element('span', { className: 'bar' }, ends[0], ramp, ends[1]);

  const file = element('input', { type: 'file', accept: 'image/*', hidden: true });
  file.addEventListener('change', () => {
    if (file.files?.[0]) takePhoto(file.files[0]);
    file.value = '';
  });
  const own = button('Try your photo', () => (shown?.own ? restore() : file.click()));
  const more = button('Options', () => open(panel.hidden), { ariaExpanded: 'false' });
  const row = element('div', { className: 'row' }, layers, heads, query, bar, element('span', { className: 'end' }, more, own, file));

  /** @type {Map<string, HTMLSelectElement | HTMLInputElement>} */
  const inputs = new Map();
  const against = select('against', 'With', {});
  const panel = element('div', { className: 'panel', hidden: true }, ...choices.map(([name, title, values]) => select(name, title, values)), against,
    ...shares.map(([name, title]) => share(name, title)));
  panel.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    open(false);
    more.focus();
  });
  /** @type {Shown | null} */
  let shown = null;

  /** @param {boolean} wanted */
  function open(wanted) {
    panel.hidden = !wanted;
    more.ariaExpanded = String(wanted);
  }

  /** @param {string} name @param {string} title @param {Record<string, string>} values */
  function select(name, title, values) {
    const control = element('select', {}, ...Object.entries(values).map(([value, words]) => element('option', { value }, words)));
    control.addEventListener('change', () => change({ [name]: name === 'against' ? Number(control.value) : control.value }));
    inputs.set(name, control);
    return element('label', {}, element('span', {}, title), control);
  }

  /** @param {string} name @param {string} title */
  function share(name, title) {
    const control = element('input', { type: 'range', min: '0', max: '1', step: '0.01' });
    control.addEventListener('input', () => change({ [name]: control.valueAsNumber }));
    inputs.set(name, control);
    return element('label', {}, element('span', {}, title), control, element('output'));
  }

  /** @param {Shown} now @param {Results} results */
  function showHeads({ state }, results) {
    const on = state.mode === 'single' && state.view !== 'heads' && state.view !== 'atlas' ? shownHeads(state, results.heads) : headsOn(state, results);
    if (heads.childElementCount !== results.heads) {
      heads.replaceChildren(...Array.from({ length: results.heads }, (_, i) => button(`${i + 1}`, () => toggle(i + 1), { ariaLabel: `Head ${i + 1}` })));
    }
    for (const [i, chip] of [...heads.children].entries()) {
      chip.ariaPressed = String(on.includes(i + 1));
      const colour = hasScale(state) ? 'currentColor' : cssColour(colourOfHead(state, i));
      /** @type {HTMLElement} */ (chip).style.setProperty('--head', colour);
    }
  }

  /** @param {number} head */
  function toggle(head) {
    if (!shown?.results) return;
    const { state, results } = shown;
    if (state.mode === 'single') return change({ head });
    const on = headsOn(state, results);
    const next = on.includes(head) ? on.filter((one) => one !== head) : [...on, head].sort((a, b) => a - b);
    return change({ heads: next.length === results.heads ? 'all' : next });
  }

  /** Scores at the ends of the scale, where all that is drawn shares them. @param {Shown} now @param {Results} results */
  function showBar({ state, scores }, results) {
    bar.hidden = !hasScale(state) || !scores;
    if (bar.hidden || !scores) return;
    const drawn = shownHeads(state, results.heads);
    const single = state.view === 'overlay' || state.view === 'slider';
    const known = state.normalisation === 'layers' || (single && (state.normalisation === 'heads' || drawn.length === 1));
    const all = { all: scores, heads: results.heads, patches: results.rows * results.cols, layer: layerOf(state, results) - 1 };
    const range = rangeOfHead(all, (drawn[0] ?? 1) - 1, state.normalisation);
    ends.forEach((end, weight) => {
      end.textContent = known ? percent(scoreOfWeight(weight, range, state.normalisation)) : ['least', 'most'][weight];
    });
    ramp.style.background = cssScale(state.colormap);
  }

  /** @param {ViewState} state @param {Results} results */
  function showOptions(state, results) {
    const list = /** @type {HTMLSelectElement} */ (inputs.get('against'));
    if (list.options.length !== results.layers + 1) {
      list.replaceChildren(...Array.from({ length: results.layers + 1 }, (_, i) => element('option', { value: `${i}` }, i ? `Layer ${i}` : 'Photo')));
    }
    for (const [name, control] of inputs) {
      control.value = String(Reflect.get(state, name));
      const output = control.nextElementSibling;
      if (output) output.textContent = `${Math.round(100 * Number(control.value))} %`;
    }
    against.hidden = state.view !== 'slider';
    /** @type {HTMLElement} */ (inputs.get('colormap')?.parentElement).hidden = !hasScale(state);
  }

  return {
    nodes: [row, panel],

    /** @param {'full' | 'layers' | 'none'} which */
    choose(which) {
      row.hidden = which === 'none';
      row.classList.toggle('few', which !== 'full');
      if (which !== 'full') open(false);
    },

    /** @param {Shown} now */
    show(now) {
      shown = now;
      const { state, results } = now;
      row.classList.toggle('empty', !results);
      own.textContent = now.own ? 'Back to the first photo' : 'Try your photo';
      if (!results) return;
      layer.max = String(results.layers);
      layer.value = String(layerOf(state, results));
      layer.style.setProperty('--steps', String(Math.max(1, results.layers - 1)));
      layerNumber.textContent = layer.value;
      query.hidden = !state.query;
      query.textContent = state.query ? `Patch ${state.query.join(', ')}` : '';
      query.ariaLabel = state.query ? `Patch ${state.query.join(', ')} asks: back to [CLS]` : '';
      showHeads(now, results);
      showBar(now, results);
      showOptions(state, results);
    },
  };
}
