// What a figure shows: the fields of ViewState (src/viewer/view_state.h) as attributes of the element.
// Layers and heads count from 1, patches from 0.

/**
 * @typedef {Pick<import('../viewer.js').ViewState, 'photo' | 'model' | 'layer' | 'heads' | 'head' | 'query' |
 *   'mode' | 'opacity' | 'keep_mass' | 'combine' | 'normalisation' | 'palette' | 'colormap' | 'colours' |
 *   'interpolation' | 'against' | 'divider' | 'size' | 'aspect'> &
 *   {view: 'overlay' | 'heads' | 'atlas' | 'slider'}} ViewState what a figure can draw
 *
 * @typedef {object} Kind of a field
 * @property {any} start what it is where nothing is said
 * @property {string} takes its values, in words
 * @property {(value: any) => boolean} fits
 * @property {(words: string) => any} read what an attribute says
 */

const parts = (/** @type {string} */ words) => words.split(/[\s,]+/).filter(Boolean);
const numbers = (/** @type {string} */ words) => parts(words).map(Number);

/** @param {any} start @param {string} takes @param {Kind['fits']} fits @param {Kind['read']} [read] @returns {Kind} */
const kind = (start, takes, fits, read = String) => ({ start, takes, fits, read });

const text = kind('', 'a text', (value) => typeof value === 'string');

/** @param {string} names the first is the start */
const oneOf = (names) => kind(parts(names)[0], names, (value) => parts(names).includes(value));

/** @param {number} start */
const whole = (start, least = 0, most = 4096) => kind(start, `a whole number from ${least} to ${most}`,
  (value) => Number.isInteger(value) && value >= least && value <= most, (words) => numbers(words)[0]);

/** @param {number} start */
const share = (start) => kind(start, 'a number from 0 to 1', (value) => value >= 0 && value <= 1 && value === +value, (words) => numbers(words)[0]);

/** @param {any} value @param {Kind['fits']} fits */
const listOf = (value, fits) => Array.isArray(value) && value.every(fits);

