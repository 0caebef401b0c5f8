// Where the pictures of a view lie, in device pixels from the figure's top left corner, and what is there.

/**
 * @typedef {{x: number, y: number, width: number, height: number}} Box
 * @typedef {{x: number, y: number}} Point
 * @typedef {[row: number, col: number]} Patch counted from 0
 * @typedef {import('./state.js').ViewState} ViewState
 * @typedef {import('./baked.js').Results} Results
 *
 * @typedef {object} Tile a picture of the photo and what is drawn over it; layers and heads count from 1
 * @property {Box} place of all of the photo
 * @property {Box} clip the part of it that shows
 * @property {number} layer 0: the photo alone
 * @property {number[]} heads that are drawn
 * @property {boolean} [bare] the colours of the scale, without the photo
 * @property {{words: string, x: number, y: number}[]} [labels]
 */

// CSS pixels.
const gap = 8;
const atlasGap = 2;
const line = 20;
const leastTile = 150;
const leastCell = 24;
const photoCell = 96;

/** @param {ViewState} state @param {Results} results */
export const layerOf = ({ layer }, { layers }) => Math.min(layer || layers, layers);

/** The heads that are drawn, counted from 1. @param {ViewState} state @param {Results} results */
export function headsOf({ view, mode, head, heads: on }, { heads }) {
  if (mode === 'single' && isOne(view)) return [Math.min(head, heads)];
  return Array.from({ length: heads }, (_, i) => i + 1).filter((one) => on === 'all' || on.includes(one));
}

/** One picture fills the figure. @param {ViewState['view']} view */
export const isOne = (view) => view === 'overlay' || view === 'slider';

/**
 * @param {ViewState} state
 * @param {Results} results
 * @param {{width: number, scale: number, aspect: number}} room device pixels; those of a CSS pixel; width / height of the photo
 * @returns {{height: number, tiles: Tile[]}}
 */
export function placeTiles(state, results, { width, scale, aspect }) {
  const layer = layerOf(state, results);
  const heads = headsOf(state, results);
  const { layers } = results;
  if (isOne(state.view)) {
    const place = { x: 0, y: 0, width, height: Math.round(width / aspect) };
    const left = state.view === 'slider' ? Math.round(state.divider * width) : 0;
    const picture = { place, layer, heads, clip: { ...place, x: left, width: width - left } };
    const beside = { ...picture, layer: Math.min(state.against, layers), clip: { ...place, width: left } };
    return { height: place.height, tiles: left ? [beside, picture] : [picture] };
  }

  const small = state.view === 'heads';
  const margin = small ? 0 : line * scale;
  const between = (small ? gap : atlasGap) * scale;
  const fit = Math.max(2, Math.floor(width / scale / leastTile));
  const down = small ? Math.ceil(heads.length / fit) : 0;
  const layersAcross = layers <= results.heads || (width - margin) / layers >= leastCell * scale;
  const cols = small ? Math.ceil(heads.length / down) : layersAcross ? layers : results.heads;
  const each = (width - margin - (cols - 1) * between) / cols;
  const tall = Math.round(each / aspect);
  const above = small ? line * scale : 0; // each tile
  const step = tall + above + between;

  /** @param {number} col @param {number} row @param {Partial<Tile> & {layer: number, heads: number[]}} what @returns {Tile} */
  function tile(col, row, what) {
    const x = Math.round(margin + col * (each + between));
    const place = { x, y: Math.round(margin + row * step + above), width: Math.round(margin + col * (each + between) + each) - x, height: tall };
    return { place, clip: place, ...what };
  }

  const tiles = small ? heads.map((head, i) => tile(i % cols, Math.floor(i / cols), { layer, heads: [head] })) : [];
  for (let one = 1; !small && one <= layers; ++one) {
    for (let head = 1; head <= results.heads; ++head) {
      const [col, row] = layersAcross ? [one - 1, head - 1] : [head - 1, one - 1];
      tiles.push(tile(col, row, { layer: one, heads: [head], bare: each < photoCell * scale }));
    }
  }
  return { height: Math.max(...tiles.map(({ place }) => place.y + tall), 1), tiles };
}

/** @param {Tile[]} tiles @param {Point} point */
export const tileAt = (tiles, { x, y }) => tiles.find(({ clip }) =>
  x >= clip.x && y >= clip.y && x < clip.x + clip.width && y < clip.y + clip.height);

/** The patch at a point of a photo; null: none lies there. @param {Box} place @param {Results} grid @param {Point} point @returns {Patch | null} */
export function patchAt(place, { rows, cols, covered }, { x, y }) {
  const row = Math.floor(((y - place.y) / place.height / covered.height) * rows);
  const col = Math.floor(((x - place.x) / place.width / covered.width) * cols);
  return row >= 0 && col >= 0 && row < rows && col < cols ? [row, col] : null;
}

/** @param {Box} place @param {Results} grid @param {Patch} patch @returns {Box} */
export function patchBox(place, { rows, cols, covered }, [row, col]) {
  const width = (place.width * covered.width) / cols;
  const height = (place.height * covered.height) / rows;
  return { x: place.x + col * width, y: place.y + row * height, width, height };
}
