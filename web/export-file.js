// Files that leave the page: their names say what is in them.
import { shownLayer } from './describe.js';

/**
 * @typedef {import('./viewer.js').ViewState} ViewState
 *
 * @typedef {object} Exported what the reader takes away, as it is now
 * @property {string} photo its name
 * @property {string} model
 * @property {ViewState} state
 * @property {import('./scenes.js').View[]} views
 */

/** Views that show more than one layer, or none. */
const ofAllLayers = ['atlas'];

/**
 * Such as headlens-chelsea-layer12, headlens-chelsea-layer12-patch-3-5, headlens-chelsea-atlas.
 * @param {Exported} what
 */
export function viewName({ photo, state: { view, layer, query }, views }) {
  const of = view === 'overlay' ? '' : `-${view}`;
  const depth = ofAllLayers.includes(view) ? '' : `-layer${shownLayer(layer, views[0].maps.layers)}`;
  const asked = query ? `-patch-${query[0]}-${query[1]}` : '';
  return `headlens-${fileWord(photo)}${of}${depth}${asked}`;
}

/** Of the arrays of all layers. @param {Exported} what */
export const mapsName = ({ photo, state: { query } }) =>
  `headlens-${fileWord(photo)}${query ? `-patch-${query[0]}-${query[1]}` : ''}`;

/** What all file systems take. @param {string} name of a photo */
export function fileWord(name) {
  const word = name.replace(/\.\w{2,5}$/, '').normalize('NFC').replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[-.]+|[-.]+$/g, '');
  return word.slice(0, 80) || 'photo';
}

/** @param {Blob} blob @param {string} name */
export function save(blob, name) {
  const address = URL.createObjectURL(blob);
  Object.assign(document.createElement('a'), { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
