// Where the pictures of a view lie, in device pixels from the figure's top left corner, and what is there.
import { shownHeads, shownLayer } from '../describe.js';

/**
 * @typedef {import('./picture.js').Box} Box
 * @typedef {import('../viewer.js').ViewState} ViewState
 * @typedef {import('./baked.js').Results} Results
 *
 * @typedef {object} Place
 * @property {Box} place of all of the photo
 * @property {Box} clip the part of it that shows
 * @property {number} layer counted from 1; 0: the photo alone
 * @property {number[]} heads that are drawn, counted from 1
 * @property {boolean} [bare] without the photo
 *
 * @typedef {{words: string, x: number, y: number, align: CanvasTextAlign, head?: number}} Label
 *
 * @typedef {object} Layout
 * @property {number} height
 * @property {Place[]} tiles
 * @property {Label[]} labels
 *
 * @typedef {{width: number, scale: number, aspect: number}} Room of the figure; device pixels a CSS pixel; width / height of the photo
 */

// CSS pixels.
const gap = 8;
const atlasGap = 2;
const line = 20;
const leastTile = 150;
const leastCell = 24;
const photoCell = 96;

/** The heads that are on, counted from 1. @param {ViewState} state @param {Results} results */
export const headsOn = (state, { heads }) => shownHeads({ ...state, mode: 'heads' }, heads);

/** @param {ViewState} state @param {Results} results */
export const layerOf = (state, { layers }) => shownLayer(state.layer, layers);

/**
 * @param {ViewState} state
 * @param {Results} results
 * @param {Room} room
 * @returns {Layout}
 */
export function placeTiles(state, results, room) {
  if (state.view === 'heads') return headTiles(state, results, room);
  if (state.view === 'atlas') return atlasTiles(state, results, room);
  const place = { x: 0, y: 0, width: room.width, height: Math.round(room.width / room.aspect) };
  const picture = { place, clip: place, layer: layerOf(state, results), heads: shownHeads(state, results.heads) };
  const tiles = state.view === 'slider' ? sliderTiles(picture, state, results) : [picture];
  return { height: place.height, tiles, labels: [] };
}

/** What is compared with at the left of the divider. @param {Place} picture @param {ViewState} state @param {Results} results */
function sliderTiles(picture, { against, divider }, { layers }) {
  const { place } = picture;
  const width = Math.round(divider * place.width);
  return [
    { ...picture, layer: Math.min(against, layers), clip: { ...place, width } },
    { ...picture, clip: { ...place, x: width, width: place.width - width } },
  ];
}

/** Small multiples. @param {ViewState} state @param {Results} results @param {Room} room */
function headTiles(state, results, { width, scale, aspect }) {
  const heads = headsOn(state, results);
  const fit = Math.max(2, Math.floor(width / scale / leastTile));
  const rows = Math.ceil(heads.length / fit);
  const cols = Math.max(1, Math.ceil(heads.length / rows) || 1);
  const layer = layerOf(state, results);
  const across = parts(width, cols, gap * scale);
  const tall = Math.round((width - (cols - 1) * gap * scale) / cols / aspect);
  const label = Math.round(line * scale);
  /** @type {Layout} */
  const layout = { height: Math.max(rows, 1) * (label + tall + gap * scale) - gap * scale, tiles: [], labels: [] };
  for (const [i, head] of heads.entries()) {
    const place = { ...across[i % cols], y: Math.round(Math.floor(i / cols) * (label + tall + gap * scale) + label), height: tall };
    layout.tiles.push({ place, clip: place, layer, heads: [head] });
    layout.labels.push({ words: `Head ${head}`, x: place.x, y: place.y - label / 2, align: 'left', head });
  }
  return { ...layout, height: Math.round(layout.height) };
}

/** Every head of every layer; layers from left to right where there is room. @param {ViewState} state @param {Results} results @param {Room} room */
function atlasTiles(state, results, { width, scale, aspect }) {
  const { layers, heads } = results;
  const margin = Math.round(line * scale);
  const layersAcross = layers <= heads || (width - margin) / layers >= leastCell * scale;
  const [cols, rows] = layersAcross ? [layers, heads] : [heads, layers];
  const across = parts(width - margin, cols, atlasGap * scale).map((part) => ({ ...part, x: part.x + margin }));
  const tall = Math.max(1, Math.round(across[0].width / aspect));
  const step = tall + Math.round(atlasGap * scale);
  /** @type {Layout} */
  const layout = { height: margin + rows * step, tiles: [], labels: [] };
  for (let row = 0; row < rows; ++row) {
    const y = margin + row * step;
    for (let col = 0; col < cols; ++col) {
      const place = { ...across[col], y, height: tall };
      const [layer, head] = layersAcross ? [col + 1, row + 1] : [row + 1, col + 1];
      layout.tiles.push({ place, clip: place, layer, heads: [head], bare: place.width < photoCell * scale });
    }
    layout.labels.push({ words: `${row + 1}`, x: margin - 6 * scale, y: y + tall / 2, align: 'right', ...(layersAcross ? { head: row + 1 } : {}) });
  }
  for (const [col, { x, width: wide }] of across.entries()) {
    layout.labels.push({ words: `${col + 1}`, x: x + wide / 2, y: margin / 2, align: 'center' });
  }
  return layout;
}

/** A width in so many parts of whole pixels. @param {number} width @param {number} count @param {number} between */
function parts(width, count, between) {
  const each = (width - (count - 1) * between) / count;
  return Array.from({ length: count }, (_, i) => {
    const x = Math.round(i * (each + between));
    return { x, width: Math.round(i * (each + between) + each) - x };
  });
}

/**
 * The tile at a point.
 * @param {Place[]} tiles
 * @param {{x: number, y: number}} point
 */
export const tileAt = (tiles, { x, y }) => tiles.findLast(({ clip }) =>
  x >= clip.x && y >= clip.y && x < clip.x + clip.width && y < clip.y + clip.height);

/**
 * The patch of a tile at a point; null: none lies there.
 * @param {Box} place
 * @param {Results} grid
 * @param {{x: number, y: number}} point
 * @returns {[number, number] | null}
 */
export function patchAt(place, { rows, cols, covered }, { x, y }) {
  const row = Math.floor(((y - place.y) / (place.height * covered.height)) * rows);
  const col = Math.floor(((x - place.x) / (place.width * covered.width)) * cols);
  return row >= 0 && col >= 0 && row < rows && col < cols ? [row, col] : null;
}

/**
 * @param {Box} place
 * @param {Results} grid
 * @param {[number, number]} patch
 * @returns {Box}
 */
export function patchBox(place, { rows, cols, covered }, [row, col]) {
  const width = (place.width * covered.width) / cols;
  const height = (place.height * covered.height) / rows;
  return { x: place.x + col * width, y: place.y + row * height, width, height };
}
