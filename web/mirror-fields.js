// The controls of the view, as a table: of every field of ViewState that a reader sets, what it is
// called and how it is chosen. web/mirror.js makes native controls of it.
import { shownLayer } from './describe.js';

/**
 * @typedef {import('./viewer.js').ViewState} ViewState
 *
 * @typedef {object} Limits of the maps on screen
 * @property {number} layers
 * @property {number} heads
 * @property {number} rows
 * @property {number} cols
 *
 * @typedef {object} Field
 * @property {keyof ViewState} field
 * @property {string} label
 * @property {'buttons' | 'choice' | 'range' | 'number' | 'heads' | 'patch'} kind
 * @property {[string | number, string][]} [choices] value and name
 * @property {(limits: Limits) => {min: number, max: number, step: number}} [range]
 * @property {(state: ViewState, limits: Limits) => number} [value] where it is not the field's own
 * @property {(value: number, limits: Limits) => string} [words] for a value of a range
 * @property {(state: ViewState) => boolean} [when] it means something; else it is hidden
 */

const share = () => ({ min: 0, max: 1, step: 0.01 });
const percent = (/** @type {number} */ value) => `${Math.round(100 * value)} percent`;
const inView = (/** @type {ViewState['view'][]} */ ...views) => (/** @type {ViewState} */ { view }) => views.includes(view);
const withHeads = inView('overlay', 'heads', 'atlas', 'slider');
const onScale = (/** @type {ViewState} */ { view, mode }) =>
  view === 'rollout' || view === 'similarity' || view === 'atlas' || ['mean', 'max', 'single'].includes(mode);

/** @type {Field[]} */
export const fields = [
  { field: 'view', label: 'View', kind: 'buttons',
    choices: [['overlay', 'Overlay'], ['heads', 'Heads'], ['atlas', 'Atlas'], ['slider', 'Compare'], ['rollout', 'Rollout'],
      ['similarity', 'Similarity'], ['pca', 'PCA']] },
  { field: 'layer', label: 'Layer', kind: 'range',
    range: ({ layers }) => ({ min: 1, max: Math.max(1, layers), step: 1 }),
    value: ({ layer }, { layers }) => shownLayer(layer, layers),
    words: (value, { layers }) => `${value} of ${layers}` },
  { field: 'heads', label: 'Heads', kind: 'heads', when: ({ mode }) => mode !== 'single' },
  { field: 'mode', label: 'Mode', kind: 'choice', when: withHeads,
    choices: [['heads', 'A colour for each head'], ['mean', 'Mean of the heads'], ['max', 'Maximum of the heads'],
      ['single', 'One head alone'], ['figure', 'As in the DINO paper']] },
  { field: 'head', label: 'Head shown alone', kind: 'number', when: ({ mode }) => mode === 'single',
    range: ({ heads }) => ({ min: 1, max: Math.max(1, heads), step: 1 }) },
  { field: 'query', label: 'Query patch', kind: 'patch' },
  { field: 'opacity', label: 'Opacity', kind: 'range', range: share, words: percent },
  { field: 'keep_mass', label: 'Keep mass', kind: 'range', range: share, words: percent, when: withHeads },
  { field: 'combine', label: 'Heads together', kind: 'choice', when: withHeads,
    choices: [['each', 'Each for itself'], ['union', 'What any of them keeps'], ['intersection', 'What all of them keep']] },
  { field: 'contours', label: 'Outlines', kind: 'choice', when: withHeads,
    choices: [['none', 'None'], ['patches', 'Along patches'], ['smooth', 'Smooth']] },
  { field: 'against', label: 'Compare with', kind: 'number', when: inView('slider'),
    range: ({ layers }) => ({ min: 0, max: layers, step: 1 }) },
  { field: 'divider', label: 'Divider', kind: 'range', range: share, words: percent, when: inView('slider') },
  { field: 'fusion', label: 'Heads in the rollout', kind: 'choice', when: inView('rollout'),
    choices: [['mean', 'Mean'], ['max', 'Maximum'], ['min', 'Minimum']] },
  { field: 'discard', label: 'Discard the weakest', kind: 'range', range: share, words: percent, when: inView('rollout') },
  { field: 'facet', label: 'Components of', kind: 'choice', when: inView('pca'),
    choices: [['keys', 'Keys'], ['tokens', 'Tokens']] },
  { field: 'normalisation', label: 'Normalisation', kind: 'choice', when: withHeads,
    choices: [['clip', 'Each head, clipped'], ['head', 'Each head'], ['heads', 'All heads of the layer'],
      ['layers', 'All layers'], ['log', 'Logarithm']] },
  { field: 'palette', label: 'Colours of heads', kind: 'choice', when: withHeads,
    choices: [['headlens', 'headlens'], ['okabe-ito', 'Okabe and Ito'], ['dino', 'DINO paper']] },
  { field: 'colormap', label: 'Scale of colours', kind: 'choice', when: onScale,
    choices: [['inferno', 'Inferno'], ['viridis', 'Viridis'], ['turbo', 'Turbo'], ['grey', 'Grey']] },
  { field: 'interpolation', label: 'Between patches', kind: 'choice',
    choices: [['smooth', 'Smooth'], ['nearest', 'Patches as they are']] },
  { field: 'order', label: 'Order of heads', kind: 'choice', when: withHeads,
    choices: [['head', 'By number'], ['entropy', 'By entropy'], ['compactness', 'By compactness'], ['edges', 'By edges'],
      ['overlap', 'By overlap'], ['prefix', 'By mass on [CLS] and registers']] },
  { field: 'groups', label: 'Groups of heads', kind: 'choice', when: (state) => withHeads(state) && state.order !== 'head',
    choices: [['none', 'None'], ['alike', 'Those that are alike in this']] },
  { field: 'zoom', label: 'Zoom', kind: 'range', range: () => ({ min: 1, max: 32, step: 0.1 }),
    words: (value) => `${value.toFixed(1)} times` },
  { field: 'size', label: 'Short side in the network', kind: 'choice',
    choices: [160, 192, 224, 320, 480, 640].map((size) => [size, `${size} pixels`]) },
  { field: 'aspect', label: 'Shape in the network', kind: 'choice',
    choices: [['kept', 'As the photo'], ['square', 'Square, as the authors']] },
];
