// Where the mass of attention lies, in words: the text that stands for the picture.

/**
 * @typedef {object} Shown what a picture draws
 * @property {string} photo
 * @property {string} model
 * @property {import('./viewer.js').ViewState} state
 * @property {Grid} maps
 * @property {Float32Array} scores (layers, heads, rows, cols)
 *
 * @typedef {{layers: number, heads: number, rows: number, cols: number}} Grid
 */

/** The share of a head's mass that is looked for. */
const wantedMass = 0.6;

/** Even attention would need wantedMass of the patches for it; from this share on it is called spread. */
const spreadFrom = 0.4;

/** The share of what was found that a half of the photo must hold to be named for it. */
const halfMass = 0.7;

/** Of what was found, the share that named parts of the photo must hold. */
const namedMass = 0.75;

const parts = [
  'upper left', 'top', 'upper right',
  'left', 'centre', 'right',
  'lower left', 'bottom', 'lower right',
];

/** Three parts in a line, as indices. */
const lines = /** @type {const} */ ([
  ['0,1,2', 'along the top'], ['3,4,5', 'across the middle'], ['6,7,8', 'along the bottom'],
  ['0,3,6', 'down the left side'], ['1,4,7', 'down the middle'], ['2,5,8', 'down the right side'],
]);

/** The layer that a view shows, counted from 1. @param {number} layer @param {number} layers */
export const shownLayer = (layer, layers) => (layer === 0 ? layers : Math.min(layer, layers));

/**
 * The heads that a picture draws, counted from 1.
 * @param {import('./viewer.js').ViewState} state
 * @param {number} heads of the model
 */
export function shownHeads({ mode, head, heads: on }, heads) {
  if (mode === 'single') return [Math.min(head, heads)];
  return Array.from({ length: heads }, (_, i) => i + 1).filter((one) => on === 'all' || on.includes(one));
}

/**
 * The patches that carry wantedMass of a map, the strongest first; none where it has no mass.
 * @param {Float32Array} map (rows, cols)
 */
export function strongestPatches(map) {
  const sum = map.reduce((total, score) => total + score, 0);
  const order = Array.from(map.keys()).sort((a, b) => map[b] - map[a]);
  let carried = 0;
  let count = 0;
  while (sum > 0 && count < order.length && carried < wantedMass * sum) carried += map[order[count++]];
  return { patches: order.slice(0, count), share: sum > 0 ? carried / sum : 0 };
}

/**
 * The part of a photo that holds a patch: an index of `parts`.
 * @param {number} patch
 * @param {Grid} grid
 */
function partOf(patch, { rows, cols }) {
  const third = (/** @type {number} */ at, /** @type {number} */ count) => Math.floor(3 * (at + 0.5) / count);
  return 3 * third(Math.floor(patch / cols), rows) + third(patch % cols, cols);
}

/**
 * Of what was found the mass in each part, and which parts hold the most of it.
 * @param {Float32Array} map
 * @param {number[]} patches
 * @param {Grid} grid
 */
function massOfParts(map, patches, grid) {
  const masses = parts.map(() => 0);
  for (const patch of patches) masses[partOf(patch, grid)] += map[patch];
  const all = masses.reduce((sum, mass) => sum + mass, 0);
  const order = Array.from(masses.keys()).sort((a, b) => masses[b] - masses[a]);
  let held = 0;
  let count = 0;
  while (held < namedMass * all) held += masses[order[count++]];
  return { order, named: order.slice(0, count) };
}

/**
 * A half of the photo that holds most of what was found; '' where there is none.
 * @param {Float32Array} map
 * @param {number[]} patches
 * @param {Grid} grid
 */
function halfWords(map, patches, { rows, cols }) {
  let all = 0;
  const halves = { upper: 0, lower: 0, left: 0, right: 0 };
  for (const patch of patches) {
    all += map[patch];
    halves[Math.floor(patch / cols) + 0.5 < rows / 2 ? 'upper' : 'lower'] += map[patch];
    halves[patch % cols + 0.5 < cols / 2 ? 'left' : 'right'] += map[patch];
  }
  const [name, mass] = Object.entries(halves).sort((a, b) => b[1] - a[1])[0];
  return mass >= halfMass * all ? `over the ${name} half` : '';
}

