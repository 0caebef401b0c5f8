// What a figure shows: the fields of ViewState (src/viewer/view_state.h) as attributes of the element.
// Layers and heads count from 1, patches from 0.
//
// A kind of field: what it starts as, which values it takes in words, how an attribute's text is read,
// and which values fit.

/**
 * @typedef {import('../viewer.js').ViewState} ViewState
 * @typedef {{start: any, takes: string, read: (text: string) => unknown, fits: (value: any) => boolean}} Kind
 */

const number = (/** @type {string} */ text) => (text.trim() ? Number(text) : NaN);
const numbers = (/** @type {string} */ text) => text.split(/[\s,]+/).filter(Boolean).map(Number);
const isCount = (/** @type {unknown} */ value, least = 0, most = 4096) =>
  Number.isInteger(value) && Number(value) >= least && Number(value) <= most;
const isShare = (/** @type {unknown} */ value) => typeof value === 'number' && value >= 0 && value <= 1;

/** @returns {Kind} */
const text = () => ({ start: '', takes: 'a text', read: String, fits: (value) => typeof value === 'string' });

/** @returns {Kind} */
const whole = (start = 0, least = 0, most = 4096) => ({
  start, takes: `a whole number from ${least} to ${most}`, read: number, fits: (value) => isCount(value, least, most),
});

/** @returns {Kind} */
const share = (start = 0) => ({ start, takes: 'a number from 0 to 1', read: number, fits: isShare });

/** @param {string[]} names the first is what it starts as @returns {Kind} */
const choice = (...names) => ({ start: names[0], takes: `one of ${names.join(', ')}`, read: String, fits: (value) => names.includes(value) });

/** @returns {Kind} */
const patch = () => ({
  start: null, takes: 'the row and the column of a patch, as 9,14', read: numbers,
  fits: (value) => value === null || (Array.isArray(value) && value.length === 2 && value.every((one) => isCount(one))),
});

