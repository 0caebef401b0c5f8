// What a figure shows: the fields of ViewState (src/viewer/view_state.h) as attributes of the element.
// Layers and heads count from 1, patches from 0. A value is as good as its text: what a script sets is
// read as if it stood in the attribute.

/**
 * @typedef {Pick<import('../viewer.js').ViewState, 'photo' | 'model' | 'layer' | 'heads' | 'head' | 'query' |
 *   'mode' | 'opacity' | 'keep_mass' | 'combine' | 'normalisation' | 'palette' | 'colormap' | 'colours' |
 *   'interpolation' | 'against' | 'divider' | 'size' | 'aspect'> &
 *   {view: 'overlay' | 'heads' | 'atlas' | 'slider'}} ViewState what a figure can draw
 *
 * @typedef {[start: any, takes: string, pattern?: RegExp]} Kind of a field: what it is where nothing is said; its
 *   values in words, or, without a pattern, all of them; '': any text
 */

/** @type {Kind} */
const text = ['', ''];
/** @type {(start: number) => Kind} */
const count = (start) => [start, 'a whole number', start ? /^[1-9]\d{0,3}$/ : /^\d{1,4}$/];
/** @type {(start: number) => Kind} */
const share = (start) => [start, 'a number from 0 to 1', /^(0|1|0?\.\d+)$/];
/** @type {(takes: string) => Kind} */
const oneOf = (takes) => [takes.split(', ')[0], takes];

/** @type {Record<string, Kind>} */
export const fields = {
  photo: text,
  model: text,
  layer: count(0),
  heads: ['all', 'all, none, or numbers: 1,3', /^(all|none|[1-9]\d?(,[1-9]\d?)*)$/],
  head: count(1),
  query: [null, 'row,column', /^(null|\d{1,4},\d{1,4})$/],
  view: oneOf('overlay, heads, atlas, slider'),
  mode: oneOf('heads, mean, max, single, figure'),
  opacity: share(0.85),
  keep_mass: share(1),
  combine: oneOf('each, union, intersection'),
  normalisation: oneOf('clip, head, heads, layers, log'),
  palette: oneOf('headlens, okabe-ito, dino'),
  colormap: oneOf('inferno, viridis, turbo, grey'),
  colours: [[], '#rrggbb,#rrggbb', /^(none|#[\da-f]{6}(,#[\da-f]{6})*)$/i],
  interpolation: oneOf('smooth, nearest'),
  against: count(0),
  divider: share(0.5),
  size: count(224),
  aspect: oneOf('kept, square'),
};

/** Fields that only the page draws, as they start. @type {Record<string, any>} */
const ofPage = { compare: '', contours: 'none', order: 'head', groups: 'none', fusion: 'mean', discard: 0, facet: 'keys', explain: null, zoom: 1, centre: [0.5, 0.5] };

/** Attributes that are no part of the view. @type {Record<string, Kind>} */
export const settings = {
  maps: text,
  load: oneOf('interaction, visible'),
  controls: oneOf('full, layers, none'),
  alt: text,
};

const attributeOf = (/** @type {string} */ name) => (name === 'photo' ? 'src' : name.replace('_', '-'));
const nameOf = (/** @type {string} */ attribute) => (attribute === 'src' ? 'photo' : attribute.replace('-', '_'));

/** @param {Record<string, Kind>} kinds @returns {any} what each is where nothing is said */
export const startOf = (kinds) => Object.fromEntries(Object.entries(kinds).map(([name, [start]]) => [name, start]));

/** The whole ViewState. @param {ViewState} state */
export const wholeState = (state) => structuredClone({ ...ofPage, ...state });

const names = Object.keys({ ...fields, ...ofPage });
export const attributes = [...names, ...Object.keys(settings)].map(attributeOf);

/** Attributes that any element may have, but for those that are properties of the same name. */
const anyElement = /^(aria-|data-|on|_|ng-|v-|item|class$|is$|tabindex$)|:/;

/**
 * What the text of a value says.
 * @param {string} name of a field or a setting
 * @param {any} value
 * @returns {any}
 * @throws a sentence
 */
export function read(name, value) {
  const of = `${value}` || 'none';
  if (name in ofPage) {
    if (`${value}` !== `${ofPage[name]}`) throw new Error(`A figure does not draw ${name}, the headlens page does.`);
    return ofPage[name];
  }
  const kind = fields[name] ?? settings[name];
  if (!kind) throw new Error(`The state has no ${short(name)}${nearest(name, names)}.`);
  const [start, takes, pattern] = kind;
  if (!takes) return `${value}`;
  if (!(pattern ? pattern.test(of) : takes.split(', ').includes(of))) throw new Error(`${attributeOf(name)} cannot be ${short(of)}: it takes ${takes}.`);
  if (!pattern || of === 'all') return of;
  if (typeof start === 'number') return Number(of);
  return of === 'null' ? null : of === 'none' ? [] : of.split(',').map((one) => (one[0] === '#' ? one : Number(one)));
}

/** What an attribute says. @param {string} attribute @param {string | null} words null: it is not there @returns {[name: string, value: any]} */
export function readAttribute(attribute, words) {
  const name = nameOf(attribute);
  return [name, words === null ? (fields[name] ?? settings[name] ?? [])[0] : read(name, words)];
}

/** The attribute follows the field, and goes where the field is as it starts. @param {HTMLElement} host @param {string} name @param {any} value */
export function reflect(host, name, value) {
  if (`${value}` === `${fields[name][0]}`) host.removeAttribute(attributeOf(name));
  else host.setAttribute(attributeOf(name), `${value}` || 'none');
}

/** A sentence about an attribute that is none; ''. @param {HTMLElement} host */
export function unknownAttribute(host) {
  const name = host.getAttributeNames().find((one) => !attributes.includes(one) && !(one in host) && !anyElement.test(one));
  return name ? `<vit-attention> has no attribute ${short(name)}${nearest(name, attributes)}.` : '';
}

const short = (/** @type {string} */ words) => words.slice(0, 40);

/** A name that begins alike. @param {string} name @param {string[]} all */
function nearest(name, all) {
  const one = all.find((known) => known.startsWith(name.slice(0, 3)));
  return one ? `, but ${one}` : '';
}