/**
 * @param {Float32Array} map
 * @param {number[]} patches
 * @param {Grid} grid
 */
function placeWords(map, patches, grid) {
  const { order, named } = massOfParts(map, patches, grid);
  const line = lines.find(([those]) => those === String(named.toSorted((a, b) => a - b)));
  if (line) return line[1];
  const words = named.map((part) => parts[part]);
  if (words.length === 1) return words[0];
  if (words.length === 2 && touch(named[0], named[1])) return `${words[0]} to ${words[1]}`;
  if (words.length <= 3) return `${words.slice(0, -1).join(', ')} and ${words[words.length - 1]}`;
  return halfWords(map, patches, grid) || `in several places, most at the ${parts[order[0]]}`;
}

/** @param {number} a @param {number} b parts */
const touch = (a, b) => Math.abs(a % 3 - b % 3) <= 1 && Math.abs(Math.floor(a / 3) - Math.floor(b / 3)) <= 1;

const percent = (/** @type {number} */ share) => `${Math.round(100 * share)} %`;

/**
 * Where one map has its mass.
 * @param {Float32Array} map (rows, cols)
 * @param {Grid} grid
 */
export function describeMap(map, grid) {
  const { patches, share } = strongestPatches(map);
  if (patches.length === 0) return 'nothing on the photo';
  if (patches.length >= spreadFrom * map.length) return 'spread over the whole photo';
  return `${placeWords(map, patches, grid)}, ${percent(share)} of its mass in ${patches.length} of ${map.length} patches`;
}

/**
 * A head's map.
 * @param {Shown} shown
 * @param {number} layer counted from 1
 * @param {number} head counted from 1
 */
function mapOf({ maps, scores }, layer, head) {
  const size = maps.rows * maps.cols;
  const at = ((layer - 1) * maps.heads + head - 1) * size;
  return scores.subarray(at, at + size);
}

/** @param {string} name of a file or a sample */
export const titleOfPhoto = (name) => (name ? name[0].toUpperCase() + name.slice(1).replace(/\.\w{2,5}$/, '') : 'Photo');

/** Who looks. @param {import('./viewer.js').ViewState} state */
export const queryWords = ({ query }) => (query ? `the patch in row ${query[0]}, column ${query[1]}` : '[CLS]');

const viewNames = {
  overlay: 'The photo with its attention heads in colour',
  heads: 'Every head of the layer as a picture of its own',
  atlas: 'Every head of every layer as a grid of small pictures',
  slider: 'Two pictures of the photo with a divider between them',
  rollout: 'Attention rollout up to the layer',
  similarity: 'How alike the keys of the patches are to the key of the query',
  pca: 'The first three principal components of the patches as red, green and blue',
};

/**
 * One sentence: what is there.
 * @param {Shown} shown
 */
export function announcement({ photo, state, maps: { layers, heads, rows, cols } }) {
  const asked = state.query ? `, asked by ${queryWords(state)}` : '';
  const beside = state.compare ? `, compared with ${state.compare}` : '';
  return `${titleOfPhoto(photo)}: layer ${shownLayer(state.layer, layers)} of ${layers}, ` +
    `${heads} ${heads === 1 ? 'head' : 'heads'}, ${rows} by ${cols} patches${asked}${beside}.`;
}

/**
 * All that the picture says, for those who do not see it.
 * @param {Shown} shown
 */
export function describe(shown) {
  const { state, model, maps } = shown;
  const layer = shownLayer(state.layer, maps.layers);
  const heads = shownHeads(state, maps.heads);
  const where = heads.map((head) => `Head ${head}: ${describeMap(mapOf(shown, layer, head), maps)}`);
  const words = [
    `${viewNames[state.view]}. ${model ? `${model}, ` : ''}${announcement(shown)}`,
    `Where ${queryWords(state)} looks: ${where.length ? where.join('; ') : 'no head is shown'}.`,
  ];
  if (state.keep_mass < 1) words.push(`Drawn are the patches that carry ${percent(state.keep_mass)} of each head's mass.`);
  return words.join(' ');
}