/** @type {Record<string, Kind>} */
export const fields = {
  photo: text,
  model: text,
  layer: whole(0),
  heads: kind('all', 'all, none, or numbers as 1,3', (value) => value === 'all' || listOf(value, whole(1, 1, 64).fits),
    (words) => (words === 'all' ? words : words === 'none' ? [] : numbers(words))),
  head: whole(1, 1, 64),
  query: kind(null, 'a row and a column, as 9,14', (value) => value === null || (listOf(value, whole(0).fits) && value.length === 2), numbers),
  view: oneOf('overlay, heads, atlas, slider'),
  mode: oneOf('heads, mean, max, single, figure'),
  opacity: share(0.85),
  keep_mass: share(1),
  combine: oneOf('each, union, intersection'),
  normalisation: oneOf('clip, head, heads, layers, log'),
  palette: oneOf('headlens, okabe-ito, dino'),
  colormap: oneOf('inferno, viridis, turbo, grey'),
  colours: kind([], 'colours as #rrggbb,#rrggbb', (value) => listOf(value, (one) => /^#[\da-f]{6}$/i.test(one)), parts),
  interpolation: oneOf('smooth, nearest'),
  against: whole(0),
  divider: share(0.5),
  size: whole(224, 1),
  aspect: oneOf('kept, square'),
};

/** Attributes that are no part of the view. @type {Record<string, Kind>} */
export const settings = {
  maps: text,
  load: oneOf('interaction, visible'),
  controls: oneOf('full, layers, none'),
  alt: text,
};

/** Fields that only the page draws, as they start. @type {Record<string, any>} */
const ofPage = {
  compare: '', contours: 'none', order: 'head', fusion: 'mean', discard: 0, facet: 'keys', explain: null, zoom: 1, centre: [0.5, 0.5],
};
const viewsOfPage = ['rollout', 'similarity', 'pca'];

const attributeOf = (/** @type {string} */ name) => (name === 'photo' ? 'src' : name.replace('_', '-'));

/** By attribute. @type {Record<string, [name: string, kind: Kind]>} */
const known = Object.fromEntries(Object.entries({ ...fields, ...settings }).map((entry) => [attributeOf(entry[0]), entry]));

export const attributes = [...Object.keys(known), ...Object.keys(ofPage)];

/** Attributes that any element may have. */
const anyElement = /^(aria-|data-|on|item|_|ng-|v-)|:|^(id|class|style|title|hidden|slot|part|exportparts|role|lang|dir|is|tabindex|draggable|translate|inert|popover|nonce|accesskey|autofocus|contenteditable|spellcheck)$/;

/** @returns {any} what each is where nothing is said */
export const startOf = (/** @type {Record<string, Kind>} */ all) => Object.fromEntries(Object.entries(all).map(([name, { start }]) => [name, start]));

/** The whole ViewState. @param {ViewState} state */
export const wholeState = (state) => structuredClone({ ...ofPage, ...state });

const same = (/** @type {any} */ a, /** @type {any} */ b) => JSON.stringify(a) === JSON.stringify(b);
const pageDraws = (/** @type {string} */ what) => `A figure does not draw ${what}, the headlens page does: leave it out.`;

/**
 * @param {string} attribute
 * @param {string | null} words null: it is not there
 * @returns {{name: string, value?: any, problem?: string}}
 */
export function readAttribute(attribute, words) {
  if (attribute in ofPage) return { name: attribute, problem: words === null || words === String(ofPage[attribute]) ? '' : pageDraws(attribute) };
  const [name, { start, read, fits, takes }] = known[attribute];
  const value = words === null ? start : read(words);
  if (fits(value)) return { name, value };
  return { name, problem: viewsOfPage.includes(value) ? pageDraws(value) : `${attribute}="${short(words)}" does not fit: it takes ${takes}.` };
}

/**
 * What a script or a message gives.
 * @param {any} partial
 * @returns {{fit: Partial<ViewState>, problem: string}} those of its fields that a figure has, and a sentence about the first that does not fit
 */
export function readFields(partial) {
  /** @type {any} */
  const fit = {};
  for (const [name, value] of Object.entries(Object(partial))) {
    if (name in ofPage ? !same(value, ofPage[name]) : viewsOfPage.includes(value)) return { fit: {}, problem: pageDraws(name) };
    if (name in ofPage) continue;
    const kind = Object.hasOwn(fields, name) && fields[name];
    if (!kind) return { fit: {}, problem: `The state has no ${short(name)}${nearest(name, Object.keys(fields))}.` };
    if (!kind.fits(value)) return { fit: {}, problem: `The state's ${name} does not fit: it takes ${kind.takes}.` };
    fit[name] = value;
  }
  return { fit, problem: '' };
}

/** The attribute follows the field, and goes where the field is as it starts. @param {HTMLElement} host @param {string} name @param {any} value */
export function reflect(host, name, value) {
  if (same(value, fields[name].start)) host.removeAttribute(attributeOf(name));
  else host.setAttribute(attributeOf(name), String(value) || 'none');
}

/** A sentence about an attribute that is none; ''. @param {HTMLElement} host */
export function unknownAttribute(host) {
  const name = host.getAttributeNames().find((one) => !attributes.includes(one) && !anyElement.test(one));
  return name ? `<vit-attention> has no attribute ${short(name)}${nearest(name, attributes)}.` : '';
}

const short = (/** @type {string | null} */ words) => String(words).slice(0, 40);

/** @param {string} name @param {string[]} all */
function nearest(name, all) {
  const best = all.map((one) => /** @type {const} */ ([distance(name, one), one])).sort((a, b) => a[0] - b[0])[0];
  return best[0] < 4 && best[0] < name.length / 2 ? `; ${best[1]} is the nearest` : '';
}

/** Letters to insert, drop or replace (Levenshtein 1966). @param {string} a @param {string} b */
function distance(a, b) {
  let row = [...`${b} `].map((_, j) => j);
  for (const letter of a) {
    const next = [row[0] + 1];
    for (let j = 0; j < b.length; ++j) next.push(Math.min(next[j] + 1, row[j + 1] + 1, row[j] + Number(letter !== b[j])));
    row = next;
  }
  return row[b.length];
}
