// The quiet row under the picture, and what lies behind Options.
import { button, element } from '../element.js';
import { colourOfHead, cssColour, cssScale } from './colours.js';
import { fields } from './state.js';
import { headsOf, isOne, layerOf } from './tiles.js';
import { percent } from './words.js';
import { rangeOfHead, scoreOfWeight } from './weights.js';

/**
 * @typedef {import('./state.js').ViewState} ViewState
 * @typedef {import('./baked.js').Results} Results
 *
 * @typedef {object} Actions
 * @property {(partial: Partial<ViewState>) => void} change
 * @property {(file: File) => void} takePhoto of the reader's own
 * @property {() => void} restore shows the author's photo again
 *
 * @typedef {object} Shown
 * @property {ViewState} state
 * @property {Results | undefined | null} results
 * @property {Float32Array | null} scores
 * @property {boolean} own the photo is the reader's
 */

/** What is chosen of names, and what of shares. */
const choices = { view: 'View', mode: 'Show', colormap: 'Scale', normalisation: 'Normalise', interpolation: 'Patches', against: 'Compare' };
const shares = { keep_mass: 'Keep mass', opacity: 'Opacity' };

/** Colours of a scale, not of heads. @param {ViewState} state */
const hasScale = ({ mode, view }) => view === 'atlas' || (mode !== 'heads' && mode !== 'figure');

/** @param {Actions} actions */
export function createControls({ change, takePhoto, restore }) {
  const word = { className: 'word' };
  const layer = element('input', { type: 'range', min: '1', oninput: () => change({ layer: layer.valueAsNumber }) });
  const layerNumber = element('output');
  const heads = element('div', { className: 'heads', role: 'group', ariaLabel: 'Heads' });
  const query = button('', () => change({ query: null }), word);
  const [low, ramp, high] = /** @type {const} */ (['span', 'i', 'span']).map((tag) => element(tag));
  const bar = element('div', { className: 'bar' }, low, ramp, high);
  const file = element('input', { type: 'file', accept: 'image/*', hidden: true, ariaLabel: 'Your photo', oninput: () => file.files?.[0] && takePhoto(file.files[0]) });
  const own = button('', () => (shown?.own ? restore() : file.click()), word);
  const options = button('Options', () => open(panel.hidden), word);
  const layers = element('label', { className: 'layer' }, 'Layer', layer, layerNumber);
  const row = element('div', { className: 'row' }, layers, heads, query, bar, element('div', { className: 'end' }, options, own, file));
  /** @type {Map<string, HTMLSelectElement | HTMLInputElement>} */
  const inputs = new Map();
  const panel = element('div', { className: 'panel', hidden: true },
    ...Object.entries(choices).map(([name, title]) => field(name, title, element('select', {}, ...optionsOf(fields[name].takes.split(', '))))),
    ...Object.entries(shares).map(([name, title]) => field(name, title, element('input', { type: 'range', max: '1', step: '0.01' }))));
  /** @type {Shown | undefined} */
  let shown;
  open(false);

  /** @param {boolean} wanted */
  function open(wanted) {
    panel.hidden = !wanted;
    options.ariaExpanded = `${wanted}`;
  }

  /** @param {string} name @param {string} title @param {HTMLSelectElement | HTMLInputElement} control */
  function field(name, title, control) {
    const isText = typeof fields[name].start === 'string';
    control.oninput = () => change({ [name]: isText ? control.value : Number(control.value) });
    inputs.set(name, control);
    return element('label', {}, element('span', {}, title), control);
  }

  /** @param {number} head */
  function toggle(head) {
    if (!shown?.results) return;
    const { state, results } = shown;
    const on = headsOf(state, results);
    if (state.mode === 'single' && isOne(state.view)) return change({ head });
    const next = on.includes(head) ? on.filter((one) => one !== head) : [...on, head].sort((a, b) => a - b);
    return change({ heads: next.length < results.heads ? next : 'all' });
  }

  /** @param {ViewState} state @param {Results} results */
  function showHeads(state, results) {
    if (heads.children.length !== results.heads) {
      heads.replaceChildren(...Array.from({ length: results.heads }, (_, i) => button(`${i + 1}`, () => toggle(i + 1), { ariaLabel: `Head ${i + 1}` })));
    }
    const on = headsOf(state, results);
    for (const [i, chip] of /** @type {HTMLElement[]} */ ([...heads.children]).entries()) {
      chip.ariaPressed = `${on.includes(i + 1)}`;
      chip.style.setProperty('--head', hasScale(state) ? 'currentColor' : cssColour(colourOfHead(state, i + 1)));
    }
  }

  /** With scores at its ends, where all that is drawn shares them. @param {ViewState} state @param {Results} results @param {Float32Array} scores */
  function showBar(state, results, scores) {
    const { normalisation, view, colormap } = state;
    const drawn = headsOf(state, results);
    const known = normalisation === 'layers' || (normalisation === 'heads' && view !== 'atlas') || (drawn.length === 1 && isOne(view));
    const range = rangeOfHead({ all: scores, heads: results.heads, patches: results.rows * results.cols, layer: layerOf(state, results) }, drawn[0] ?? 1, normalisation);
    [low, high].forEach((end, weight) => (end.textContent = known ? percent(scoreOfWeight(weight, range, normalisation)) : ['least', 'most'][weight]));
    ramp.style.background = cssScale(colormap);
  }

  return {
    nodes: [row, panel],

    /** @param {Shown} now @param {'full' | 'layers' | 'none'} which */
    show(now, which) {
      shown = now;
      const { state, results, scores } = now;
      row.hidden = which === 'none';
      row.classList.toggle('few', which !== 'full');
      if (which !== 'full') open(false);
      for (const part of [layers, heads, options]) part.hidden = !results;
      own.textContent = now.own ? 'Back to the first photo' : 'Try your photo';
      query.hidden = !state.query;
      query.textContent = `Patch ${state.query} \u00d7`;
      query.ariaLabel = `Patch ${state.query} asks; back to [CLS]`;
      bar.hidden = !scores || !hasScale(state);
      if (!results || !scores) return;
      layer.max = `${results.layers}`;
      layer.value = layerNumber.textContent = `${layerOf(state, results)}`;
      showHeads(state, results);
      showBar(state, results, scores);
      const against = /** @type {HTMLSelectElement} */ (inputs.get('against'));
      if (against.length !== results.layers + 1) against.replaceChildren(...optionsOf(Array.from({ length: results.layers + 1 }, (_, i) => `${i}`)));
      for (const [name, control] of inputs) control.value = `${Reflect.get(state, name)}`;
      for (const [name, is] of /** @type {[string, boolean][]} */ ([['against', state.view === 'slider'], ['colormap', hasScale(state)]])) {
        /** @type {HTMLElement} */ (inputs.get(name)?.parentElement).hidden = !is;
      }
    },
  };
}

/** @param {string[]} values */
const optionsOf = (values) => values.map((value) => element('option', { value }, value === '0' ? 'photo' : Number(value) ? `layer ${value}` : value));