/** @type {Record<string, Kind>} */
export const fields = {
  model: text(),
  compare: text(),
  photo: text(),
  layer: whole(),
  heads: {
    start: 'all', takes: 'all, none, or numbers of heads, as 1,3',
    read: (words) => (words === 'all' ? words : words === 'none' ? [] : numbers(words)),
    fits: (value) => value === 'all' || (Array.isArray(value) && value.every((one) => isCount(one, 1, 64))),
  },
  head: whole(1, 1, 64),
  query: patch(),
  view: choice('overlay', 'heads', 'atlas', 'slider', 'rollout', 'similarity', 'pca'),
  mode: choice('heads', 'mean', 'max', 'single', 'figure'),
  opacity: share(0.85),
  keep_mass: share(1),
  combine: choice('each', 'union', 'intersection'),
  contours: choice('none', 'patches', 'smooth'),
  normalisation: choice('clip', 'head', 'heads', 'layers', 'log'),
  palette: choice('headlens', 'okabe-ito', 'dino'),
  colormap: choice('inferno', 'viridis', 'turbo', 'grey'),
  colours: {
    start: [], takes: 'colours as #rrggbb,#rrggbb', read: (words) => words.split(/[\s,]+/).filter(Boolean),
    fits: (value) => Array.isArray(value) && value.every((one) => /^#[\da-f]{6}$/i.test(one)),
  },
  interpolation: choice('smooth', 'nearest'),
  order: choice('head', 'entropy', 'compactness', 'edges', 'overlap', 'prefix'),
  against: whole(),
  divider: share(0.5),
  fusion: choice('mean', 'max', 'min'),
  discard: share(),
  facet: choice('keys', 'tokens'),
  explain: patch(),
  zoom: { start: 1, takes: 'a number from 1 to 32', read: number, fits: (value) => value >= 1 && value <= 32 },
  centre: { start: [0.5, 0.5], takes: 'two numbers from 0 to 1', read: numbers, fits: (value) => Array.isArray(value) && value.length === 2 && value.every(isShare) },
  size: whole(224, 1),
  aspect: choice('kept', 'square'),
};

/** Attributes that are no part of the view. @type {Record<string, Kind>} */
export const settings = {
  maps: text(),
  load: choice('interaction', 'visible'),
  controls: choice('full', 'layers', 'none'),
  alt: text(),
};

/** The attribute of a field. */
const attributeOf = (/** @type {string} */ name) => (name === 'photo' ? 'src' : name.replace('_', '-'));

/** By the name of the attribute. @type {Map<string, [string, Kind]>} */
const kinds = new Map(Object.entries({ ...fields, ...settings }).map(([name, kind]) => [attributeOf(name), [name, kind]]));

export const attributes = [...kinds.keys()];

/** Attributes that any element may have. */
const anyElement = /^(aria-|data-|on|item|xml|_|ng-|v-)|:|^(id|class|style|title|hidden|slot|part|exportparts|role|lang|dir|is|tabindex|draggable|translate|inert|popover|nonce|accesskey|autofocus|autocapitalize|contenteditable|enterkeyhint|inputmode|spellcheck)$/;

/** @returns {any} as it starts */
export const startState = (all = fields) => Object.fromEntries(Object.entries(all).map(([name, { start }]) => [name, start]));

const plain = (/** @type {unknown} */ value) => JSON.stringify(value);

/**
 * What an attribute says.
 * @param {string} attribute
 * @param {string | null} words null: it is not there
 * @returns {{name: string, value?: unknown, problem?: string}}
 */
export function readAttribute(attribute, words) {
  const [name, kind] = /** @type {[string, Kind]} */ (kinds.get(attribute));
  const value = words === null ? kind.start : kind.read(words);
  if (kind.fits(value)) return { name, value };
  return { name, problem: `${attribute}="${shortened(words ?? '')}" does not fit: it takes ${kind.takes}.` };
}

/**
 * What a script or a message gives.
 * @param {Record<string, unknown>} partial
 * @returns {string} a sentence about the first field that is none or does not fit; ''
 */
export function checkFields(partial) {
  for (const [name, value] of Object.entries(partial)) {
    const kind = Object.hasOwn(fields, name) && fields[name];
    if (!kind) return `The state has no field ${shortened(name)}${hint(name, Object.keys(fields))}.`;
    if (!kind.fits(value)) return `The state's ${name} does not fit: it takes ${kind.takes}.`;
  }
  return '';
}

/**
 * The attribute follows the field, and is not there where the field is as it starts.
 * @param {HTMLElement} host
 * @param {string} name
 * @param {unknown} value
 */
export function reflect(host, name, value) {
  const attribute = attributeOf(name);
  if (plain(value) === plain(fields[name].start)) host.removeAttribute(attribute);
  else {
    const words = Array.isArray(value) ? value.join() || 'none' : String(value);
    if (host.getAttribute(attribute) !== words) host.setAttribute(attribute, words);
  }
}

/** A sentence about an attribute that is none; '' if all are known. @param {HTMLElement} host */
export function unknownAttribute(host) {
  const name = host.getAttributeNames().find((one) => !kinds.has(one) && !anyElement.test(one));
  return name ? `<vit-attention> has no attribute ${shortened(name)}${hint(name, attributes)}.` : '';
}

/** What the page draws and a figure does not. */
const pageOnly = ['compare', 'contours', 'order', 'explain', 'zoom', 'fusion', 'discard', 'facet', 'centre'];

/** A sentence about what a figure does not draw; ''. @param {ViewState} state */
export function notDrawn(state) {
  if (['rollout', 'similarity', 'pca'].includes(state.view)) {
    return `A figure does not draw the view ${state.view}, the headlens page does: here it is overlay, heads, atlas or slider.`;
  }
  const name = pageOnly.find((one) => plain(Reflect.get(state, one)) !== plain(fields[one].start));
  return name ? `A figure does not draw ${attributeOf(name)}, the headlens page does: leave it out.` : '';
}

const shortened = (/** @type {string} */ words) => (words.length > 40 ? `${words.slice(0, 39)}\u2026` : words);

/** @param {string} name @param {string[]} known */
function hint(name, known) {
  const [nearest, far] = known.map((one) => /** @type {const} */ ([one, distance(name, one)])).sort((a, b) => a[1] - b[1])[0];
  return far <= Math.max(2, name.length / 3) ? `: is ${nearest} meant?`.slice(0, -1) : '';
}

/** Letters to insert, drop or replace (Levenshtein 1966). @param {string} a @param {string} b */
function distance(a, b) {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; ++i) {
    const next = [i];
    for (let j = 1; j <= b.length; ++j) next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + Number(a[i - 1] !== b[j - 1]));
    row = next;
  }
  return row[b.length];
}
